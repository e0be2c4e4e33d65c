package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.ListValue;
import dev.computepool.chat.template.Value.None;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Stream;
import dev.computepool.chat.template.Value.Tuple;
import dev.computepool.chat.template.Value.Undefined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Filters over sequences and dicts.
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("length", SequenceFilters::length);
    all.put("count", SequenceFilters::length);
    all.put("first", SequenceFilters::first);
    all.put("last", SequenceFilters::last);
    all.put("list", SequenceFilters::list);
    all.put("join", SequenceFilters::join);
    all.put("reverse", SequenceFilters::reverse);
    all.put("sort", SequenceFilters::sort);
    all.put("dictsort", SequenceFilters::dictSort);
    all.put("items", SequenceFilters::items);
    all.put("unique", SequenceFilters::unique);
    all.put("min", (value, arguments, context) -> extreme(value, arguments, context, -1));
    all.put("max", (value, arguments, context) -> extreme(value, arguments, context, 1));
    all.put("sum", SequenceFilters::sum);
    all.put("groupby", SequenceFilters::groupBy);
    all.put("batch", SequenceFilters::batch);
    all.put("slice", SequenceFilters::slice);
  }

  private static Value length(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("length", 0, 0);
    OptionalLong length = Sequences.length(value);
    if (length.isEmpty()) {
      throw Fault.value("'" + value.type() + "' has no length");
    }
    return Value.Int.of(length.getAsLong());
  }

  private static Value list(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("list", 0, 0);
    return new ListValue(Sequences.list(value, context.budget()));
  }

  private static Value first(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("first", 0, 0);
    Iterator<Value> items = Sequences.iterate(value);
    return items.hasNext()
        ? items.next()
        : new Undefined(() -> "there is no first item, the sequence is empty");
  }

  private static Value last(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("last", 0, 0);
    boolean once = value instanceof Stream || value instanceof Loop;
    if (once) {
      throw Fault.value("'" + value.type() + "' has no last item; make it a list first");
    }
    List<Value> items = Sequences.list(value, context.budget());
    return items.isEmpty()
        ? new Undefined(() -> "there is no last item, the sequence is empty")
        : items.getLast();
  }

  private static Value join(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("join", 0, "d", "attribute");
    String separator = given[0] == null ? "" : context.str(given[0]);
    AttributePath path = AttributePath.of(given[1], null);
    Out out = new Out(context.budget());
    boolean first = true;
    for (Iterator<Value> items = Sequences.iterate(value); items.hasNext(); ) {
      context.budget().step();
      if (!first) {
        out.append(separator);
      }
      first = false;
      out.append(context.str(path.get(items.next(), context)));
    }
    return new Str(out.toString());
  }

  private static Value reverse(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("reverse", 0, 0);
    if (value instanceof Str(String text, boolean safe)) {
      StringBuilder reversed = new StringBuilder(text.length());
      int[] characters = text.codePoints().toArray();
      for (int i = characters.length - 1; i >= 0; i--) {
        reversed.appendCodePoint(characters[i]);
      }
      return new Str(reversed.toString(), safe);
    }
    List<Value> items = Sequences.list(value, context.budget()).reversed();
    // What cannot be gone through backwards, Python makes a list of first.
    return value instanceof Stream ? new ListValue(items) : new Stream(items.iterator());
  }

  private static Value sort(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    boolean caseSensitive = given[1] != null && given[1].truth();
    List<AttributePath> paths = AttributePath.several(given[2]);
    return new ListValue(
        sorted(
            Sequences.list(value, context.budget()),
            item -> {
              List<Value> keys = new ArrayList<>();
              for (AttributePath path : paths) {
                keys.add(folded(path.get(item, context), caseSensitive));
              }
              return new ListValue(keys);
            },
            given[0] != null && given[0].truth(),
            context));
  }

  /// What a sort compares of an item.
  private interface Key {
    Value of(Value item);
  }

  private static List<Value> sorted(
      List<Value> items, Key key, boolean reverse, RenderContext context) {
    record Keyed(Value key, Value item) {}
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : items) {
      context.budget().step();
      keyed.add(new Keyed(key.of(item), item));
    }
    Comparator<Keyed> order = Comparator.comparing(Keyed::key, context.operators()::order);
    // Python keeps the order of equals when it sorts backwards, too.
    try {
      keyed.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException _) {
      throw Fault.value("items with nan among them have no order");
    }
    return keyed.stream().map(Keyed::item).toList();
  }

  /// A text without its case, for what does not tell cases apart.
  private static Value folded(Value value, boolean caseSensitive) {
    return !caseSensitive && value instanceof Str(String text, boolean safe)
        ? new Str(Texts.lower(text), safe)
        : value;
  }

  private static Value dictSort(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    boolean caseSensitive = given[0] != null && given[0].truth();
    String by = given[1] == null ? "key" : context.str(given[1]);
    if (!by.equals("key") && !by.equals("value")) {
      throw Fault.value("dictsort sorts by 'key' or 'value', not '" + by + "'");
    }
    if (!(value instanceof Dict dict)) {
      throw Fault.value("dictsort needs a dict, not '" + value.type() + "'");
    }
    int position = by.equals("key") ? 0 : 1;
    return new ListValue(
        sorted(
            dict.items(),
            item -> folded(((Tuple) item).items().get(position), caseSensitive),
            given[2] != null && given[2].truth(),
            context));
  }

  private static Value items(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("items", 0, 0);
    return switch (value) {
      case Undefined _ -> new Stream(List.<Value>of().iterator());
      case Dict dict -> new Stream(dict.items().iterator());
      default -> throw Fault.value("items needs a dict, not '" + value.type() + "'");
    };
  }

  private static Value unique(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("unique", 0, "case_sensitive", "attribute");
    boolean caseSensitive = given[0] != null && given[0].truth();
    AttributePath path = AttributePath.of(given[1], null);
    Set<Object> seen = new HashSet<>();
    List<Value> items = new ArrayList<>();
    for (Value item : Sequences.list(value, context.budget())) {
      if (seen.add(Dict.hashable(folded(path.get(item, context), caseSensitive)))) {
        items.add(item);
      }
    }
    return new Stream(items.iterator());
  }

  private static Value extreme(Value value, Arguments arguments, RenderContext context, int sign) {
    @Nullable Value[] given = arguments.bind("min or max", 0, "case_sensitive", "attribute");
    boolean caseSensitive = given[0] != null && given[0].truth();
    AttributePath path = AttributePath.of(given[1], null);
    Value best = null;
    Value bestKey = null;
    for (Value item : Sequences.list(value, context.budget())) {
      Value key = folded(path.get(item, context), caseSensitive);
      if (bestKey == null || context.operators().order(key, bestKey) * sign > 0) {
        best = item;
        bestKey = key;
      }
    }
    return best == null
        ? new Undefined(() -> "there is no smallest or largest item, the sequence is empty")
        : best;
  }

  private static Value sum(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("sum", 0, "attribute", "start");
    AttributePath path = AttributePath.of(given[0], null);
    Value sum = given[1] == null ? Value.Int.of(0) : given[1];
    if (sum instanceof Str) {
      throw Fault.value("sum does not join strings");
    }
    for (Iterator<Value> items = Sequences.iterate(value); items.hasNext(); ) {
      context.budget().step();
      Value item = path.get(items.next(), context);
      sum = context.operators().binary(Expr.BinaryOperator.ADD, sum, item);
    }
    return sum;
  }

  private static Value groupBy(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given =
        arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
    boolean caseSensitive = given[2] != null && given[2].truth();
    AttributePath path = AttributePath.of(given[0], given[1]);
    Key key = item -> folded(path.get(item, context), caseSensitive);
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    Value groupKey = None.NONE;
    for (Value item : sorted(Sequences.list(value, context.budget()), key, false, context)) {
      Value itemKey = key.of(item);
      if (!group.isEmpty() && !context.operators().equal(itemKey, groupKey)) {
        groups.add(group(path, group, context));
        group = new ArrayList<>();
      }
      groupKey = itemKey;
      group.add(item);
    }
    if (!group.isEmpty()) {
      groups.add(group(path, group, context));
    }
    return new ListValue(groups);
  }

  private static Value group(AttributePath path, List<Value> items, RenderContext context) {
    return new Tuple(List.of(path.get(items.getFirst(), context), new ListValue(items)));
  }

  private static Value batch(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("batch", 1, "linecount", "fill_with");
    long size = StringMethods.integer(RenderContext.given(given[0]), "batch");
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value item : Sequences.list(value, context.budget())) {
      if (batch.size() == size) {
        batches.add(new ListValue(batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      if (given[1] != null && given[1] != None.NONE && batch.size() < size) {
        context.budget().steps(size);
        while (batch.size() < size) {
          batch.add(given[1]);
        }
      }
      batches.add(new ListValue(batch));
    }
    return new Stream(batches.iterator());
  }

  private static Value slice(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("slice", 1, "slices", "fill_with");
    long slices = StringMethods.integer(RenderContext.given(given[0]), "slice");
    List<Value> items = Sequences.list(value, context.budget());
    if (slices == 0) {
      throw Fault.value("slice into no slices");
    }
    context.budget().steps(Math.max(0, slices));
    List<Value> all = new ArrayList<>();
    int each = (int) (items.size() / slices);
    int longer = (int) (items.size() % slices);
    int at = 0;
    for (int i = 0; i < slices; i++) {
      int size = each + (i < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(items.subList(at, at + size));
      if (given[1] != null && given[1] != None.NONE && i >= longer) {
        slice.add(given[1]);
      }
      all.add(new ListValue(slice));
      at += size;
    }
    return new Stream(all.iterator());
  }
}

package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Stream;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Filters that go through a sequence item by item, as those ask for them that come after.
final class SelectionFilters {
  private SelectionFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("map", SelectionFilters::map);
    all.put("select", (v, a, context) -> select(v, a, context, false, true));
    all.put("reject", (v, a, context) -> select(v, a, context, false, false));
    all.put("selectattr", (v, a, context) -> select(v, a, context, true, true));
    all.put("rejectattr", (v, a, context) -> select(v, a, context, true, false));
  }

  /// Nothing is wrong with the arguments, or with the value, before the first item is asked for.
  private static Value lazily(Value value, Budget budget, Supplier<Iterator<Value>> items) {
    return new Stream(
        new Iterator<>() {
          private @Nullable Iterator<Value> started;

          private Iterator<Value> start() {
            if (started == null) {
              started = value.truth() ? items.get() : Collections.emptyIterator();
            }
            return started;
          }

          @Override
          public boolean hasNext() {
            budget.enter();
            boolean more = start().hasNext();
            budget.leave();
            return more;
          }

          @Override
          public Value next() {
            budget.enter();
            Value item = start().next();
            budget.leave();
            return item;
          }
        });
  }

  private static Value map(Value value, Arguments arguments, RenderContext context) {
    return lazily(
        value,
        context.budget(),
        () -> {
          Function<Value, Value> mapping = mapping(arguments, context);
          Iterator<Value> items = Sequences.iterate(value);
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return items.hasNext();
            }

            @Override
            public Value next() {
              context.budget().step();
              return mapping.apply(items.next());
            }
          };
        });
  }

  private static Function<Value, Value> mapping(Arguments arguments, RenderContext context) {
    SequencedMap<String, Value> named = new LinkedHashMap<>(arguments.named());
    if (arguments.positional().isEmpty() && named.containsKey("attribute")) {
      AttributePath path = AttributePath.of(named.remove("attribute"), named.remove("default"));
      if (!named.isEmpty()) {
        throw Fault.value("map takes no argument '" + named.firstEntry().getKey() + "'");
      }
      return item -> path.get(item, context);
    }
    if (arguments.positional().isEmpty()) {
      throw Fault.value("map needs the name of a filter, or an attribute");
    }
    Filter filter = Filters.named(context.str(arguments.positional().getFirst()));
    Arguments rest = arguments.from(1);
    return item -> filter.apply(item, rest, context);
  }

  private static Value select(
      Value value, Arguments arguments, RenderContext context, boolean attribute, boolean wanted) {
    return lazily(
        value,
        context.budget(),
        () -> {
          Predicate<Value> predicate = predicate(arguments, context, attribute);
          return new Selected(
              Sequences.iterate(value), item -> predicate.test(item) == wanted, context.budget());
        });
  }

  private static Predicate<Value> predicate(
      Arguments arguments, RenderContext context, boolean attribute) {
    int used = attribute ? 1 : 0;
    if (arguments.positional().size() < used) {
      throw Fault.value("the name of an attribute is missing");
    }
    AttributePath path =
        AttributePath.of(attribute ? arguments.positional().getFirst() : null, null);
    if (arguments.positional().size() == used) {
      return item -> path.get(item, context).truth();
    }
    Test test =
        Tests.named(
            arguments.positional().get(used) instanceof Str(String name, boolean _) ? name : "");
    Arguments rest = arguments.from(used + 1);
    return item -> test.holds(path.get(item, context), rest, context);
  }

  /// The items that pass.
  private static final class Selected implements Iterator<Value> {
    private final Iterator<Value> items;
    private final Predicate<Value> predicate;
    private final Budget budget;
    private @Nullable Value next;

    Selected(Iterator<Value> items, Predicate<Value> predicate, Budget budget) {
      this.items = items;
      this.predicate = predicate;
      this.budget = budget;
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        budget.step();
        Value item = items.next();
        next = predicate.test(item) ? item : null;
      }
      return next != null;
    }

    @Override
    public Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Value item = next;
      next = null;
      return item;
    }
  }
}

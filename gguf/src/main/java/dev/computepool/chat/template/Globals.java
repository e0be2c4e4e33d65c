package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Function;
import dev.computepool.chat.template.Value.Range;
import dev.computepool.chat.template.Value.Str;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The functions that every template has: those of jinja2 but `lipsum`, and transformers' own.
final class Globals {
  /// jinja2's sandbox makes no longer ranges.
  private static final int MAX_RANGE = 100_000;

  private Globals() {}

  static Map<String, Value> of(RenderContext context) {
    Map<String, Value> all = new HashMap<>();
    all.put("range", new Function("range", Globals::range));
    all.put("dict", new Function("dict", arguments -> dict(arguments, context)));
    all.put("namespace", new Function("namespace", arguments -> namespace(arguments, context)));
    all.put("cycler", new Function("cycler", Globals::cycler));
    all.put("joiner", new Function("joiner", arguments -> joiner(arguments, context)));
    all.put(
        "raise_exception",
        new Function(
            "raise_exception",
            arguments -> {
              Value message = arguments.bind("raise_exception", 1, "message")[0];
              throw Fault.refused(context.str(RenderContext.given(message)));
            }));
    all.put(
        "strftime_now",
        new Function(
            "strftime_now",
            arguments -> {
              Value format = RenderContext.given(arguments.bind("strftime_now", 1, "format")[0]);
              if (!(format instanceof Str(String text, boolean _))) {
                throw Fault.value("strftime_now needs a string, not '" + format.type() + "'");
              }
              return new Str(Strftime.format(text, context.clock()));
            }));
    return all;
  }

  private static Value range(Arguments arguments) {
    List<Value> given = arguments.bindPositional("range", 1, 3);
    List<Long> bounds = new ArrayList<>();
    for (Value bound : given) {
      bounds.add(StringMethods.integer(bound, "range"));
    }
    long step = bounds.size() > 2 ? bounds.get(2) : 1;
    if (step == 0) {
      throw Fault.value("the step of range must not be zero");
    }
    Range range =
        bounds.size() == 1
            ? new Range(0, bounds.getFirst(), 1)
            : new Range(bounds.get(0), bounds.get(1), step);
    if (range.length() > MAX_RANGE) {
      throw Fault.limit("a range of more than " + MAX_RANGE + " numbers");
    }
    return range;
  }

  private static Value dict(Arguments arguments, RenderContext context) {
    return entries(arguments, "dict", context).build();
  }

  private static Value namespace(Arguments arguments, RenderContext context) {
    Namespace namespace = new Namespace();
    for (Dict.Entry entry : entries(arguments, "namespace", context).build().entries()) {
      namespace.set(context.str(entry.key()), entry.value());
    }
    return namespace;
  }

  private static Dict.Builder entries(Arguments arguments, String name, RenderContext context) {
    Dict.Builder dict = new Dict.Builder();
    Arguments unnamed =
        new Arguments(arguments.positional(), java.util.Collections.emptyNavigableMap());
    for (Value initial : unnamed.bindPositional(name, 0, 1)) {
      if (initial instanceof Dict other) {
        dict.putAll(other);
      } else {
        for (Value pair : Sequences.list(initial, context.budget())) {
          List<Value> both = Sequences.list(pair, context.budget());
          if (both.size() != 2) {
            throw Fault.value(name + " needs pairs of a key and a value");
          }
          dict.put(both.get(0), both.get(1));
        }
      }
    }
    arguments.named().forEach((key, value) -> dict.put(new Str(key), value));
    return dict;
  }

  private static Value cycler(Arguments arguments) {
    List<Value> items = arguments.bindPositional("cycler", 1, Integer.MAX_VALUE);
    Namespace cycler = new Namespace();
    int[] position = {0};
    cycler.set("current", items.getFirst());
    cycler.set(
        "next",
        new Function(
            "next",
            _ -> {
              Value current = items.get(position[0]);
              position[0] = (position[0] + 1) % items.size();
              cycler.set("current", items.get(position[0]));
              return current;
            }));
    cycler.set(
        "reset",
        new Function(
            "reset",
            _ -> {
              position[0] = 0;
              cycler.set("current", items.getFirst());
              return Value.None.NONE;
            }));
    return cycler;
  }

  private static Value joiner(Arguments arguments, RenderContext context) {
    Value separator = arguments.bind("joiner", 0, "sep")[0];
    String text = separator == null ? ", " : context.str(separator);
    boolean[] used = {false};
    return new Function(
        "joiner",
        _ -> {
          boolean first = !used[0];
          used[0] = true;
          return first ? Str.EMPTY : new Str(text);
        });
  }
}

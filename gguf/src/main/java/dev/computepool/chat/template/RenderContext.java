package dev.computepool.chat.template;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What filters, tests and methods need of the rendering that they are part of.
final class RenderContext {
  private final Budget budget;
  private final Operators operators;
  private final Repr repr;
  private final Attributes attributes;
  private final Clock clock;

  RenderContext(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
    this.operators = new Operators(budget);
    this.repr = new Repr(budget);
    this.attributes = new Attributes(this);
  }

  Budget budget() {
    return budget;
  }

  Operators operators() {
    return operators;
  }

  Repr repr() {
    return repr;
  }

  Attributes attributes() {
    return attributes;
  }

  Clock clock() {
    return clock;
  }

  String str(Value value) {
    return repr.str(value);
  }

  /// Calls a value.
  Value call(Value callee, Arguments arguments) {
    budget.enter();
    Value result =
        switch (callee) {
          case Value.Function function -> function.body().call(arguments);
          case Loop loop -> loop.recurse(arguments);
          case Value.Undefined undefined -> throw undefined.fault();
          default -> throw Fault.value("'" + callee.type() + "' cannot be called");
        };
    budget.leave();
    return result;
  }

  /// An argument that {@link Arguments#bind} has made sure of.
  static Value given(@Nullable Value argument) {
    return Objects.requireNonNull(argument);
  }

  /// The entries of a dict as arguments by name.
  static Arguments named(Dict dict) {
    Map<String, Value> named = new LinkedHashMap<>();
    for (Dict.Entry entry : dict.entries()) {
      if (!(entry.key() instanceof Value.Str(String name, boolean _))) {
        throw Fault.value("names of arguments must be strings, not '" + entry.key().type() + "'");
      }
      named.put(name, entry.value());
    }
    return new Arguments(java.util.List.of(), new LinkedHashMap<>(named));
  }
}

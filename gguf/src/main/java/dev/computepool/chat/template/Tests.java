package dev.computepool.chat.template;

import dev.computepool.chat.template.Expr.BinaryOperator;
import dev.computepool.chat.template.Expr.Comparator;
import dev.computepool.chat.template.Value.Bool;
import dev.computepool.chat.template.Value.Function;
import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.None;
import dev.computepool.chat.template.Value.Real;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Undefined;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The tests that there are: those of jinja2.
final class Tests {
  private static final Map<String, Test> ALL = all();

  private Tests() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static Test named(String name) {
    Test test = ALL.get(name);
    if (test == null) {
      throw Fault.value("there is no test '" + name + "'");
    }
    return test;
  }

  /// What a test asks that needs no arguments.
  private interface Plain {
    boolean holds(Value value, Runtime runtime);
  }

  private static Map<String, Test> all() {
    Map<String, Test> all = new HashMap<>();
    put(all, "defined", (value, runtime) -> !(value instanceof Undefined));
    put(all, "undefined", (value, runtime) -> value instanceof Undefined);
    put(all, "none", (value, runtime) -> value == None.NONE);
    put(all, "boolean", (value, runtime) -> value instanceof Bool);
    put(all, "true", (value, runtime) -> value == Bool.TRUE);
    put(all, "false", (value, runtime) -> value == Bool.FALSE);
    put(all, "integer", (value, runtime) -> value instanceof Int);
    put(all, "float", (value, runtime) -> value instanceof Real);
    put(all, "number", (value, runtime) -> Operators.number(value) != null);
    put(all, "string", (value, runtime) -> value instanceof Str);
    put(all, "mapping", (value, runtime) -> value instanceof Dict);
    put(all, "iterable", (value, runtime) -> Sequences.isIterable(value));
    put(all, "sequence", (value, runtime) -> isSequence(value));
    put(
        all,
        "callable",
        (value, runtime) ->
            value instanceof Function || value instanceof Loop || value instanceof Undefined);
    put(all, "lower", (value, runtime) -> is(value, "islower", runtime));
    put(all, "upper", (value, runtime) -> is(value, "isupper", runtime));
    put(all, "escaped", (value, runtime) -> value instanceof Str(String _, boolean safe) && safe);
    put(all, "odd", (value, runtime) -> remainder(value, Int.of(2), runtime, 1));
    put(all, "even", (value, runtime) -> remainder(value, Int.of(2), runtime, 0));
    all.put(
        "divisibleby", (value, arguments, runtime) -> remainder(value, one(arguments), runtime, 0));
    put(
        all,
        "filter",
        (value, runtime) ->
            value instanceof Str(String name, boolean _) && Filters.names().contains(name));
    put(
        all,
        "test",
        (value, runtime) -> value instanceof Str(String name, boolean _) && names().contains(name));
    all.put("sameas", (value, arguments, runtime) -> isSame(value, one(arguments)));
    all.put(
        "in", (value, arguments, runtime) -> runtime.operators().contains(one(arguments), value));
    compares(all, Comparator.EQUAL, "eq", "equalto", "==");
    compares(all, Comparator.NOT_EQUAL, "ne", "!=");
    compares(all, Comparator.LESS, "lt", "lessthan", "<");
    compares(all, Comparator.LESS_OR_EQUAL, "le", "<=");
    compares(all, Comparator.GREATER, "gt", "greaterthan", ">");
    compares(all, Comparator.GREATER_OR_EQUAL, "ge", ">=");
    return Map.copyOf(all);
  }

  private static void put(Map<String, Test> all, String name, Plain test) {
    all.put(
        name,
        (value, arguments, runtime) -> {
          arguments.bindPositional("the test '" + name + "'", 0, 0);
          return test.holds(value, runtime);
        });
  }

  private static void compares(Map<String, Test> all, Comparator comparator, String... names) {
    for (String name : names) {
      all.put(
          name,
          (value, arguments, runtime) ->
              runtime.operators().compare(comparator, value, one(arguments)));
    }
  }

  private static Value one(Arguments arguments) {
    return arguments.bindPositional("the test", 1, 1).getFirst();
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Value.ListValue _, Value.Tuple _, Str _, Dict _, Value.Range _, Undefined _ -> true;
      default -> false;
    };
  }

  private static boolean is(Value value, String method, Runtime runtime) {
    Str text = new Str(runtime.str(value));
    return runtime
        .call(Runtime.given(StringMethods.method(text, method, runtime)), Arguments.of())
        .truth();
  }

  private static boolean remainder(Value value, Value divisor, Runtime runtime, int wanted) {
    Value rest = runtime.operators().binary(BinaryOperator.REMAINDER, value, divisor);
    return runtime.operators().equal(rest, Int.of(wanted));
  }

  /// Whether both are one object in Python; small integers are, and so is what is equal and cannot
  /// change.
  private static boolean isSame(Value value, Value other) {
    return value == other
        || (value instanceof Int a && other instanceof Int b && a.equals(b))
        || (value instanceof Str a && other instanceof Str b && a.equals(b));
  }
}

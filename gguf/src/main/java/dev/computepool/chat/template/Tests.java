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
    boolean holds(Value value, RenderContext context);
  }

  private static Map<String, Test> all() {
    Map<String, Test> all = new HashMap<>();
    put(all, "defined", (value, context) -> !(value instanceof Undefined));
    put(all, "undefined", (value, context) -> value instanceof Undefined);
    put(all, "none", (value, context) -> value == None.NONE);
    put(all, "boolean", (value, context) -> value instanceof Bool);
    put(all, "true", (value, context) -> value == Bool.TRUE);
    put(all, "false", (value, context) -> value == Bool.FALSE);
    put(all, "integer", (value, context) -> value instanceof Int);
    put(all, "float", (value, context) -> value instanceof Real);
    put(all, "number", (value, context) -> Operators.number(value) != null);
    put(all, "string", (value, context) -> value instanceof Str);
    put(all, "mapping", (value, context) -> value instanceof Dict);
    put(all, "iterable", (value, context) -> Sequences.isIterable(value));
    put(all, "sequence", (value, context) -> isSequence(value));
    put(
        all,
        "callable",
        (value, context) ->
            value instanceof Function || value instanceof Loop || value instanceof Undefined);
    put(all, "lower", (value, context) -> is(value, "islower", context));
    put(all, "upper", (value, context) -> is(value, "isupper", context));
    put(all, "escaped", (value, context) -> value instanceof Str(String _, boolean safe) && safe);
    put(all, "odd", (value, context) -> remainder(value, Int.of(2), context, 1));
    put(all, "even", (value, context) -> remainder(value, Int.of(2), context, 0));
    all.put(
        "divisibleby", (value, arguments, context) -> remainder(value, one(arguments), context, 0));
    put(all, "filter", (value, context) -> isName(value, Filters.names()));
    put(all, "test", (value, context) -> isName(value, names()));
    all.put("sameas", (value, arguments, context) -> isSame(value, one(arguments)));
    all.put(
        "in", (value, arguments, context) -> context.operators().contains(one(arguments), value));
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
        (value, arguments, context) -> {
          arguments.bindPositional("the test '" + name + "'", 0, 0);
          return test.holds(value, context);
        });
  }

  private static void compares(Map<String, Test> all, Comparator comparator, String... names) {
    for (String name : names) {
      all.put(
          name,
          (value, arguments, context) ->
              context.operators().compare(comparator, value, one(arguments)));
    }
  }

  private static Value one(Arguments arguments) {
    return arguments.bindPositional("the test", 1, 1).getFirst();
  }

  private static boolean isName(Value value, Set<String> names) {
    return Dict.hashable(value) instanceof String name && names.contains(name);
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Value.ListValue _, Value.Tuple _, Str _, Dict _, Value.Range _, Undefined _ -> true;
      default -> false;
    };
  }

  private static boolean is(Value value, String method, RenderContext context) {
    Str text = new Str(context.str(value));
    return context
        .call(RenderContext.given(StringMethods.method(text, method, context)), Arguments.of())
        .truth();
  }

  private static boolean remainder(Value value, Value divisor, RenderContext context, int wanted) {
    Value rest = context.operators().binary(BinaryOperator.REMAINDER, value, divisor);
    return context.operators().equal(rest, Int.of(wanted));
  }

  /// Whether both are one object in Python; small integers are, and so is what is equal and cannot
  /// change.
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Value value, Value other) {
    return value == other
        || (value instanceof Int a && other instanceof Int b && a.equals(b))
        || (value instanceof Str a && other instanceof Str b && a.equals(b));
  }
}

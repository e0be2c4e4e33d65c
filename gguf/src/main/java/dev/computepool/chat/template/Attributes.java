package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Function;
import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.ListValue;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Tuple;
import dev.computepool.chat.template.Value.Undefined;
import dev.computepool.chat.template.Value.View;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `value.name` and `value[key]` are, as jinja2's immutable sandbox allows them.
final class Attributes {
  /// Methods that change their object, and are there but forbidden.
  private static final Map<String, Set<String>> CHANGING =
      Map.of(
          "dict", Set.of("clear", "pop", "popitem", "setdefault", "update"),
          "list",
              Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"));

  private final RenderContext context;

  Attributes(RenderContext context) {
    this.context = context;
  }

  /// `object.name`: an attribute, else an item.
  Value attribute(Value object, String name) {
    Value attribute = own(object, name);
    if (attribute != null) {
      return attribute;
    }
    Value item = object instanceof Dict dict ? dict.get(name) : null;
    return item == null ? Undefined.attribute(object, name) : item;
  }

  /// `object[key]`: an item, else an attribute.
  Value item(Value object, Value key) {
    Operators.requireDefined(object);
    Value item = itemOf(object, key);
    if (item != null) {
      return item;
    }
    if (key instanceof Str(String name, boolean _)) {
      Value attribute = own(object, name);
      return attribute == null ? Undefined.attribute(object, name) : attribute;
    }
    String shown =
        key instanceof Int(BigInteger index) ? "item " + Numbers.print(index) : "such item";
    return new Undefined(() -> "'" + object.type() + "' has no " + shown);
  }

  private static @Nullable Value itemOf(Value object, Value key) {
    if (object instanceof Dict dict) {
      boolean unhashable = key instanceof ListValue || key instanceof Dict || key instanceof View;
      return unhashable ? null : dict.get(key);
    }
    BigInteger index =
        switch (key) {
          case Int(BigInteger i) -> i;
          case Value.Bool b -> b == Value.Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
          default -> null;
        };
    return index == null || object instanceof Loop || object instanceof View
        ? null
        : Sequences.item(object, index);
  }

  /// An attribute proper; null if there is none of that name.
  @Nullable Value own(Value object, String name) {
    if (name.startsWith("__") && name.endsWith("__") && !(object instanceof Namespace)) {
      return forbidden(object, name);
    }
    if (CHANGING.getOrDefault(object.type(), Set.of()).contains(name)) {
      return forbidden(object, name);
    }
    return switch (object) {
      case Undefined undefined -> throw undefined.fault();
      case Namespace namespace -> namespace.get(name);
      case Loop loop -> loop.attribute(name);
      case Str text -> StringMethods.method(text, name, context);
      case Dict dict -> dictMethod(dict, name);
      case ListValue(List<Value> items) -> sequenceMethod(object, items, name);
      case Tuple(List<Value> items) -> sequenceMethod(object, items, name);
      case Function function -> functionAttribute(function, name);
      case Int _ -> intAttribute(object, name);
      case Value.Bool _ -> intAttribute(object, name);
      case Value.Real(double value) -> realAttribute(value, name);
      case Value.Range range -> rangeAttribute(range, name);
      case Value.None _, View _, Value.Stream _ -> null;
    };
  }

  private static @Nullable Value functionAttribute(Function function, String name) {
    Stmt.MacroBody macro = function.macro();
    if (macro == null) {
      return name.equals("name") ? new Str(function.name()) : null;
    }
    return switch (name) {
      case "name" -> function.name().isEmpty() ? Value.None.NONE : new Str(function.name());
      case "arguments" ->
          new Tuple(
              macro.parameters().stream()
                  .map(parameter -> (Value) new Str(parameter.name()))
                  .toList());
      case "catch_kwargs" -> Value.Bool.of(macro.takes().contains("kwargs"));
      case "catch_varargs" -> Value.Bool.of(macro.takes().contains("varargs"));
      case "caller" -> Value.Bool.of(macro.takes().contains("caller"));
      default -> null;
    };
  }

  private static Undefined forbidden(Value object, String name) {
    return new Undefined(
        () -> "the attribute '%s' of '%s' is not for templates".formatted(name, object.type()));
  }

  private static @Nullable Value dictMethod(Dict dict, String name) {
    return switch (name) {
      case "get" ->
          new Function(
              "get",
              arguments -> {
                List<Value> given = arguments.bindPositional("get", 1, 2);
                Value value = dict.get(given.get(0));
                if (value != null) {
                  return value;
                }
                return given.size() > 1 ? given.get(1) : Value.None.NONE;
              });
      case "keys" -> view(dict, name, View.Kind.KEYS);
      case "values" -> view(dict, name, View.Kind.VALUES);
      case "items" -> view(dict, name, View.Kind.ITEMS);
      case "copy" -> new Function("copy", arguments -> nothing(arguments, name, dict));
      case "fromkeys" -> new Function("fromkeys", Attributes::fromKeys);
      default -> null;
    };
  }

  private static Value view(Dict dict, String name, View.Kind kind) {
    return new Function(name, arguments -> nothing(arguments, name, new View(kind, dict)));
  }

  private static Value nothing(Arguments arguments, String name, Value result) {
    arguments.bindPositional(name, 0, 0);
    return result;
  }

  private static Value fromKeys(Arguments arguments) {
    List<Value> given = arguments.bindPositional("fromkeys", 1, 2);
    Dict.Builder dict = new Dict.Builder();
    Sequences.iterate(given.getFirst())
        .forEachRemaining(key -> dict.put(key, given.size() > 1 ? given.get(1) : Value.None.NONE));
    return dict.build();
  }

  private @Nullable Value sequenceMethod(Value sequence, List<Value> items, String name) {
    Operators operators = context.operators();
    return switch (name) {
      case "count" ->
          new Function(
              name,
              arguments -> {
                Value wanted = arguments.bindPositional(name, 1, 1).getFirst();
                return Int.of(items.stream().filter(i -> operators.equal(i, wanted)).count());
              });
      case "index" ->
          new Function(
              name,
              arguments -> {
                Value wanted = arguments.bindPositional(name, 1, 1).getFirst();
                for (int i = 0; i < items.size(); i++) {
                  if (operators.equal(items.get(i), wanted)) {
                    return Int.of(i);
                  }
                }
                throw Fault.value(
                    context.repr().repr(wanted) + " is not in the " + sequence.type());
              });
      case "copy" ->
          sequence instanceof ListValue
              ? new Function(name, arguments -> nothing(arguments, name, sequence))
              : null;
      default -> null;
    };
  }

  private static @Nullable Value intAttribute(Value value, String name) {
    BigInteger number =
        value instanceof Int(BigInteger i) ? i : value.truth() ? BigInteger.ONE : BigInteger.ZERO;
    return switch (name) {
      case "real", "numerator" -> new Int(number);
      case "imag" -> Int.of(0);
      case "denominator" -> Int.of(1);
      case "bit_length" ->
          new Function(
              name, arguments -> nothing(arguments, name, Int.of(number.abs().bitLength())));
      case "bit_count" ->
          new Function(
              name, arguments -> nothing(arguments, name, Int.of(number.abs().bitCount())));
      case "is_integer" ->
          new Function(name, arguments -> nothing(arguments, name, Value.Bool.TRUE));
      case "conjugate" ->
          new Function(name, arguments -> nothing(arguments, name, new Int(number)));
      default -> null;
    };
  }

  private static @Nullable Value realAttribute(double value, String name) {
    return switch (name) {
      case "real" -> new Value.Real(value);
      case "imag" -> new Value.Real(0);
      case "is_integer" ->
          new Function(
              name,
              arguments ->
                  nothing(
                      arguments,
                      name,
                      Value.Bool.of(value == Math.rint(value) && !Double.isInfinite(value))));
      default -> null;
    };
  }

  private static @Nullable Value rangeAttribute(Value.Range range, String name) {
    return switch (name) {
      case "start" -> Int.of(range.start());
      case "stop" -> Int.of(range.stop());
      case "step" -> Int.of(range.step());
      default -> null;
    };
  }
}

package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.GoFunction.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions that every template knows.
final class Builtins {
  private static final List<Parameter> ONE = List.of(Parameter.VALUE);
  private static final List<Parameter> TWO = List.of(Parameter.VALUE, Parameter.VALUE);

  static final Map<String, GoFunction> ALL =
      Map.ofEntries(
          Map.entry("and", GoFunction.logic(false)),
          Map.entry("or", GoFunction.logic(true)),
          Map.entry("not", GoFunction.of(ONE, (a, _) -> bool(!a.getFirst().unboxed().truth()))),
          Map.entry("len", GoFunction.of(ONE, (a, _) -> length(a.getFirst()))),
          Map.entry("index", GoFunction.of(ONE, Parameter.VALUE, (a, _) -> index(a))),
          Map.entry("slice", GoFunction.of(ONE, Parameter.VALUE, (a, _) -> slice(a))),
          Map.entry("eq", GoFunction.of(ONE, Parameter.VALUE, (a, _) -> bool(equal(a)))),
          Map.entry("ne", GoFunction.of(TWO, (a, _) -> bool(!equal(a)))),
          Map.entry("lt", GoFunction.of(TWO, (a, _) -> bool(less(a)))),
          Map.entry("le", GoFunction.of(TWO, (a, _) -> bool(less(a) || equal(a)))),
          Map.entry("gt", GoFunction.of(TWO, (a, _) -> bool(!(less(a) || equal(a))))),
          Map.entry("ge", GoFunction.of(TWO, (a, _) -> bool(!less(a)))),
          Map.entry(
              "print",
              GoFunction.of(
                  List.of(), Parameter.ANY, (a, b) -> new GoValue.Text(GoFormat.sprint(a, b)))),
          Map.entry(
              "println",
              GoFunction.of(
                  List.of(), Parameter.ANY, (a, b) -> new GoValue.Text(GoFormat.sprintln(a, b)))),
          Map.entry(
              "printf", GoFunction.of(List.of(Parameter.STRING), Parameter.ANY, Builtins::printf)),
          Map.entry(
              "html",
              GoFunction.of(
                  List.of(), Parameter.ANY, (a, b) -> new GoValue.Text(html(shown(a, b), b)))),
          Map.entry("js", unsupported("js")),
          Map.entry("urlquery", unsupported("urlquery")),
          Map.entry("call", unsupported("call")));

  private Builtins() {}

  private static GoFunction unsupported(String name) {
    return GoFunction.of(
        List.of(),
        Parameter.ANY,
        (_, _) -> {
          throw Fault.unsupported("the function " + name);
        });
  }

  private static GoValue bool(boolean value) {
    return new GoValue.Bool(value);
  }

  private static GoValue printf(List<GoValue> arguments, Budget budget) {
    String format = arguments.getFirst() instanceof GoValue.Text(String bytes) ? bytes : "";
    return new GoValue.Text(
        GoFormat.sprintf(format, arguments.subList(1, arguments.size()), budget));
  }

  /// What `html` escapes: a missing value is told as an action tells it, and pointers are followed.
  private static String shown(List<GoValue> arguments, Budget budget) {
    List<GoValue> values = new ArrayList<>();
    for (GoValue argument : arguments) {
      values.add(
          switch (argument.unboxed()) {
            case GoValue.Nil _ -> GoValue.Text.of("<no value>");
            case GoValue.Struct struct -> new GoValue.Struct(struct.type(), struct.fields(), false);
            case GoValue held -> held;
          });
    }
    return GoFormat.sprint(values, budget);
  }

  private static String html(String bytes, Budget budget) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      char character = bytes.charAt(i);
      String written =
          switch (character) {
            case 0 -> Bytes.ofCharacter(0xFFFD);
            case '"' -> "&#34;";
            case '\'' -> "&#39;";
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> String.valueOf(character);
          };
      escaped.append(budget.made(written));
    }
    return escaped.toString();
  }

  private static GoValue length(GoValue value) {
    GoValue held = value.unboxed();
    return new GoValue.Int(
        switch (held) {
          case GoValue.Text(String bytes) -> bytes.length();
          case GoValue.Slice slice -> slice.items().size();
          case GoValue.Dict dict -> dict.entries().size();
          case GoValue.Nil _ ->
              throw Fault.value(
                  value instanceof GoValue.Any
                      ? "len of nil pointer"
                      : "reflect: call of reflect.Value.Type on zero Value");
          case GoValue.Any _,
              GoValue.Bool _,
              GoValue.Int _,
              GoValue.Uint8 _,
              GoValue.Decimal _,
              GoValue.Struct _ ->
              throw Fault.value("len of type " + withoutPointer(held));
        });
  }

  private static String withoutPointer(GoValue value) {
    return value instanceof GoValue.Struct struct ? struct.type() : value.typeName();
  }

  private static int position(GoValue index, int capacity) {
    long value =
        switch (index) {
          case GoValue.Int(long number) -> number;
          case GoValue.Uint8(int number) -> number;
          case GoValue.Nil _ -> throw Fault.value("cannot index slice/array with nil");
          case GoValue.Any _,
              GoValue.Bool _,
              GoValue.Decimal _,
              GoValue.Text _,
              GoValue.Slice _,
              GoValue.Dict _,
              GoValue.Struct _ ->
              throw Fault.value("cannot index slice/array with type " + index.typeName());
        };
    if (value < 0 || value > capacity) {
      throw Fault.value("index out of range: " + value);
    }
    return (int) value;
  }

  private static GoValue index(List<GoValue> arguments) {
    GoValue item = arguments.getFirst().unboxed();
    if (item instanceof GoValue.Nil) {
      throw Fault.value("index of untyped nil");
    }
    for (GoValue argument : arguments.subList(1, arguments.size())) {
      GoValue at = argument.unboxed();
      GoValue of = item.unboxed();
      item =
          switch (of) {
            case GoValue.Nil _ -> throw Fault.value("index of nil pointer");
            case GoValue.Text(String bytes) -> {
              int position = position(at, bytes.length());
              if (position == bytes.length()) {
                throw Fault.value("reflect: string index out of range");
              }
              yield new GoValue.Uint8(bytes.charAt(position));
            }
            case GoValue.Slice slice -> {
              int position = position(at, slice.items().size());
              if (position == slice.items().size()) {
                throw Fault.value("reflect: slice index out of range");
              }
              yield slice.items().get(position);
            }
            case GoValue.Dict dict -> entry(dict, at);
            case GoValue.Any _,
                GoValue.Bool _,
                GoValue.Int _,
                GoValue.Uint8 _,
                GoValue.Decimal _,
                GoValue.Struct _ ->
                throw Fault.value("can't index item of type " + withoutPointer(of));
          };
    }
    return item;
  }

  private static GoValue entry(GoValue.Dict dict, GoValue key) {
    return switch (key) {
      case GoValue.Text text -> dict.entries().getOrDefault(text, dict.zero());
      case GoValue.Nil _ -> throw Fault.value("value is nil; should be of type string");
      case GoValue.Any _,
          GoValue.Bool _,
          GoValue.Int _,
          GoValue.Uint8 _,
          GoValue.Decimal _,
          GoValue.Slice _,
          GoValue.Dict _,
          GoValue.Struct _ ->
          throw Fault.value("value has type " + key.typeName() + "; should be string");
    };
  }

  private static GoValue slice(List<GoValue> arguments) {
    GoValue item = arguments.getFirst().unboxed();
    List<GoValue> indexes = arguments.subList(1, arguments.size());
    if (item instanceof GoValue.Nil) {
      throw Fault.value("slice of untyped nil");
    }
    if (indexes.size() > 3) {
      throw Fault.value("too many slice indexes: " + indexes.size());
    }
    int length =
        switch (item) {
          case GoValue.Text(String bytes) -> {
            if (indexes.size() == 3) {
              throw Fault.value("cannot 3-index slice a string");
            }
            yield bytes.length();
          }
          case GoValue.Slice slice -> slice.items().size();
          case GoValue.Nil _,
              GoValue.Any _,
              GoValue.Bool _,
              GoValue.Int _,
              GoValue.Uint8 _,
              GoValue.Decimal _,
              GoValue.Dict _,
              GoValue.Struct _ ->
              throw Fault.value("can't slice item of type " + item.typeName());
        };
    int[] bounds = {0, length, length};
    for (int i = 0; i < indexes.size(); i++) {
      bounds[i] = position(indexes.get(i).unboxed(), length);
    }
    for (int i = 0; i < 2; i++) {
      if (bounds[i] > bounds[i + 1]) {
        throw Fault.value("invalid slice index: " + bounds[i] + " > " + bounds[i + 1]);
      }
    }
    return item instanceof GoValue.Slice slice
        ? new GoValue.Slice(
            slice.type(), slice.items().subList(bounds[0], bounds[1]), false, slice.display())
        : new GoValue.Text(((GoValue.Text) item).bytes().substring(bounds[0], bounds[1]));
  }

  // ---- comparison

  /// What kinds can be compared with each other.
  private enum Kind {
    NONE,
    BOOL,
    INTEGER,
    FLOAT,
    TEXT
  }

  private static Kind kind(GoValue value) {
    return switch (value) {
      case GoValue.Bool _ -> Kind.BOOL;
      case GoValue.Int _, GoValue.Uint8 _ -> Kind.INTEGER;
      case GoValue.Decimal _ -> Kind.FLOAT;
      case GoValue.Text _ -> Kind.TEXT;
      case GoValue.Nil _, GoValue.Any _, GoValue.Slice _, GoValue.Dict _, GoValue.Struct _ ->
          Kind.NONE;
    };
  }

  private static boolean equal(List<GoValue> arguments) {
    if (arguments.size() < 2) {
      throw Fault.value("missing argument for comparison");
    }
    GoValue first = arguments.getFirst().unboxed();
    for (GoValue argument : arguments.subList(1, arguments.size())) {
      if (equal(first, argument.unboxed())) {
        return true;
      }
    }
    return false;
  }

  private static boolean equal(GoValue a, GoValue b) {
    if (kind(a) != kind(b)) {
      if (a instanceof GoValue.Nil || b instanceof GoValue.Nil) {
        return false;
      }
      throw Fault.value("incompatible types for comparison");
    }
    if (kind(a) == Kind.INTEGER) {
      return integer(a) == integer(b);
    }
    if (a instanceof GoValue.Decimal(double x) && b instanceof GoValue.Decimal(double y)) {
      return x == y; // not as records compare: 0 is -0, and what is not a number equals nothing
    }
    if (kind(a) != Kind.NONE) {
      return a.equals(b);
    }
    if (isNil(a) || isNil(b)) {
      return isNil(a) == isNil(b);
    }
    if (a instanceof GoValue.Struct x && b instanceof GoValue.Struct y) {
      return x.pointer() ? isSame(x, y) : x.equals(y);
    }
    throw Fault.value("non-comparable type " + GoFormat.plain(b, 0) + ": " + b.typeName());
  }

  @SuppressWarnings("ReferenceEquality") // pointers are equal if they point to the same
  private static boolean isSame(GoValue a, @Nullable GoValue b) {
    return a == b;
  }

  private static boolean isNil(GoValue value) {
    return value instanceof GoValue.Nil
        || (value instanceof GoValue.Slice slice && slice.nil())
        || (value instanceof GoValue.Dict dict && dict.nil());
  }

  private static long integer(GoValue value) {
    return value instanceof GoValue.Uint8(int number) ? number : ((GoValue.Int) value).value();
  }

  private static boolean less(List<GoValue> arguments) {
    GoValue a = arguments.get(0).unboxed();
    GoValue b = arguments.get(1).unboxed();
    if (kind(a) == Kind.NONE || kind(b) == Kind.NONE) {
      throw Fault.value("invalid type for comparison");
    }
    if (kind(a) != kind(b)) {
      throw Fault.value("incompatible types for comparison");
    }
    return switch (kind(a)) {
      case INTEGER -> integer(a) < integer(b);
      case FLOAT -> ((GoValue.Decimal) a).value() < ((GoValue.Decimal) b).value();
      case TEXT -> ((GoValue.Text) a).compareTo((GoValue.Text) b) < 0;
      case NONE, BOOL -> throw Fault.value("invalid type for comparison");
    };
  }
}

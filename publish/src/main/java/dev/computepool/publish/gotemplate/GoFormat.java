package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.GoValue.Display;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Values as Go's `fmt` writes them.
final class GoFormat {
  private GoFormat() {}

  /// What an action writes.
  static String print(GoValue value, Budget budget) {
    return switch (value) {
      case GoValue.Nil _ -> "<no value>";
      case GoValue.Struct struct -> structure(struct);
      case GoValue.Any _,
          GoValue.Bool _,
          GoValue.Int _,
          GoValue.Uint8 _,
          GoValue.Decimal _,
          GoValue.Text _,
          GoValue.Slice _,
          GoValue.Dict _ -> {
        yield budget.made(plain(value, 0));
      }
    };
  }

  /// `fmt.Sprint`: with a space between two of which neither is a string.
  static String sprint(List<GoValue> values, Budget budget) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      if (i > 0 && !isText(values.get(i)) && !isText(values.get(i - 1))) {
        text.append(' ');
      }
      text.append(budget.made(plain(values.get(i), 0)));
    }
    return text.toString();
  }

  /// `fmt.Sprintln`.
  static String sprintln(List<GoValue> values, Budget budget) {
    List<String> texts = new ArrayList<>();
    for (GoValue value : values) {
      texts.add(budget.made(plain(value, 0)));
    }
    return String.join(" ", texts) + "\n";
  }

  private static boolean isText(GoValue value) {
    return value.unboxed() instanceof GoValue.Text;
  }

  /// `%v`.
  ///
  /// @param depth how many values it is within
  static String plain(GoValue value, int depth) {
    return switch (value.unboxed()) {
      case GoValue.Nil _ -> "<nil>";
      case GoValue.Any _ -> throw new AssertionError("an interface holds no interface");
      case GoValue.Bool(boolean truth) -> Boolean.toString(truth);
      case GoValue.Int(long number) -> Long.toString(number);
      case GoValue.Uint8(int number) -> Integer.toString(number);
      case GoValue.Decimal(double number) -> GoFloat.shortest(number);
      case GoValue.Text(String bytes) -> bytes;
      case GoValue.Slice slice -> {
        if (slice.display() != Display.PLAIN) {
          yield display(slice);
        }
        List<String> texts = new ArrayList<>();
        for (GoValue item : slice.items()) {
          texts.add(plain(item, depth + 1));
        }
        yield "[" + String.join(" ", texts) + "]";
      }
      case GoValue.Dict dict -> {
        if (dict.display() != Display.PLAIN) {
          yield display(dict);
        }
        List<String> texts = new ArrayList<>();
        for (Map.Entry<GoValue.Text, GoValue> entry : dict.entries().entrySet()) {
          texts.add(entry.getKey().bytes() + ":" + plain(entry.getValue(), depth + 1));
        }
        yield "map[" + String.join(" ", texts) + "]";
      }
      case GoValue.Struct struct -> {
        if (struct.pointer() && depth > 0) {
          throw Fault.unsupported("the text of an address: " + struct.typeName());
        }
        yield (struct.pointer() ? "&" : "") + structure(struct);
      }
    };
  }

  private static String structure(GoValue.Struct struct) {
    List<String> texts = new ArrayList<>();
    for (GoValue.Field field : struct.fields()) {
      texts.add(plain(field.value(), 1));
    }
    return "{" + String.join(" ", texts) + "}";
  }

  /// What the `String()` of a type makes of it.
  static String display(GoValue value) {
    if (value instanceof GoValue.Slice slice && slice.display() == Display.WORD) {
      return slice.items().size() == 1
          ? plain(slice.items().getFirst(), 1)
          : slice.items().isEmpty()
              ? ""
              : plain(new GoValue.Slice(slice.type(), slice.items(), false, Display.PLAIN), 0);
    }
    return value instanceof GoValue.Dict dict && dict.nil() ? "{}" : GoJson.of(value);
  }

  /// `fmt.Sprintf`.
  static String sprintf(String format, List<GoValue> values, Budget budget) {
    budget.text(format.length());
    StringBuilder text = new StringBuilder();
    int used = 0;
    int at = 0;
    while (at < format.length()) {
      char character = format.charAt(at);
      if (character != '%') {
        text.append(character);
        at++;
        continue;
      }
      Verb verb = Verb.read(format, at);
      at = verb.end();
      if (verb.letter() == '%') {
        text.append('%');
      } else if (verb.letter() == 0) {
        text.append("%!(NOVERB)");
      } else if (used >= values.size()) {
        text.append("%!").append(Bytes.ofCharacter(verb.letter())).append("(MISSING)");
      } else {
        budget.text(Math.max(verb.width(), 0) + Math.max(verb.precision(), 0));
        text.append(budget.made(verb.format(values.get(used++))));
      }
    }
    if (used < values.size()) {
      List<String> extra = new ArrayList<>();
      for (GoValue value : values.subList(used, values.size())) {
        GoValue held = value.unboxed();
        extra.add(
            held instanceof GoValue.Nil
                ? "<nil>"
                : held.typeName() + "=" + budget.made(plain(held, 0)));
      }
      text.append("%!(EXTRA ").append(String.join(", ", extra)).append(')');
    }
    return text.toString();
  }

  /// One verb of a format.
  ///
  /// @param width -1 if there is none
  /// @param precision -1 if there is none
  /// @param letter 0 if the format ends before it
  private record Verb(String flags, int width, int precision, int letter, int end) {
    private static final int MAX_NUMBER = 1_000_000;

    static Verb read(String format, int start) {
      int at = start + 1;
      int flagsStart = at;
      while (at < format.length() && "+-# 0".indexOf(format.charAt(at)) >= 0) {
        at++;
      }
      String flags = format.substring(flagsStart, at);
      int[] number = digits(format, at);
      int width = number[0];
      at = number[1];
      int precision = -1;
      if (at < format.length() && format.charAt(at) == '.') {
        number = digits(format, at + 1);
        precision = Math.max(number[0], 0);
        at = number[1];
      }
      if (at < format.length() && "*[".indexOf(format.charAt(at)) >= 0) {
        throw Fault.unsupported("'" + format.charAt(at) + "' in a format");
      }
      int letter = at < format.length() ? Bytes.characterAt(format, at) : 0;
      int end = at < format.length() ? at + Bytes.width(format, at) : at;
      return new Verb(flags, width, precision, letter, end);
    }

    private static int[] digits(String format, int start) {
      int at = start;
      int value = -1;
      while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
        value = Math.max(value, 0) * 10 + format.charAt(at) - '0';
        if (value > MAX_NUMBER) {
          throw Fault.unsupported("a width or precision above " + MAX_NUMBER);
        }
        at++;
      }
      return new int[] {value, at};
    }

    String format(GoValue argument) {
      GoValue value = argument.unboxed();
      if (letter == 'T') {
        return padded(value instanceof GoValue.Nil ? "<nil>" : value.typeName());
      }
      if (value instanceof GoValue.Nil) {
        return letter == 'v' ? padded("<nil>") : "%!" + Bytes.ofCharacter(letter) + "(<nil>)";
      }
      if (flags.contains("#")) {
        throw Fault.unsupported("'#' in a format");
      }
      return switch (value) {
        case GoValue.Text(String bytes) -> text(value, bytes);
        case GoValue.Int(long number) -> integer(value, number);
        case GoValue.Uint8(int number) -> integer(value, number);
        case GoValue.Decimal(double number) -> decimal(value, number);
        case GoValue.Bool(boolean truth) ->
            letter == 'v' || letter == 't' ? padded(Boolean.toString(truth)) : bad(value);
        case GoValue.Slice _, GoValue.Dict _, GoValue.Struct _ -> whole(value);
        case GoValue.Nil _, GoValue.Any _ -> throw new AssertionError("unboxed: " + value);
      };
    }

    /// What holds other values, each of which is written by the same verb.
    private String whole(GoValue value) {
      boolean shown =
          (value instanceof GoValue.Slice slice && slice.display() != Display.PLAIN)
              || (value instanceof GoValue.Dict dict && dict.display() != Display.PLAIN);
      if (shown) {
        return text(value, display(value));
      }
      List<String> texts = new ArrayList<>();
      return switch (value) {
        case GoValue.Slice slice -> {
          slice.items().forEach(item -> texts.add(inner(item)));
          yield "[" + String.join(" ", texts) + "]";
        }
        case GoValue.Dict dict -> {
          dict.entries().forEach((key, item) -> texts.add(inner(key) + ":" + inner(item)));
          yield "map[" + String.join(" ", texts) + "]";
        }
        case GoValue.Struct struct -> {
          for (GoValue.Field field : struct.fields()) {
            String name = letter == 'v' && flags.contains("+") ? field.name() + ":" : "";
            texts.add(name + inner(field.value()));
          }
          yield (struct.pointer() ? "&" : "") + "{" + String.join(" ", texts) + "}";
        }
        case GoValue.Nil _,
            GoValue.Any _,
            GoValue.Bool _,
            GoValue.Int _,
            GoValue.Uint8 _,
            GoValue.Decimal _,
            GoValue.Text _ ->
            throw new AssertionError("holds nothing: " + value);
      };
    }

    private String inner(GoValue value) {
      if (value.unboxed() instanceof GoValue.Struct struct && struct.pointer()) {
        throw Fault.unsupported("the text of an address: " + struct.typeName());
      }
      return value.unboxed() instanceof GoValue.Nil ? padded("<nil>") : format(value);
    }

    private String text(GoValue value, String bytes) {
      String cut = precision < 0 ? bytes : Bytes.firstCharacters(bytes, precision);
      return switch (letter) {
        case 'v', 's' -> padded(cut);
        case 'q' -> padded(Bytes.quote(cut));
        case 'x', 'X' -> {
          HexFormat hex = letter == 'x' ? HexFormat.of() : HexFormat.of().withUpperCase();
          yield padded(hex.formatHex(cut.getBytes(StandardCharsets.ISO_8859_1)));
        }
        default -> bad(value);
      };
    }

    private String integer(GoValue value, long number) {
      String digits =
          switch (letter) {
            case 'v', 'd' -> Long.toString(Math.abs(number));
            case 'b' -> Long.toString(Math.abs(number), 2);
            case 'o' -> Long.toString(Math.abs(number), 8);
            case 'x' -> Long.toString(Math.abs(number), 16);
            case 'X' -> Long.toString(Math.abs(number), 16).toUpperCase(Locale.ROOT);
            case 'c' -> Bytes.ofCharacter(Math.toIntExact(Math.clamp(number, -1, 0x110000)));
            case 'U' -> "U+%04X".formatted(number);
            case 'q' -> Bytes.quoteCharacter(Math.toIntExact(Math.clamp(number, -1, 0x110000)));
            default -> "";
          };
      if (digits.isEmpty()) {
        return bad(value);
      }
      if ("cqU".indexOf(letter) >= 0) {
        return padded(digits);
      }
      if (precision >= 0) {
        digits = "0".repeat(Math.max(0, precision - digits.length())) + digits;
      }
      return signed(number < 0, digits, precision < 0);
    }

    private String decimal(GoValue value, double number) {
      boolean negative = number < 0 || 1 / number < 0;
      double size = Math.abs(number);
      String digits =
          switch (letter) {
            case 'v', 'g' -> {
              if (precision >= 0) {
                throw Fault.unsupported("a precision of %g");
              }
              yield GoFloat.shortest(size);
            }
            case 'f', 'F' -> GoFloat.fixed(size, precision < 0 ? 6 : precision);
            case 'e', 'E' -> {
              String text = GoFloat.scientific(size, precision < 0 ? 6 : precision);
              yield letter == 'E' ? text.toUpperCase(Locale.ROOT) : text;
            }
            default -> "";
          };
      return digits.isEmpty() ? bad(value) : signed(negative, digits, Double.isFinite(number));
    }

    private String signed(boolean negative, String digits, boolean mayZero) {
      String sign =
          negative
              ? "-"
              : flags.contains("+") && letter != 'v' ? "+" : flags.contains(" ") ? " " : "";
      if (flags.contains("0") && !flags.contains("-") && mayZero) {
        digits = "0".repeat(Math.max(0, width - sign.length() - digits.length())) + digits;
      }
      return padded(sign + digits);
    }

    private String padded(String bytes) {
      int missing = width - Bytes.characters(bytes);
      if (missing <= 0) {
        return bytes;
      }
      if (flags.contains("-")) {
        return bytes + " ".repeat(missing);
      }
      // Go pads text with zeros too.
      return (flags.contains("0") ? "0" : " ").repeat(missing) + bytes;
    }

    private String bad(GoValue value) {
      return "%!"
          + Bytes.ofCharacter(letter)
          + "("
          + value.typeName()
          + "="
          + plain(value, 0)
          + ")";
    }
  }
}

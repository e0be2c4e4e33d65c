package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Python's `%` between a text and its values.
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ #0]*)(\\*|\\d{1,9})?(?:\\.(\\*|\\d{0,9}))?[hlL]?(.)?",
          Pattern.DOTALL);

  private final Operators operators;
  private final Repr repr;
  private final Value values;
  private final boolean safe;
  private final Iterator<Value> positional;
  private boolean usedNames;

  private PercentFormat(Value values, boolean safe, Operators operators) {
    this.values = values;
    this.safe = safe;
    this.operators = operators;
    this.repr = new Repr(operators.budget());
    this.positional =
        values instanceof Tuple(List<Value> items) ? items.iterator() : List.of(values).iterator();
  }

  static Str format(Str format, Value values, Operators operators) {
    PercentFormat fields = new PercentFormat(values, format.safe(), operators);
    return new Str(fields.fill(format.text()), format.safe());
  }

  private String fill(String format) {
    Out out = new Out(operators.budget());
    Matcher field = FIELD.matcher(format);
    int at = 0;
    while (field.find(at)) {
      out.append(format.substring(at, field.start()));
      out.append(field(field));
      at = field.end();
    }
    out.append(format.substring(at));
    if (positional.hasNext() && !usedNames && !hasItems()) {
      throw Fault.value("not all values of a format are used");
    }
    return out.toString();
  }

  /// Whether it is what Python takes for a mapping, whose values need not all be used.
  private boolean hasItems() {
    return switch (values) {
      case Dict _, Value.ListValue _, Value.Range _, Value.Undefined _ -> true;
      default -> false;
    };
  }

  private String field(Matcher field) {
    String type = field.group(5);
    if (type == null) {
      throw Fault.value("a format ends within a field");
    }
    if (type.equals("%")) {
      return "%";
    }
    String flags = field.group(2);
    long width = number(field.group(3), 0);
    int precision = (int) number(field.group(4), -1);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    Value value = value(field.group(1));
    String sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    boolean alternate = flags.contains("#");
    boolean numeric = "diufFeEgGxXo".contains(type);
    boolean left = flags.contains("-");
    boolean zero = flags.contains("0") && !left && numeric;
    String align = left ? "<" : zero ? "=" : ">";
    String text =
        switch (type) {
          case "s" -> cut(escaped(value, repr.str(value)), precision);
          case "r" -> cut(escaped(value, repr.repr(value)), precision);
          case "a" -> cut(escaped(value, Repr.ascii(repr.repr(value))), precision);
          case "c" -> character(value);
          case "d", "i", "u" -> minimum(sign(integer(value), sign), precision);
          case "x", "X", "o" -> base(integerOnly(value), type, sign, alternate);
          case "f", "F", "e", "E", "g", "G" -> real(value, type, sign, alternate, precision);
          default -> throw Fault.value("unknown format '%" + type + "'");
        };
    FieldSpec padding = new FieldSpec(zero ? "0" : " ", align, "", false, "", width, -1, "");
    return padded(padding, text, zero);
  }

  private String padded(FieldSpec padding, String text, boolean zero) {
    boolean signed = zero && (text.startsWith("-") || text.startsWith("+") || text.startsWith(" "));
    String sign = signed ? text.substring(0, 1) : "";
    String digits = text.substring(sign.length());
    return switch (padding.align()) {
      case "<" -> StringMethods.pad(text, padding.width(), " ", "ljust", operators.budget());
      case "=" ->
          sign
              + StringMethods.pad(
                  digits, padding.width() - sign.length(), "0", "rjust", operators.budget());
      default -> StringMethods.pad(text, padding.width(), " ", "rjust", operators.budget());
    };
  }

  private long number(@Nullable String text, long absent) {
    if (text == null) {
      return absent;
    }
    if (text.equals("*")) {
      return StringMethods.integer(next(), "'*' in a format");
    }
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private Value value(@Nullable String name) {
    if (name == null) {
      return next();
    }
    if (!(values instanceof Dict dict)) {
      throw Fault.value("a format with names needs a mapping");
    }
    usedNames = true;
    Value value = dict.get(name);
    if (value == null) {
      throw Fault.value("a format has a field '" + name + "', which has no value");
    }
    return value;
  }

  private Value next() {
    if (!positional.hasNext()) {
      throw Fault.value("not enough values for a format");
    }
    return positional.next();
  }

  private String escaped(Value value, String text) {
    boolean already = value instanceof Str(String _, boolean valueSafe) && valueSafe;
    return safe && !already ? Texts.escapeHtml(text) : text;
  }

  private static String cut(String text, int precision) {
    return precision < 0 || precision >= Texts.length(text)
        ? text
        : text.substring(0, Texts.offset(text, precision));
  }

  private static String character(Value value) {
    if (value instanceof Str(String text, boolean _) && Texts.length(text) == 1) {
      return text;
    }
    BigInteger code = integerOnly(value);
    if (code.signum() < 0 || code.bitLength() > 21 || code.intValue() > Character.MAX_CODE_POINT) {
      throw Fault.value(code + " is no character");
    }
    return Character.toString(code.intValue());
  }

  private static BigInteger integer(Value value) {
    return switch (Operators.number(value)) {
      case BigInteger i -> i;
      case Double d when !d.isNaN() && !d.isInfinite() -> new BigDecimal(d).toBigInteger();
      case null, default ->
          throw Fault.value("a format needs a number, not '" + value.type() + "'");
    };
  }

  private static BigInteger integerOnly(Value value) {
    if (Operators.number(value) instanceof BigInteger i) {
      return i;
    }
    throw Fault.value("a format needs an integer, not '" + value.type() + "'");
  }

  private static String sign(BigInteger value, String sign) {
    return value.signum() < 0 ? Numbers.print(value) : sign + Numbers.print(value);
  }

  private String minimum(String signed, int digits) {
    int start = signed.isEmpty() || Character.isDigit(signed.charAt(0)) ? 0 : 1;
    return signed.substring(0, start)
        + StringMethods.pad(signed.substring(start), digits, "0", "rjust", operators.budget());
  }

  private static String base(BigInteger value, String type, String sign, boolean alternate) {
    List<String> parts = new ArrayList<>();
    parts.add(value.signum() < 0 ? "-" : sign);
    parts.add(alternate ? "0" + type : "");
    String digits = value.abs().toString(type.equals("o") ? 8 : 16);
    parts.add(type.equals("X") ? digits.toUpperCase(java.util.Locale.ROOT) : digits);
    return String.join("", parts);
  }

  private String real(Value value, String type, String sign, boolean alternate, int precision) {
    Number number = Operators.number(value);
    if (number == null) {
      throw Fault.value("a format needs a number, not '" + value.type() + "'");
    }
    FieldSpec spec =
        new FieldSpec(" ", ">", sign, alternate, "", 0, precision < 0 ? 6 : precision, type);
    return spec.apply(
        new Value.Real(Operators.real(number)),
        new RenderContext(operators.budget(), java.time.Clock.systemUTC()));
  }
}

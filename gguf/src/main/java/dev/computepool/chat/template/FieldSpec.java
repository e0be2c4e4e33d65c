package dev.computepool.chat.template;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How one value is written within a text: Python's format specification, such as `>8.2f`.
///
/// @param align `<`, `>`, `^` or `=`, or empty for the way of the type
/// @param precision -1 if none is given
/// @param type a letter, or empty for the way of the value
record FieldSpec(
    String fill,
    String align,
    String sign,
    boolean alternate,
    String grouping,
    long width,
    int precision,
    String type) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\\d{1,9})?([,_])?(?:\\.(\\d{1,9}))?([a-zA-Z%])?",
          Pattern.DOTALL);

  static FieldSpec parse(String text) {
    Matcher m = SPEC.matcher(text);
    if (!m.matches() || m.group(4) != null) {
      throw Fault.value("'" + text + "' is no format of a value");
    }
    String fill = m.group(6) != null ? "0" : " ";
    return new FieldSpec(
        m.group(1) != null ? m.group(1) : fill,
        text(m, 2),
        text(m, 3),
        m.group(5) != null,
        text(m, 8),
        m.group(7) == null ? 0 : Long.parseLong(m.group(7)),
        m.group(9) == null ? -1 : Integer.parseInt(m.group(9)),
        text(m, 10));
  }

  private static String text(Matcher m, int group) {
    return m.group(group) == null ? "" : m.group(group);
  }

  /// A value as this specification has it.
  String apply(Value value, RenderContext context) {
    Number number = Operators.number(value);
    if (number == null) {
      return text(value, context);
    }
    if (number instanceof BigInteger i && (type.isEmpty() || "dbcoxXn".contains(type))) {
      return integer(i, context.budget());
    }
    return real(Operators.real(number), number instanceof BigInteger, context.budget());
  }

  private String text(Value value, RenderContext context) {
    boolean plain =
        fill.equals(" ") && align.isEmpty() && width == 0 && precision < 0 && type.isEmpty();
    if (!(value instanceof Value.Str) && !plain) {
      throw Fault.value("'" + value.type() + "' takes no format");
    }
    boolean numeric = !sign.isEmpty() || !grouping.isEmpty() || alternate || align.equals("=");
    if ((!type.isEmpty() && !type.equals("s")) || numeric) {
      throw Fault.value("'" + value.type() + "' cannot be written in the format '" + type + "'");
    }
    String text = context.str(value);
    if (precision >= 0 && precision < Texts.length(text)) {
      text = text.substring(0, Texts.offset(text, precision));
    }
    return pad("", text, "<", context.budget());
  }

  private String integer(BigInteger value, Budget budget) {
    if (precision >= 0) {
      throw Fault.value("an integer takes no precision");
    }
    BigInteger absolute = value.abs();
    String digits =
        switch (type) {
          case "b" -> absolute.toString(2);
          case "o" -> absolute.toString(8);
          case "x" -> absolute.toString(16);
          case "X" -> absolute.toString(16).toUpperCase(Locale.ROOT);
          case "c" -> character(value);
          default -> Numbers.print(absolute);
        };
    String prefix = alternate && "boxX".contains(type) && !type.isEmpty() ? "0" + type : "";
    int group = "boxX".contains(type) && !type.isEmpty() ? 4 : 3;
    return pad(
        sign(value.signum() < 0) + prefix, grouped(digits, digits.length(), group), ">", budget);
  }

  private static String character(BigInteger code) {
    if (code.signum() < 0 || code.bitLength() > 21 || code.intValue() > Character.MAX_CODE_POINT) {
      throw Fault.value(code + " is no character");
    }
    return Character.toString(code.intValue());
  }

  private String real(double value, boolean integer, Budget budget) {
    budget.text(precision + 1L);
    double absolute = Math.abs(value);
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    int places = precision < 0 ? 6 : precision;
    String digits =
        switch (type) {
          case "f", "F" -> Numbers.fixed(absolute, places);
          case "e", "E" -> Numbers.scientific(absolute, places);
          case "g", "G", "n" -> Numbers.general(absolute, places, alternate);
          case "%" -> Numbers.fixed(absolute * 100, places) + "%";
          case "" -> precision < 0 ? Numbers.print(absolute) : shortest(absolute);
          default ->
              throw Fault.value(
                  "'%s' cannot be written in the format '%s'"
                      .formatted(integer ? "int" : "float", type));
        };
    if (type.equals("E") || type.equals("G") || type.equals("F")) {
      digits = digits.toUpperCase(Locale.ROOT);
    }
    int whole = 0;
    while (whole < digits.length() && Character.isDigit(digits.charAt(whole))) {
      whole++;
    }
    return pad(sign(negative), grouped(digits, whole, 3), ">", budget);
  }

  /// Like `g`, but with at least one digit after the point.
  private String shortest(double value) {
    String general = Numbers.general(value, precision, false);
    boolean whole = general.chars().allMatch(Character::isDigit);
    return whole
        ? (general.length() < Math.max(1, precision)
            ? general + ".0"
            : Numbers.scientific(value, Math.max(0, precision - 1)))
        : general;
  }

  private String sign(boolean negative) {
    return negative ? "-" : sign.equals("-") ? "" : sign;
  }

  /// With marks between groups of its first digits.
  private String grouped(String digits, int whole, int size) {
    if (grouping.isEmpty()) {
      return digits;
    }
    StringBuilder out = new StringBuilder(digits);
    for (int i = whole - size; i > 0; i -= size) {
      out.insert(i, grouping);
    }
    return out.toString();
  }

  private String pad(String sign, String text, String usual, Budget budget) {
    // Zeros that nobody aligned stand between a sign and its number, but after a text.
    boolean zeros = fill.equals("0") && usual.equals(">");
    String where = !align.isEmpty() ? align : zeros ? "=" : usual;
    String whole = sign + text;
    return switch (where) {
      case "<" -> StringMethods.pad(whole, width, fill, "ljust", budget);
      case ">" -> StringMethods.pad(whole, width, fill, "rjust", budget);
      case "=" -> sign + StringMethods.pad(text, width - sign.length(), fill, "rjust", budget);
      default -> {
        long missing = Math.max(0, width - Texts.length(whole));
        String left =
            StringMethods.pad(whole, Texts.length(whole) + missing / 2, fill, "rjust", budget);
        yield StringMethods.pad(left, width, fill, "ljust", budget);
      }
    };
  }
}

package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.None;
import dev.computepool.chat.template.Value.Real;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Filters over numbers, and over values of whatever type.
final class ValueFilters {
  private ValueFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("default", ValueFilters::orDefault);
    all.put("d", ValueFilters::orDefault);
    all.put("tojson", ValueFilters::json);
    all.put("attr", ValueFilters::attribute);
    all.put("int", ValueFilters::integer);
    all.put("float", ValueFilters::real);
    all.put("abs", ValueFilters::absolute);
    all.put("round", ValueFilters::round);
    all.put("filesizeformat", ValueFilters::fileSize);
  }

  private static Value orDefault(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("default", 0, "default_value", "boolean");
    boolean replaced =
        value instanceof Undefined || (given[1] != null && given[1].truth() && !value.truth());
    return !replaced ? value : given[0] == null ? Str.EMPTY : given[0];
  }

  /// `json.dumps` with the defaults of transformers.
  private static Value json(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    String indent =
        switch (given[1]) {
          case null -> null;
          case None _ -> null;
          case Str(String text, boolean _) -> text;
          default -> {
            long width = Math.max(0, StringMethods.integer(given[1], "indent"));
            context.budget().text(width);
            yield " ".repeat((int) width);
          }
        };
    String itemSeparator = indent == null ? ", " : ",";
    String keySeparator = ": ";
    if (given[2] != null && given[2] != None.NONE) {
      List<Value> both = Sequences.list(given[2], context.budget());
      if (both.size() != 2
          || !(both.get(0) instanceof Str(String item, boolean _))
          || !(both.get(1) instanceof Str(String key, boolean _))) {
        throw Fault.value("the separators of tojson are two strings");
      }
      itemSeparator = item;
      keySeparator = key;
    }
    JsonText.Style style =
        new JsonText.Style(
            given[0] != null && given[0].truth(),
            indent,
            itemSeparator,
            keySeparator,
            given[3] != null && given[3].truth());
    return new Str(JsonText.of(value, style, context.operators(), context.budget()));
  }

  private static Value attribute(Value value, Arguments arguments, RenderContext context) {
    Value name = arguments.bindPositional("attr", 1, 1).getFirst();
    if (!(name instanceof Str(String text, boolean _))) {
      throw Fault.value("attr needs the name of an attribute");
    }
    Value attribute = context.attributes().own(value, text);
    return attribute == null ? Undefined.attribute(value, text) : attribute;
  }

  private static Value integer(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("int", 0, "default", "base");
    Operators.requireDefined(value);
    Value absent = given[0] == null ? Int.of(0) : given[0];
    long base = given[1] == null ? 10 : StringMethods.integer(given[1], "int");
    Number number = Operators.number(value);
    if (number instanceof BigInteger i) {
      return new Int(i);
    }
    if (value instanceof Str(String text, boolean _)) {
      Optional<BigInteger> integer = Numbers.parseInteger(text, base);
      if (integer.isPresent()) {
        return new Int(integer.get());
      }
      number = Numbers.parseReal(text).orElse(null);
    }
    if (!(number instanceof Double d)) {
      return absent;
    }
    if (d.isInfinite() && value instanceof Real) {
      throw Fault.value("an infinite float is no integer");
    }
    return d.isNaN() || d.isInfinite() ? absent : new Int(new BigDecimal(d).toBigInteger());
  }

  private static Value real(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("float", 0, "default");
    Operators.requireDefined(value);
    Value absent = given[0] == null ? new Real(0) : given[0];
    Number number = Operators.number(value);
    if (number != null) {
      return new Real(Operators.real(number));
    }
    return value instanceof Str(String text, boolean _)
        ? Numbers.parseReal(text).<Value>map(Real::new).orElse(absent)
        : absent;
  }

  private static Value absolute(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("abs", 0, 0);
    Operators.requireDefined(value);
    return switch (Operators.number(value)) {
      case BigInteger i -> new Int(i.abs());
      case Double d -> new Real(Math.abs(d));
      case null, default -> throw Fault.value("abs needs a number, not '" + value.type() + "'");
    };
  }

  private static Value round(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("round", 0, "precision", "method");
    long precision = given[0] == null ? 0 : StringMethods.integer(given[0], "round");
    String method = given[1] == null ? "common" : context.str(given[1]);
    Operators.requireDefined(value);
    Number number = Operators.number(value);
    if (number == null) {
      throw Fault.value("round needs a number, not '" + value.type() + "'");
    }
    double scale = Math.pow(10, (double) precision);
    return switch (method) {
      case "common" ->
          number instanceof BigInteger i
              ? new Int(roundInteger(i, precision))
              : new Real(roundReal(number.doubleValue(), precision));
      case "ceil" -> new Real(whole(Math.ceil(Operators.real(number) * scale)) / scale);
      case "floor" -> new Real(whole(Math.floor(Operators.real(number) * scale)) / scale);
      default -> throw Fault.value("round has no method '" + method + "'");
    };
  }

  /// A float that Python makes an integer of, which has no negative zero.
  private static double whole(double value) {
    if (!Double.isFinite(value)) {
      throw Fault.value(Numbers.print(value) + " is no integer");
    }
    return value == 0 ? 0 : value;
  }

  private static BigInteger roundInteger(BigInteger value, long precision) {
    if (precision >= 0 || precision < -Numbers.MAX_BITS) {
      return precision >= 0 ? value : BigInteger.ZERO;
    }
    return new BigDecimal(value).setScale((int) precision, RoundingMode.HALF_EVEN).toBigInteger();
  }

  private static double roundReal(double value, long precision) {
    if (Double.isNaN(value) || Double.isInfinite(value) || precision > 330 || value == 0) {
      return value;
    }
    if (precision < -330) {
      return Math.copySign(0, value);
    }
    double rounded =
        new BigDecimal(value).setScale((int) precision, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(rounded, value);
  }

  private static Value fileSize(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("filesizeformat", 0, "binary");
    boolean binary = given[0] != null && given[0].truth();
    Number number =
        value instanceof Str(String text, boolean _)
            ? Numbers.parseReal(text).orElse(null)
            : Operators.number(value);
    if (number == null) {
      throw Fault.value("filesizeformat needs a number, not '" + value.type() + "'");
    }
    double bytes = Operators.real(number);
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return new Str("1 Byte");
    }
    if (bytes < base) {
      return new Str(new BigDecimal(bytes).toBigInteger() + " Bytes");
    }
    String[] prefixes = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
    int i = 0;
    double unit = (double) base * base;
    while (i < prefixes.length - 1 && !(bytes < unit)) {
      unit *= base;
      i++;
    }
    String prefix =
        binary ? prefixes[i].toUpperCase(java.util.Locale.ROOT) + "iB" : prefixes[i] + "B";
    return new Str(Numbers.fixed(base * bytes / unit, 1) + " " + prefix);
  }
}

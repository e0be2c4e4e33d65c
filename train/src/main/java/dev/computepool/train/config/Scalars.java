package dev.computepool.train.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What single values mean.
final class Scalars {
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]{1,4})?");
  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-9_]+");
  private static final Pattern FLAG_OF_YAML_1_1 = Pattern.compile("(?i:yes|no|on|off)");
  private static final int MAX_DIGITS = 100;

  private Scalars() {}

  /// The text of a scalar.
  ///
  /// @param wanted what it should be, as messages say it
  static @Nullable String text(String key, Node node, String wanted, Findings findings) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    findings.problem(key, node.place(), "%s is %s, not %s".formatted(key, node.describe(), wanted));
    return null;
  }

  /// The number of a scalar, also where YAML 1.1 takes it for text (`2e-4`) or quotes make it one.
  static @Nullable BigDecimal number(String key, Node node, String wanted, Findings findings) {
    String text = text(key, node, wanted, findings);
    if (text == null) {
      return null;
    }
    if (OCTAL.matcher(text).matches()) {
      findings.problem(
          key,
          node.place(),
          "%s is %s; some read numbers that begin with 0 as octal, write it without"
              .formatted(key, Words.quoted(text)));
      return null;
    }
    if (text.length() > MAX_DIGITS || !NUMBER.matcher(text).matches()) {
      findings.problem(
          key, node.place(), "%s is %s, not %s".formatted(key, Words.quoted(text), wanted));
      return null;
    }
    if (node instanceof Node.Scalar scalar && !scalar.plain()) {
      findings.note(
          key, node.place(), "%s has quotes and is read as the number %s".formatted(key, text));
    }
    return new BigDecimal(text.replace("_", ""));
  }

  static String outside(String key, Node node, String range) {
    String value = node instanceof Node.Scalar scalar ? scalar.text() : node.describe();
    return "%s is %s, not %s".formatted(key, Words.shortened(value), range);
  }

  /// A map as values of Java.
  static Map<String, Object> plain(Node.Mapping map, Findings findings) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Node.Entry entry : map.entries()) {
      Object value = value(entry.key(), entry.value(), findings);
      values.put(entry.key(), value);
    }
    return Collections.unmodifiableMap(values);
  }

  /// A node as a value of Java: text, number, truth, list or map; nothing is an empty text.
  static Object value(String key, Node node, Findings findings) {
    return switch (node) {
      case Node.Empty _ -> "";
      case Node.Mapping map -> plain(map, findings);
      case Node.Sequence list -> {
        List<Object> items = new ArrayList<>();
        list.items().forEach(item -> items.add(value(key, item, findings)));
        yield List.copyOf(items);
      }
      case Node.Scalar scalar -> scalar(key, scalar, findings);
    };
  }

  private static Object scalar(String key, Node.Scalar scalar, Findings findings) {
    String text = scalar.text();
    if (!scalar.plain()) {
      return text;
    }
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.valueOf(text);
    }
    if (FLAG_OF_YAML_1_1.matcher(text).matches()) {
      findings.problem(
          key,
          scalar.place(),
          "%s is %s, which some read as true or false and some as text; write that, or quote it"
              .formatted(key, text));
      return text;
    }
    boolean number =
        text.length() <= MAX_DIGITS
            && NUMBER.matcher(text).matches()
            && !OCTAL.matcher(text).matches();
    if (!number) {
      return text;
    }
    BigDecimal value = new BigDecimal(text.replace("_", ""));
    boolean whole = value.scale() <= 0 && text.matches("[-+]?[0-9_]+") && value.precision() <= 18;
    return whole ? (Object) value.longValueExact() : (Object) value.doubleValue();
  }
}

package dev.computepool.chat.template;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values as Python's `json.dumps` writes them, which is what `tojson` does in transformers.
final class JsonText {
  private final Operators operators;
  private final Style style;
  private final Out out;

  /// How it is laid out.
  ///
  /// @param ascii whether what is not ASCII is escaped
  /// @param indent what a line begins with, once a level; null for one line
  /// @param itemSeparator between items
  /// @param keySeparator between key and value
  record Style(
      boolean ascii,
      @Nullable String indent,
      String itemSeparator,
      String keySeparator,
      boolean sorted) {}

  private JsonText(Operators operators, Style style, Out out) {
    this.operators = operators;
    this.style = style;
    this.out = out;
  }

  static String of(Value value, Style style, Operators operators, Budget budget) {
    Out out = new Out(budget);
    new JsonText(operators, style, out).write(value, 0);
    return out.toString();
  }

  private void write(Value value, int level) {
    operators.budget().step();
    operators.budget().enter();
    switch (value) {
      case Value.None _ -> out.append("null");
      case Value.Bool b -> out.append(b == Value.Bool.TRUE ? "true" : "false");
      case Value.Int(BigInteger number) -> out.append(Numbers.print(number));
      case Value.Real(double number) -> out.append(real(number));
      case Value.Str(String text, boolean _) -> text(text);
      case Value.ListValue(List<Value> items) -> array(items, level);
      case Value.Tuple(List<Value> items) -> array(items, level);
      case Dict dict -> object(dict, level);
      case Value.Range _,
          Value.View _,
          Value.Stream _,
          Value.Function _,
          Value.Undefined _,
          Namespace _,
          Loop _ ->
          throw Fault.value("'%s' cannot be written as JSON".formatted(value.type()));
    }
    operators.budget().leave();
  }

  private static String real(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "Infinity" : "-Infinity";
    }
    return Numbers.print(number);
  }

  private void array(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(style.itemSeparator());
      }
      line(level + 1);
      write(items.get(i), level + 1);
    }
    line(level);
    out.append(']');
  }

  private void object(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    List<Dict.Entry> entries = dict.entries();
    if (style.sorted()) {
      entries =
          entries.stream().sorted(Comparator.comparing(Dict.Entry::key, operators::order)).toList();
    }
    out.append('{');
    String separator = "";
    for (Dict.Entry entry : entries) {
      out.append(separator);
      line(level + 1);
      text(key(entry.key()));
      out.append(style.keySeparator());
      write(entry.value(), level + 1);
      separator = style.itemSeparator();
    }
    line(level);
    out.append('}');
  }

  private static String key(Value key) {
    return switch (key) {
      case Value.Str(String text, boolean _) -> text;
      case Value.Int(BigInteger number) -> Numbers.print(number);
      case Value.Real(double number) -> real(number);
      case Value.Bool b -> b == Value.Bool.TRUE ? "true" : "false";
      case Value.None _ -> "null";
      default -> throw Fault.value("a key of JSON cannot be '%s'".formatted(key.type()));
    };
  }

  private void line(int level) {
    String indent = style.indent();
    if (indent != null) {
      out.append('\n');
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private void text(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      character(text.charAt(i), quoted);
    }
    out.append(quoted.append('"'));
  }

  private void character(char c, StringBuilder quoted) {
    switch (c) {
      case '"' -> quoted.append("\\\"");
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case '\f' -> quoted.append("\\f");
      case '\b' -> quoted.append("\\b");
      default -> {
        boolean escaped = c < 0x20 || (style.ascii() && c > 0x7e);
        if (escaped) {
          quoted.append("\\u%04x".formatted((int) c));
        } else {
          quoted.append(c);
        }
      }
    }
  }
}

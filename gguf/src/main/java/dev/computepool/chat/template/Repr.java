package dev.computepool.chat.template;

import java.math.BigInteger;
import java.util.List;

/// Values as Python prints them: `str` and `repr`.
final class Repr {
  private final Budget budget;

  Repr(Budget budget) {
    this.budget = budget;
  }

  /// What `{{ value }}` writes.
  String str(Value value) {
    return switch (value) {
      case Value.Str(String text, boolean _) -> text;
      case Value.Undefined _ -> "";
      default -> repr(value);
    };
  }

  /// The value as an expression.
  String repr(Value value) {
    if (value instanceof Value.Str(String text, boolean safe)) {
      return safe ? "Markup(" + quoted(text) + ")" : quoted(text);
    }
    Out out = new Out(budget);
    write(value, out);
    return out.toString();
  }

  private void write(Value value, Out out) {
    budget.step();
    budget.enter();
    switch (value) {
      case Value.None _ -> out.append("None");
      case Value.Bool b -> out.append(b == Value.Bool.TRUE ? "True" : "False");
      case Value.Int(BigInteger number) -> out.append(Numbers.print(number));
      case Value.Real(double number) -> out.append(Numbers.print(number));
      case Value.Str _ -> out.append(repr(value));
      case Value.ListValue(List<Value> items) -> sequence("[", items, "]", out);
      case Value.Tuple(List<Value> items) ->
          sequence("(", items, items.size() == 1 ? ",)" : ")", out);
      case Dict dict -> dict(dict, out);
      case Value.Range range -> range(range, out);
      case Value.View view -> {
        sequence(view.type() + "([", view.items(), "])", out);
      }
      case Namespace namespace -> {
        out.append("<Namespace ");
        dict(namespace.dict(), out);
        out.append(">");
      }
      case Value.Undefined _ -> out.append("Undefined");
      case Value.Function(String name, var _, var macro) ->
          out.append(
              macro == null
                  ? "<function " + name + ">"
                  : "<Macro " + (name.isEmpty() ? "anonymous" : quoted(name)) + ">");
      case Value.Stream _ -> out.append("<generator object>");
      case Loop loop -> out.append(loop.describe());
    }
    budget.leave();
  }

  private void sequence(String open, List<Value> items, String close, Out out) {
    out.append(open);
    String separator = "";
    for (Value item : items) {
      out.append(separator);
      write(item, out);
      separator = ", ";
    }
    out.append(close);
  }

  private void dict(Dict dict, Out out) {
    out.append("{");
    String separator = "";
    for (Dict.Entry entry : dict.entries()) {
      out.append(separator);
      write(entry.key(), out);
      out.append(": ");
      write(entry.value(), out);
      separator = ", ";
    }
    out.append("}");
  }

  private static void range(Value.Range range, Out out) {
    out.append("range(" + range.start() + ", " + range.stop());
    out.append(range.step() == 1 ? ")" : ", " + range.step() + ")");
  }

  /// A text in quotes: single ones, unless it has such and no double ones.
  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints().forEach(c -> character(c, quote, out));
    return out.append(quote).toString();
  }

  private static void character(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (Texts.isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append(escape(c));
        }
      }
    }
  }

  private static String escape(int c) {
    return (c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c);
  }

  /// What `ascii` makes of an expression: what is not ASCII is escaped, too.
  static String ascii(String repr) {
    StringBuilder out = new StringBuilder(repr.length());
    repr.codePoints()
        .mapToObj(c -> c < 0x80 ? Character.toString(c) : escape(c))
        .forEach(out::append);
    return out.toString();
  }
}

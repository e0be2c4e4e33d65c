package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Str;
import java.math.BigInteger;
import java.util.List;

/// Python's `str.format`.
final class BraceFormat {
  private final RenderContext context;
  private final Arguments arguments;
  private final boolean safe;
  private int automatic;
  private boolean numbered;

  private BraceFormat(RenderContext context, Arguments arguments, boolean safe) {
    this.context = context;
    this.arguments = arguments;
    this.safe = safe;
  }

  /// A text with its fields filled in.
  ///
  /// @param safe whether values are escaped for HTML
  static Str format(String format, boolean safe, Arguments arguments, RenderContext context) {
    return new Str(new BraceFormat(context, arguments, safe).fill(format, 2), safe);
  }

  private String fill(String format, int depth) {
    if (depth == 0) {
      throw Fault.value("fields of a format are nested too deeply");
    }
    Out out = new Out(context.budget());
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      if ((c == '{' || c == '}') && at + 1 < format.length() && format.charAt(at + 1) == c) {
        out.append(c);
        at += 2;
      } else if (c == '{') {
        int end = end(format, at);
        out.append(field(format.substring(at + 1, end), depth));
        at = end + 1;
      } else if (c == '}') {
        throw Fault.value("a single '}' in a format");
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static int end(String format, int start) {
    int open = 0;
    for (int i = start; i < format.length(); i++) {
      open += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw Fault.value("a '{' in a format is not closed");
  }

  private String field(String field, int depth) {
    int nameEnd = 0;
    while (nameEnd < field.length() && "!:".indexOf(field.charAt(nameEnd)) < 0) {
      nameEnd =
          field.charAt(nameEnd) == '['
              ? Math.max(nameEnd + 1, field.indexOf(']', nameEnd))
              : nameEnd + 1;
    }
    Value value = value(field.substring(0, nameEnd));
    int at = nameEnd;
    if (field.startsWith("!", at)) {
      value = converted(value, field.length() > at + 1 ? field.charAt(at + 1) : ' ');
      at += 2;
      if (at < field.length() && field.charAt(at) != ':') {
        throw Fault.value("expected ':' after the conversion of a field");
      }
    }
    String spec = at < field.length() ? fill(field.substring(at + 1), depth - 1) : "";
    String text = spec.isEmpty() ? context.str(value) : FieldSpec.parse(spec).apply(value, context);
    boolean escaped = safe && !(value instanceof Str(String _, boolean valueSafe) && valueSafe);
    return escaped ? Texts.escapeHtml(text) : text;
  }

  private Value converted(Value value, char conversion) {
    return switch (conversion) {
      case 'r' -> new Str(context.repr().repr(value));
      case 'a' -> new Str(Repr.ascii(context.repr().repr(value)));
      case 's' -> new Str(context.str(value));
      default -> throw Fault.value("unknown conversion '" + conversion + "' in a format");
    };
  }

  private Value value(String path) {
    int end = 0;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    Value value = argument(path.substring(0, end));
    while (end < path.length()) {
      if (path.charAt(end) == '.') {
        int start = ++end;
        while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
          end++;
        }
        value = context.attributes().attribute(value, path.substring(start, end));
      } else {
        int close = path.indexOf(']', end);
        if (close < 0) {
          throw Fault.value("a '[' in a field is not closed");
        }
        value = item(value, path.substring(end + 1, close));
        end = close + 1;
      }
    }
    return value;
  }

  private Value item(Value value, String key) {
    boolean index = !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9');
    return context
        .attributes()
        .item(value, index ? new Value.Int(new BigInteger(key)) : new Str(key));
  }

  private Value argument(String name) {
    boolean digits = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (name.isEmpty() || digits) {
      if (name.isEmpty() ? numbered : automatic > 0) {
        throw Fault.value("a format has fields with and without numbers");
      }
      numbered = digits;
      int index =
          digits ? Integer.parseInt(name.substring(0, Math.min(9, name.length()))) : automatic++;
      List<Value> positional = arguments.positional();
      if (index >= positional.size()) {
        throw Fault.value(
            "a format has a field %d, but %d values".formatted(index, positional.size()));
      }
      return positional.get(index);
    }
    Value value = arguments.named().get(name);
    if (value == null) {
      throw Fault.value("a format has a field '" + name + "', which has no value");
    }
    return value;
  }
}

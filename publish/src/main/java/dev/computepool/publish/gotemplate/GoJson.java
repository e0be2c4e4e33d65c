package dev.computepool.publish.gotemplate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.publish.gotemplate.GoValue.Display;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// JSON as Go's `encoding/json` writes and reads it.
final class GoJson {
  private GoJson() {}

  /// `json.Marshal`, in bytes: `<`, `>` and `&` escaped, keys of maps in order.
  static String of(GoValue value) {
    return switch (value.unboxed()) {
      case GoValue.Nil _ -> "null";
      case GoValue.Any _ -> throw new AssertionError("an interface holds no interface");
      case GoValue.Bool(boolean truth) -> Boolean.toString(truth);
      case GoValue.Int(long number) -> Long.toString(number);
      case GoValue.Uint8(int number) -> Integer.toString(number);
      case GoValue.Decimal(double number) -> Double.isFinite(number) ? GoFloat.json(number) : "";
      case GoValue.Text(String bytes) -> string(bytes);
      case GoValue.Slice slice -> {
        if (slice.nil()) {
          yield "null";
        }
        if (slice.display() == Display.WORD && slice.items().size() == 1) {
          yield of(slice.items().getFirst());
        }
        List<String> texts = new ArrayList<>();
        slice.items().forEach(item -> texts.add(of(item)));
        yield "[" + String.join(",", texts) + "]";
      }
      case GoValue.Dict dict -> {
        if (dict.nil()) {
          yield "null";
        }
        List<String> texts = new ArrayList<>();
        for (Map.Entry<GoValue.Text, GoValue> entry : dict.entries().entrySet()) {
          texts.add(string(entry.getKey().bytes()) + ":" + of(entry.getValue()));
        }
        yield "{" + String.join(",", texts) + "}";
      }
      case GoValue.Struct struct -> {
        List<String> texts = new ArrayList<>();
        for (GoValue.Field field : struct.fields()) {
          if (!(field.omitEmpty() && isEmpty(field.value()))) {
            texts.add(string(Bytes.of(field.json())) + ":" + of(field.value()));
          }
        }
        yield "{" + String.join(",", texts) + "}";
      }
    };
  }

  private static boolean isEmpty(GoValue value) {
    return !(value.unboxed() instanceof GoValue.Struct) && !value.unboxed().truth();
  }

  static String string(String bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (int at = 0; at < bytes.length(); ) {
      int code = Bytes.characterAt(bytes, at);
      int width = Bytes.width(bytes, at);
      switch (code) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '<', '>', '&', 0x2028, 0x2029 -> text.append("\\u%04x".formatted(code));
        default -> {
          if (code < ' ') {
            text.append("\\u%04x".formatted(code));
          } else if (width == 1 && code > 0x7F) {
            text.append("\\ufffd");
          } else {
            text.append(bytes, at, at + width);
          }
        }
      }
      at += width;
    }
    return text.append('"').toString();
  }

  /// What `json.Unmarshal` makes of a document in a place of type `any`.
  static GoValue value(JsonNode node) {
    return switch (node.getNodeType()) {
      case BOOLEAN -> new GoValue.Bool(node.booleanValue());
      case NUMBER -> new GoValue.Decimal(node.doubleValue());
      case STRING -> GoValue.Text.of(node.textValue());
      case ARRAY -> {
        List<GoValue> items = new ArrayList<>();
        node.forEach(item -> items.add(new GoValue.Any(value(item))));
        yield GoValue.Slice.of("[]interface {}", items);
      }
      case OBJECT -> {
        SortedMap<GoValue.Text, GoValue> entries = new TreeMap<>();
        node.properties()
            .forEach(
                entry -> entries.put(GoValue.Text.of(entry.getKey()), value(entry.getValue())));
        yield GoValue.Dict.ofAny(entries);
      }
      case NULL, MISSING, BINARY, POJO -> new GoValue.Nil();
    };
  }
}

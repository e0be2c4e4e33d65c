package dev.computepool.chat.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// JSON as the values that Python makes of it.
final class Json {
  private Json() {}

  static Value value(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> Value.None.NONE;
      case BOOLEAN -> Value.Bool.of(node.booleanValue());
      case NUMBER ->
          node.isIntegralNumber()
              ? new Value.Int(node.bigIntegerValue())
              : new Value.Real(node.doubleValue());
      case STRING -> new Value.Str(node.textValue());
      case ARRAY -> {
        List<Value> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(value(item)));
        yield new Value.ListValue(List.copyOf(items));
      }
      case OBJECT -> {
        Dict.Builder dict = new Dict.Builder();
        node.properties()
            .forEach(field -> dict.put(new Value.Str(field.getKey()), value(field.getValue())));
        yield dict.build();
      }
      case BINARY, POJO ->
          throw new IllegalArgumentException("not from JSON text: " + node.getNodeType());
    };
  }
}

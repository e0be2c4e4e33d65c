package dev.computepool.cli.command.gguf;

import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One metadata value as JSON and as text for people.
///
/// @param type as the GGUF specification names it
/// @param value of a scalar; null where JSON has no such number (NaN, infinities) and of arrays
/// @param elementType of an array
/// @param length of an array
/// @param first the first elements of an array
/// @param text what people read, shortened
record MetadataView(
    String type,
    @Nullable Object value,
    @Nullable String elementType,
    @Nullable Integer length,
    @Nullable List<Object> first,
    @com.fasterxml.jackson.annotation.JsonIgnore String text) {
  private static final int FIRST = 3;
  private static final int MAX_TEXT = 60;

  static MetadataView of(MetadataValue value) {
    String type = value.type().toString();
    if (!(value instanceof MetadataArray array)) {
      return new MetadataView(type, json(value), null, null, null, text(value));
    }
    List<Object> first = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (MetadataValue element : array) {
      if (first.size() == FIRST) {
        words.add("…");
        break;
      }
      first.add(json(element));
      words.add(text(element));
    }
    String text = "[%s] (%d)".formatted(String.join(", ", words), array.length());
    return new MetadataView(
        type, null, array.elementType().toString(), array.length(), first, text);
  }

  /// The value as Jackson writes it: numbers exactly, nested arrays whole.
  static @Nullable Object json(MetadataValue value) {
    // Not over the classes: making the bootstrap of such a switch delays every start.
    return switch (value.type()) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> ((MetadataValue.Int) value).bits();
      case UINT64 -> new BigInteger(value.toString());
      case FLOAT32 -> finite(((MetadataValue.Float32) value).value());
      case FLOAT64 -> finite(((MetadataValue.Float64) value).value());
      case BOOL -> ((MetadataValue.Bool) value).value();
      case STRING -> ((MetadataValue.Text) value).value();
      case ARRAY -> {
        MetadataArray array = (MetadataArray) value;
        List<@Nullable Object> elements = new ArrayList<>(array.length());
        array.forEach(e -> elements.add(json(e)));
        yield elements;
      }
    };
  }

  private static @Nullable Object finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String text(MetadataValue value) {
    String text =
        switch (value.type()) {
          case STRING -> visible(((MetadataValue.Text) value).value());
          case ARRAY -> {
            MetadataArray array = (MetadataArray) value;
            yield "[" + array.length() + " × " + array.elementType() + "]";
          }
          case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FLOAT32, FLOAT64, BOOL ->
              value.toString();
        };
    if (text.codePointCount(0, text.length()) <= MAX_TEXT) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, MAX_TEXT - 1)) + "…";
  }

  /// A text that came from a file must not steer the terminal.
  static String visible(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(MAX_TEXT + 1)
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                  if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                    shown.append("\\u%04x".formatted(c));
                  } else {
                    shown.appendCodePoint(c);
                  }
                }
              }
            });
    return shown.toString();
  }
}

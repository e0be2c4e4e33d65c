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
public record MetadataView(
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
    return switch (value) {
      case MetadataValue.Int i when i.bits() < 0 && !i.toString().startsWith("-") ->
          new BigInteger(i.toString());
      case MetadataValue.Int i -> i.bits();
      case MetadataValue.Float32 f -> finite(f.value());
      case MetadataValue.Float64 f -> finite(f.value());
      case MetadataValue.Bool b -> b.value();
      case MetadataValue.Text t -> t.value();
      case MetadataArray array -> {
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
        switch (value) {
          case MetadataValue.Text t -> visible(t.value());
          case MetadataArray array -> "[" + array.length() + " × " + array.elementType() + "]";
          case MetadataValue.Int i -> i.toString();
          case MetadataValue.Float32 f -> f.toString();
          case MetadataValue.Float64 f -> f.toString();
          case MetadataValue.Bool b -> b.toString();
        };
    if (text.codePointCount(0, text.length()) <= MAX_TEXT) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, MAX_TEXT - 1)) + "…";
  }

  /// A text that came from a file must not steer the terminal.
  public static String visible(String text) {
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

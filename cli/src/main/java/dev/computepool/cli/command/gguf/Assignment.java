package dev.computepool.cli.command.gguf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.Suggestions;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `KEY=VALUE` or `KEY:TYPE=VALUE`, as people write what a key is to hold.
///
/// Without a type it is that of the key so far. A key that is new needs one, unless the
/// specification knows it.
///
/// @param type null if it was not given
/// @param array whether the type was given as `TYPE[]`
record Assignment(String key, @Nullable MetadataType type, boolean array, String value) {
  // What the specification lists under "General metadata" and has as a string.
  private static final Set<String> STRINGS =
      Set.of(
          "general.name",
          "general.author",
          "general.version",
          "general.organization",
          "general.basename",
          "general.finetune",
          "general.description",
          "general.quantized_by",
          "general.size_label",
          "general.license",
          "general.license.name",
          "general.license.link",
          "general.url",
          "general.doi",
          "general.uuid",
          "general.repo_url",
          "general.source.url",
          "tokenizer.chat_template");

  /// Takes the text of an argument apart.
  ///
  /// @throws IllegalArgumentException if it has no `=` or names no type
  static Assignment parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'%s' is not KEY=VALUE".formatted(text));
    }
    String key = text.substring(0, equals);
    String value = text.substring(equals + 1);
    int colon = key.lastIndexOf(':');
    if (colon < 0) {
      return new Assignment(key, null, false, value);
    }
    String word = key.substring(colon + 1).toLowerCase(Locale.ROOT);
    boolean array = word.endsWith("[]");
    String name = array ? word.substring(0, word.length() - 2) : word;
    MetadataType type =
        types().stream()
            .filter(t -> t.toString().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'%s' is no type; there are %s, and each with [] for an array"
                            .formatted(
                                word,
                                types().stream()
                                    .map(MetadataType::toString)
                                    .collect(Collectors.joining(", ")))));
    return new Assignment(key.substring(0, colon), type, array, value);
  }

  private static List<MetadataType> types() {
    return Arrays.stream(MetadataType.values()).filter(t -> t != MetadataType.ARRAY).toList();
  }

  /// The value for a file that has this metadata.
  ///
  /// @throws UsageException if the value is none of the type, or the type is not known
  MetadataValue in(Metadata metadata) throws UsageException {
    MetadataValue before = metadata.get(key).orElse(null);
    if (type != null) {
      return array ? elements(type) : scalar(type, value);
    }
    return switch (before) {
      case null -> {
        if (!STRINGS.contains(key)) {
          throw unknown(metadata);
        }
        yield MetadataValue.Text.of(value);
      }
      case MetadataArray old -> elements(old.elementType());
      case MetadataValue.Int _,
          MetadataValue.Float32 _,
          MetadataValue.Float64 _,
          MetadataValue.Bool _,
          MetadataValue.Text _ ->
          scalar(before.type(), value);
    };
  }

  private UsageException unknown(Metadata metadata) {
    String near =
        Suggestions.nearest(key, metadata.keys())
            .map("did you mean '%s'? if not, "::formatted)
            .orElse("");
    return new UsageException(
        "there is no key '%s', and its type is not known".formatted(key),
        "%sadd one with its type, such as %s:%s=%s".formatted(near, key, example(), value));
  }

  private String example() {
    if (value.matches("true|false")) {
      return "bool";
    }
    return value.matches("[0-9]+") ? "uint32" : value.matches("-?[0-9.e-]+") ? "float32" : "string";
  }

  private MetadataValue scalar(MetadataType type, String text) throws UsageException {
    try {
      return switch (type) {
        case UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 ->
            new MetadataValue.Int(type, new BigInteger(text).longValueExact());
        case UINT64 -> new MetadataValue.Int(type, unsigned(new BigInteger(text)));
        case FLOAT32 -> new MetadataValue.Float32(new BigDecimal(text).floatValue());
        case FLOAT64 -> new MetadataValue.Float64(new BigDecimal(text).doubleValue());
        case BOOL -> new MetadataValue.Bool(bool(text));
        case STRING -> MetadataValue.Text.of(text);
        case ARRAY -> throw new UsageException(key + " holds arrays, which cannot be set here");
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(type, text);
    } catch (IllegalArgumentException e) {
      throw wrong(type, text); // a number of fewer bits
    }
  }

  private UsageException wrong(MetadataType type, String text) {
    return new UsageException("%s: '%s' is no %s".formatted(key, text, type));
  }

  private static long unsigned(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > Long.SIZE) {
      throw new ArithmeticException(number + " does not fit 64 bits");
    }
    return number.longValue();
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /// Reads a JSON array.
  private MetadataValue elements(MetadataType type) throws UsageException {
    List<MetadataValue> values = new ArrayList<>();
    for (JsonNode element : json()) {
      boolean fits =
          switch (type) {
            case STRING -> element.isTextual();
            case BOOL -> element.isBoolean();
            case ARRAY -> false;
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
                element.isIntegralNumber();
            case FLOAT32, FLOAT64 -> element.isNumber();
          };
      if (!fits) {
        throw wrong(type, element.toString());
      }
      values.add(scalar(type, element.asText()));
    }
    return MetadataArray.of(type, values);
  }

  private JsonNode json() throws UsageException {
    try {
      JsonNode node = new ObjectMapper().readTree(value);
      if (node.isArray()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw notAnArray();
    }
    throw notAnArray();
  }

  private UsageException notAnArray() {
    return new UsageException(
        "%s: '%s' is no array".formatted(key, value), "write it as JSON, such as [\"en\", \"de\"]");
  }
}

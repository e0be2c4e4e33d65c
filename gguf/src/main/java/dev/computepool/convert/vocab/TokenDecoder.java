package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a tokenizer shows one token that stands alone, as its `decoder` describes it.
final class TokenDecoder {
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  private final JsonNode decoder;
  private final boolean cleansUp;

  /// @param decoder the tree of `tokenizer.json`, or null or missing
  /// @param cleansUp whether blanks before punctuation are taken out afterwards
  TokenDecoder(JsonNode decoder, boolean cleansUp) {
    this.decoder = decoder;
    this.cleansUp = cleansUp;
  }

  String decode(String token) {
    String text = decode(decoder, token);
    return cleansUp ? cleaned(text) : text;
  }

  private static String decode(JsonNode decoder, String token) {
    return switch (decoder.path("type").asText("")) {
      case "Sequence" -> {
        String text = token;
        for (JsonNode part : decoder.path("decoders")) {
          text = decode(part, text);
        }
        yield text;
      }
      case "ByteLevel" -> new String(ByteAlphabet.bytes(token), StandardCharsets.UTF_8);
      case "ByteFallback" -> {
        Matcher matcher = BYTE.matcher(token);
        yield matcher.matches()
            ? new String(
                new byte[] {(byte) Integer.parseInt(matcher.group(1), 16)}, StandardCharsets.UTF_8)
            : token;
      }
      case "Replace" -> replaced(decoder, token);
      case "Strip" -> stripped(decoder, token);
      case "Metaspace" -> {
        String replacement = decoder.path("replacement").asText("▁");
        // The first token of a text loses the blank that was put before the text.
        yield token.replace(replacement, Metaspace.prepends(decoder) ? "" : " ");
      }
      case "WordPiece" -> decoder.path("cleanup").asBoolean(true) ? wordCleaned(token) : token;
      case "BPEDecoder" -> {
        String suffix = decoder.path("suffix").asText("</w>");
        yield suffix.isEmpty() ? token : token.replace(suffix, "");
      }
      default -> token;
    };
  }

  private static String replaced(JsonNode decoder, String token) {
    JsonNode pattern = decoder.path("pattern");
    String content = decoder.path("content").asText("");
    return pattern.has("String") ? token.replace(pattern.path("String").asText(), content) : token;
  }

  private static String stripped(JsonNode decoder, String token) {
    String content = decoder.path("content").asText(" ");
    int start = 0;
    for (int i = decoder.path("start").asInt(); i > 0 && token.startsWith(content, start); i--) {
      start += content.length();
    }
    int end = token.length();
    for (int i = decoder.path("stop").asInt();
        i > 0
            && end - content.length() >= start
            && token.startsWith(content, end - content.length());
        i--) {
      end -= content.length();
    }
    return token.substring(start, end);
  }

  private static String cleaned(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  private static String wordCleaned(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" do not", " don't")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }
}

package dev.computepool.base;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.computepool.base.FormatException.Problem;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with a text that is to be JSON: where, and in words for whoever wrote the
/// text. The parser speaks to its own programmers, of switches, codes and classes.
public final class SyntaxProblem {
  /// `'x' (code 120)`, `'é' (code 233 / 0xe9)` and `(CTRL-CHAR, code 0)`.
  private static final String CHARACTER =
      "\\(?(?:'(?<shown>.{1,2})' \\(code [^)]*\\)|\\(CTRL-CHAR, code (?<code>\\d+)\\))\\)?";

  /// What the parser says, and what we say; `@` is the character that it names.
  private record Saying(Pattern said, String words) {
    static Saying of(String said, String words) {
      return new Saying(Pattern.compile(said, Pattern.DOTALL), words);
    }
  }

  private static final List<Saying> SAYINGS =
      List.of(
          character(".*comma to separate Object.*", "@ where a comma or } is expected"),
          character(".*comma to separate Array.*", "@ where a comma or ] is expected"),
          character(".*a colon to separate.*", "@ where the colon after a key is expected"),
          character(".*to start field name.*", "@ where a key in double quotes is expected"),
          character(".*comment.*", "@ where a value is expected; JSON has no comments"),
          character(".*root-level.*", "@ after the end of the value"),
          character(".*hex-digit.*", "@ where \\u is followed by four hexadecimal digits"),
          character(".*(digit|numeric value).*", "@ in the middle of a number"),
          character(".*expected a.*", "@ where a value is expected"),
          Saying.of(
              "Unrecognized token '(?<token>.*?)'.*",
              "'${token}' is no value; texts stand in double quotes"),
          Saying.of("Non-standard token '(?<token>.*?)'.*", "'${token}' is no number of JSON"),
          Saying.of("Illegal unquoted character " + CHARACTER + ".*", "@ stands bare in a text"),
          Saying.of("Illegal character " + CHARACTER + ".*", "@ has no place in JSON"),
          Saying.of(
              "Unexpected close marker '(?<mark>.)': expected '(?<other>.)'.*",
              "'${mark}' where '${other}' is expected"),
          Saying.of("Invalid UTF-8.*", "the text is not UTF-8"),
          Saying.of(".*Leading zeroes not allowed.*", "a number begins with a zero too many"),
          Saying.of("Unrecognized character escape " + CHARACTER + ".*", "a backslash before @"),
          Saying.of("Duplicate (field|Object property) (?<key>.*)", "the key ${key} is repeated"),
          Saying.of("Trailing token .*", "something follows the end of the value"),
          Saying.of(
              "(?<what>.*?) \\((?<is>\\d+)\\) exceeds the maximum allowed \\((?<most>\\d+).*",
              "${what} ${is} exceeds the limit of ${most}"),
          Saying.of("No content to map.*", "the text is empty"));

  private SyntaxProblem() {}

  private static Saying character(String rest, String words) {
    return Saying.of("Unexpected character " + CHARACTER + rest, words);
  }

  /// What is wrong with a text that is no JSON, at `line 3, column 5`.
  ///
  /// @param e what the parser threw; of other errors than those of the text what they say
  public static Problem json(IOException e) {
    JsonLocation at = e instanceof JsonProcessingException json ? json.getLocation() : null;
    String place = at == null || at.getLineNr() < 1 ? "" : place(at.getLineNr(), at.getColumnNr());
    return new Problem(place, "not JSON: " + words(e));
  }

  /// The same without its place.
  public static String words(IOException e) {
    if (e instanceof JsonEOFException) {
      return "the text ends in the middle";
    }
    if (e instanceof CharConversionException) {
      return "the text is not UTF-8";
    }
    String said =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    for (Saying saying : SAYINGS) {
      Matcher matcher = saying.said().matcher(String.valueOf(said));
      if (matcher.matches()) {
        String words = matcher.replaceFirst(template(saying.words(), matcher));
        return Character.toLowerCase(words.charAt(0)) + words.substring(1);
      }
    }
    return String.valueOf(said).lines().findFirst().orElse("");
  }

  /// Words as the matcher's replacement, with the character that was named.
  private static String template(String words, Matcher matcher) {
    String plain = words.replace("\\", "\\\\");
    if (!words.contains("@")) {
      return plain;
    }
    String shown = matcher.group("shown");
    String character =
        shown == null
            ? "character U+%04X".formatted(Integer.parseInt(matcher.group("code")))
            : "'" + shown + "'";
    return plain.replace("@", Matcher.quoteReplacement(character));
  }

  private static String place(int line, int column) {
    return "line %d, column %d".formatted(line, column);
  }
}

package dev.computepool.base;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.computepool.base.FormatException.Problem;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/// What is wrong with a text that is to be YAML: where, and in words for whoever wrote it. The
/// parser speaks of the tokens of its grammar.
///
/// @param line from 1
/// @param column characters from the start of the line, from 1
public record YamlProblem(int line, int column, String what) {
  private record Saying(Pattern said, String words) {
    static Saying of(String said, String words) {
      return new Saying(Pattern.compile(said, Pattern.DOTALL), words);
    }
  }

  private static final List<Saying> SAYINGS =
      List.of(
          Saying.of(
              "mapping values are not allowed here",
              "a colon where none can be; a value with ': ' in it stands in quotes"),
          Saying.of("could not find expected ':'", "a key that no colon follows"),
          Saying.of(
              "expected '<document start>', but found .*",
              "something follows the end of the value"),
          Saying.of("found unexpected end of stream", "the text ends in the middle"),
          Saying.of("expected (?<close>',' or '.'), but got .*", "${close} is expected"),
          Saying.of(
              "expected <block end>, but found .*",
              "the line does not go on with what the lines before it began"),
          Saying.of(
              "found character '?(?<sign>[^' ]+)'? that cannot start any token.*",
              "${sign} cannot begin a value; one that does stands in quotes"),
          Saying.of("found undefined alias (?<name>.*)", "*${name} is the alias of nothing"));

  /// Tells what a parser threw.
  ///
  /// @param text that it read
  public static YamlProblem of(JsonProcessingException e, String text) {
    if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
      Mark at = yaml.getProblemMark();
      String line = text.lines().skip(at.getLine()).findFirst().orElse("");
      boolean tab = line.matches("\\s*\\t.*");
      return new YamlProblem(
          at.getLine() + 1,
          at.getColumn() + 1,
          tab
              ? "the line begins with a tab; YAML is indented with spaces"
              : words(yaml.getProblem()));
    }
    if (e.getCause() instanceof ReaderException unreadable) {
      int characters = text.codePointCount(0, text.length());
      int position = Math.min(unreadable.getPosition(), characters);
      String before = text.substring(0, text.offsetByCodePoints(0, position));
      int lines = (int) before.chars().filter(c -> c == '\n').count();
      return new YamlProblem(
          lines + 1,
          before.length() - before.lastIndexOf('\n'),
          "character U+%04X has no place in YAML".formatted(unreadable.getCodePoint()));
    }
    JsonLocation at = e.getLocation();
    boolean known = at != null && at.getLineNr() > 0;
    return new YamlProblem(
        known ? at.getLineNr() : 1,
        known ? at.getColumnNr() : 1,
        e.getOriginalMessage().lines().findFirst().orElse("is not YAML"));
  }

  private static String words(String said) {
    for (Saying saying : SAYINGS) {
      Matcher matcher = saying.said().matcher(said);
      if (matcher.matches()) {
        return matcher.replaceFirst(saying.words());
      }
    }
    return said;
  }

  /// The problem of a file in which the text begins after so many lines.
  public Problem after(int lines) {
    return new Problem("line %d, column %d".formatted(line + lines, column), "not YAML: " + what);
  }
}

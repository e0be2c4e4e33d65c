package dev.computepool.cli.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.YamlProblem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A YAML file of settings. Nested maps and dotted names mean the same: `shard: {size: 1GB}` is
/// `shard.size: 1GB`.
///
/// @param entries the settings in the order of the file
public record ConfigFile(Path path, List<Entry> entries) {
  private static final long MAX_BYTES = 1 << 20;

  /// One scalar of the file.
  ///
  /// @param key its dotted name
  /// @param value its text without quotes
  /// @param line where the value begins, from 1
  /// @param column where the value begins, from 1
  /// @param start index of the value's first character in the text
  /// @param end index after its last
  public record Entry(String key, String value, int line, int column, int start, int end) {}

  /// Reads `path`; a file that does not exist has no entries.
  ///
  /// @throws FormatException if it is no map of maps and scalars, naming line and column
  public static ConfigFile read(Path path) throws IOException {
    return new ConfigFile(path, parse(path, text(path)));
  }

  private static String text(Path path) throws IOException {
    if (!Files.exists(path)) {
      return "";
    }
    if (Files.isDirectory(path)) {
      throw problem(path, "is a folder, not a file of settings");
    }
    if (Files.size(path) > MAX_BYTES) {
      throw problem(path, "is too large for settings");
    }
    try {
      return Files.readString(path);
    } catch (MalformedInputException e) {
      throw problem(path, "is not UTF-8 text");
    }
  }

  private static FormatException problem(Path path, String what) {
    return new FormatException(path.toString(), new FormatException.Problem("", what));
  }

  private static List<Entry> parse(Path path, String text) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Deque<String> prefix = new ArrayDeque<>();
    prefix.push("");
    String name = "";
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return entries;
      }
      if (token != JsonToken.START_OBJECT) {
        String found = token == JsonToken.START_ARRAY ? "a list" : "'" + parser.getText() + "'";
        throw problem(path, parser, "settings are 'key: value' lines, not " + found);
      }
      for (token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (prefix.isEmpty()) {
          throw problem(path, parser, "a second document begins where settings are only one");
        }
        switch (token) {
          case FIELD_NAME -> name = prefix.peek() + parser.currentName();
          case START_OBJECT -> prefix.push(name + ".");
          case END_OBJECT -> prefix.pop();
          case START_ARRAY -> throw problem(path, parser, "'" + name + "' is a list, not a value");
          default -> {
            if (parser.isCurrentAlias()) {
              throw problem(path, parser, "'" + name + "' is an alias, not a value");
            }
            entries.add(entry(name, parser, text));
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw new FormatException(path.toString(), YamlProblem.of(e, text).after(0));
    }
    return entries;
  }

  private static Entry entry(String name, YAMLParser parser, String text) throws IOException {
    JsonLocation start = parser.currentTokenLocation();
    JsonLocation end = parser.currentLocation();
    boolean empty = parser.currentToken() == JsonToken.VALUE_NULL;
    return new Entry(
        name,
        empty ? "" : parser.getText(),
        start.getLineNr(),
        start.getColumnNr(),
        // The parser counts code points.
        text.offsetByCodePoints(0, (int) start.getCharOffset()),
        text.offsetByCodePoints(0, (int) end.getCharOffset()));
  }

  private static FormatException problem(Path path, YAMLParser parser, String what) {
    var at = parser.currentTokenLocation();
    return new FormatException(
        path.toString(),
        new FormatException.Problem(
            "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()), what));
  }

  /// The last entry called `key`.
  public Optional<Entry> entry(String key) {
    return entries.reversed().stream().filter(e -> e.key().equals(key)).findFirst();
  }

  /// Writes `value` under `key`, keeping all else as it is. A link stays a link.
  ///
  /// @throws FormatException if the file would then say something else; it is not changed
  public void set(String key, String value) throws IOException {
    set(key, value, false);
  }

  /// Writes `value` under `key` likewise.
  ///
  /// @param secret whether nobody but its owner may read the file from now on
  public void set(String key, String value, boolean secret) throws IOException {
    String text = text(path);
    String changed = changed(text, key, value);
    List<Entry> result = parse(path, changed);
    if (new ConfigFile(path, result).entry(key).filter(e -> e.value().equals(value)).isEmpty()
        || result.size() != entries.size() + (entry(key).isEmpty() ? 1 : 0)) {
      throw problem(path, "has a form in which '" + key + "' can only be changed by hand");
    }
    Path file = Files.exists(path) ? path.toRealPath() : path;
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (secret) {
      AtomicFile.writeSecret(file, changed);
    } else {
      AtomicFile.writeString(file, changed);
    }
  }

  private String changed(String text, String key, String value) {
    String newline = text.contains("\r\n") ? "\r\n" : "\n";
    Entry old = entry(key).orElse(null);
    if (old == null) {
      String before = text.isEmpty() || text.endsWith("\n") ? text : text + newline;
      return before + key + ": " + quoted(value) + newline;
    }
    String before = text.substring(0, old.start());
    String after = text.substring(old.end());
    String space = before.endsWith(":") ? " " : "";
    // A block ends with its last line, newline and all.
    String end = text.substring(old.start(), old.end()).endsWith("\n") ? newline : "";
    return before + space + quoted(value) + end + after;
  }

  private static String quoted(String value) {
    boolean plain =
        value.matches("[A-Za-z0-9/.][A-Za-z0-9/._+ -]*")
            && value.equals(value.strip())
            && !value.equalsIgnoreCase("null");
    return plain ? value : "'" + value.replace("'", "''") + "'";
  }
}

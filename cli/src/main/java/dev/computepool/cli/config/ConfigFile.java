package dev.computepool.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  public record Entry(String key, String value, int line, int column) {}

  /// Reads `path`; a file that does not exist has no entries.
  ///
  /// @throws FormatException if it is no map of maps and scalars, naming line and column
  public static ConfigFile read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return new ConfigFile(path, List.of());
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new FormatException(
          path.toString(), new FormatException.Problem("", "is too large for settings"));
    }
    String text;
    try {
      text = Files.readString(path);
    } catch (MalformedInputException e) {
      throw new FormatException(
          path.toString(), new FormatException.Problem("", "is not UTF-8 text"));
    }
    return new ConfigFile(path, parse(path, text));
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
        throw problem(path, parser, "settings are 'key: value' lines, not a " + token.asString());
      }
      for (token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case FIELD_NAME -> name = prefix.peek() + parser.currentName();
          case START_OBJECT -> prefix.push(name + ".");
          case END_OBJECT -> prefix.pop();
          case START_ARRAY -> throw problem(path, parser, "'" + name + "' is a list, not a value");
          default ->
              entries.add(
                  new Entry(
                      name,
                      parser.getText(),
                      parser.currentTokenLocation().getLineNr(),
                      parser.currentTokenLocation().getColumnNr()));
        }
      }
    } catch (JsonProcessingException e) {
      String at =
          e.getLocation() == null
              ? ""
              : "line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      String what = e.getOriginalMessage().lines().findFirst().orElse("is not YAML");
      throw new FormatException(path.toString(), new FormatException.Problem(at, what));
    }
    return entries;
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

  /// Writes `value` under `key`, keeping every other line and comment as it is.
  public void set(String key, String value) throws IOException {
    List<String> lines =
        Files.exists(path) ? new ArrayList<>(Files.readAllLines(path)) : new ArrayList<>();
    Entry old = entry(key).orElse(null);
    if (old == null) {
      lines.add(key + ": " + quoted(value));
    } else {
      String line = lines.get(old.line() - 1);
      String before = line.substring(0, old.column() - 1);
      String after = trailingComment(line.substring(old.column() - 1));
      lines.set(old.line() - 1, before + quoted(value) + after);
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    AtomicFile.writeString(path, String.join("\n", lines) + "\n");
  }

  private static String trailingComment(String rest) {
    @Nullable Character quote = null;
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (quote != null) {
        quote = c == quote ? null : quote;
      } else if (i == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == '#' && i > 0 && Character.isWhitespace(rest.charAt(i - 1))) {
        return rest.substring(rest.substring(0, i).stripTrailing().length());
      }
    }
    return "";
  }

  private static String quoted(String value) {
    boolean plain = value.matches("[A-Za-z0-9/.][A-Za-z0-9/._+ -]*") && value.equals(value.strip());
    return plain ? value : "'" + value.replace("'", "''") + "'";
  }
}

package dev.computepool.train.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.computepool.base.FormatException;
import dev.computepool.base.InputFile;
import dev.computepool.base.YamlProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads YAML as a tree that knows where everything is. What a scalar means is left to who reads
/// the tree: it knows whether `no` is to be a name and `2e-4` a number, YAML does not.
final class YamlTree {
  /// Larger files are no configuration.
  static final long MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 32;

  private final YAMLParser parser;
  private final int[] text;
  private final Findings findings;

  /// What nothing more can be read after.
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Place place;

    UnreadableException(Place place, String what) {
      super(what);
      this.place = place;
    }
  }

  private YamlTree(YAMLParser parser, int[] text, Findings findings) {
    this.parser = parser;
    this.text = text;
    this.findings = findings;
  }

  /// The text of a file.
  ///
  /// @throws FormatException if it is too large, or no UTF-8
  static String text(Path file) throws IOException {
    return InputFile.text(file, MAX_BYTES);
  }

  /// The map that a text is.
  ///
  /// @return null if it is none, which is then noted
  static Node.@Nullable Mapping parse(String text, Findings findings) throws IOException {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      return new YamlTree(parser, text.codePoints().toArray(), findings).document();
    } catch (UnreadableException e) {
      findings.problem("", e.place, String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      YamlProblem problem = YamlProblem.of(e, text);
      findings.problem("", new Place(problem.line(), problem.column()), problem.what());
    }
    return null;
  }

  private Node.@Nullable Mapping document() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      return new Node.Mapping(List.of(), Place.START);
    }
    Node node = node("", 0);
    Node.@Nullable Mapping map =
        switch (node) {
          case Node.Mapping mapping -> mapping;
          case Node.Empty empty -> new Node.Mapping(List.of(), empty.place());
          case Node.Scalar _, Node.Sequence _ -> {
            findings.problem(
                "", node.place(), "settings are 'key: value' lines, not " + node.describe());
            yield null;
          }
        };
    if (parser.nextToken() != null) {
      throw new UnreadableException(place(), "a second document begins where one is all there is");
    }
    return map;
  }

  /// @param path of keys, such as `training.epochs`
  private Node node(String path, int depth) throws IOException {
    Place place = place();
    if (depth > MAX_DEPTH) {
      throw new UnreadableException(place, "nested deeper than %d levels".formatted(MAX_DEPTH));
    }
    if (parser.isCurrentAlias()) {
      findings.problem(
          path, place, "*%s is an alias; write the value itself".formatted(parser.getText()));
      return new Node.Empty(place);
    }
    if (parser.getTypeId() != null) {
      findings.problem(path, place, "!%s is a tag; write the value alone".formatted(tag()));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(path, place, depth);
      case START_ARRAY -> sequence(path, place, depth);
      case VALUE_NULL -> new Node.Empty(place);
      case null, default -> {
        boolean plain = !isQuoted();
        String value = parser.getText();
        yield plain && value.matches("~|null|Null|NULL|")
            ? new Node.Empty(place)
            : new Node.Scalar(value, plain, place);
      }
    };
  }

  private String tag() throws IOException {
    return String.valueOf(parser.getTypeId());
  }

  private Node.Mapping mapping(String path, Place place, int depth) throws IOException {
    List<Node.Entry> entries = new ArrayList<>();
    Map<String, Place> seen = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Place at = place();
      String full = path.isEmpty() ? name : path + "." + name;
      Place first = seen.putIfAbsent(name, at);
      parser.nextToken();
      Node value = node(full, depth + 1);
      if (first == null) {
        // Nothing is nowhere: it is told where its key is.
        entries.add(
            new Node.Entry(name, at, value instanceof Node.Empty ? new Node.Empty(at) : value));
      } else {
        findings.problem(
            full,
            at,
            "%s is there already, on line %d".formatted(Words.shortened(full), first.line()));
      }
    }
    return new Node.Mapping(entries, place);
  }

  private Node.Sequence sequence(String path, Place place, int depth) throws IOException {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(path, depth + 1));
    }
    return new Node.Sequence(items, place);
  }

  private boolean isQuoted() {
    long at = parser.currentTokenLocation().getCharOffset();
    int first = at >= 0 && at < text.length ? text[(int) at] : 0;
    return first == '"' || first == '\'' || first == '|' || first == '>';
  }

  private Place place() {
    JsonLocation at = parser.currentTokenLocation();
    return new Place(at.getLineNr(), at.getColumnNr());
  }
}

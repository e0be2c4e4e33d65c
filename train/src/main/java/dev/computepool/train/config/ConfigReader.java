package dev.computepool.train.config;

import dev.computepool.base.NearestWord;
import dev.computepool.train.config.Key.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Makes a configuration of a tree, and finds all that is wrong with it.
final class ConfigReader {
  private final Findings findings;
  private final Values values = new Values();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final SequencedMap<String, Object> unknown = new LinkedHashMap<>();

  private ConfigReader(Findings findings) {
    this.findings = findings;
  }

  static Optional<TrainConfigFile> read(Path path, String text, Findings findings)
      throws IOException {
    Findings own = new Findings();
    Node.Mapping tree = YamlTree.parse(text, own);
    ConfigReader reader = new ConfigReader(own);
    TrainConfigFile file = null;
    if (tree != null) {
      reader.readTree(tree);
      TrainConfig config = TrainConfig.of(reader.values, TrainConfigFile.folder(path));
      file =
          new TrainConfigFile(
              path, text, config, reader.values, reader.places, reader.unknown, own.list());
    }
    findings.addAll(own);
    return Optional.ofNullable(file);
  }

  /// What a few keys say, without those that a file must have. A key that is not known is wrong.
  static Values fragment(String text, Findings findings) throws IOException {
    Findings own = new Findings();
    Node.Mapping tree = YamlTree.parse(text, own);
    ConfigReader reader = new ConfigReader(own);
    if (tree != null) {
      reader.readKeys(tree);
    }
    findings.addAll(own);
    for (Finding finding : own.list()) {
      if (reader.unknown.containsKey(finding.key())) {
        findings.problem(finding.key(), finding.place(), finding.what());
      }
    }
    return reader.values;
  }

  private void readTree(Node.Mapping tree) {
    readKeys(tree);
    for (Key<?> key : Keys.all()) {
      if (key.level() == Level.REQUIRED && !values.isSet(key) && !findings.isWrong(key.path())) {
        Place section = places.getOrDefault(key.section(), Place.START);
        findings.problem(key.path(), section, key.path() + " is missing");
      }
    }
  }

  private void readKeys(Node.Mapping tree) {
    for (Node.Entry entry : tree.entries()) {
      if (Keys.sections().containsKey(entry.key())) {
        places.put(entry.key(), entry.place());
        section(entry);
      } else {
        value(entry.key(), entry);
      }
    }
  }

  private void section(Node.Entry section) {
    switch (section.value()) {
      case Node.Mapping map -> {
        for (Node.Entry entry : map.entries()) {
          value(section.key() + "." + entry.key(), entry);
        }
      }
      case Node.Empty _ -> {
        // A section whose keys are all comments.
      }
      case Node.Scalar _, Node.Sequence _ ->
          findings.problem(
              section.key(),
              section.value().place(),
              "%s is %s, not a section with keys of its own"
                  .formatted(section.key(), section.value().describe()));
    }
  }

  /// A key with its value; `lora.rank: 8` means what `lora: {rank: 8}` does.
  private void value(String path, Node.Entry entry) {
    Place first = places.putIfAbsent(path, entry.value().place());
    if (first != null) {
      findings.problem(
          path, entry.place(), "%s is there already, on line %d".formatted(path, first.line()));
      return;
    }
    Optional<Key<?>> key = Keys.of(path);
    if (key.isPresent()) {
      if (!(entry.value() instanceof Node.Empty)) {
        read(key.get(), entry.value());
      }
      return;
    }
    unknown.put(path, Scalars.value(path, entry.value(), new Findings()));
    findings.note(
        path,
        entry.place(),
        "%s is not known%s".formatted(Words.shortened(path), suggestion(path)));
  }

  private <T> void read(Key<T> key, Node node) {
    T value = key.kind().read(key.path(), node, findings);
    if (value != null) {
      values.put(key, value);
    }
  }

  /// What may have been meant: the key in another section, under the name of another tool, or with
  /// other letters.
  private static String suggestion(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1).replace('-', '_');
    @Nullable String found = null;
    for (Key<?> key : Keys.all()) {
      if (key.name().equalsIgnoreCase(name) || key.others().contains(name)) {
        found = key.path();
        break;
      }
    }
    if (found == null) {
      List<String> paths = new ArrayList<>(Keys.all().stream().map(Key::path).toList());
      paths.addAll(Keys.sections().keySet());
      found = NearestWord.of(path, paths).orElse(null);
    }
    return found == null ? "" : "; did you mean " + found + "?";
  }
}

package dev.computepool.train.config;

import dev.computepool.base.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// A file with the configuration of a training run: `computepool.train.yml`, or an
/// `infernet.train.yml` as it is.
public final class TrainConfigFile {
  private final Path path;
  private final String text;
  private final TrainConfig config;
  private final Values values;
  private final Map<String, Place> places;
  private final SequencedMap<String, Object> unknown;
  private final List<Finding> findings;

  TrainConfigFile(
      Path path,
      String text,
      TrainConfig config,
      Values values,
      Map<String, Place> places,
      SequencedMap<String, Object> unknown,
      List<Finding> findings) {
    this.path = path;
    this.text = text;
    this.config = config;
    this.values = values;
    this.places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    this.unknown = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(unknown));
    this.findings = List.copyOf(findings);
  }

  /// Reads a file.
  ///
  /// @throws FormatException with all that is wrong with it, each with line and column
  public static TrainConfigFile read(Path path) throws IOException {
    Findings findings = new Findings();
    Optional<TrainConfigFile> file = read(path, findings);
    findings.throwIfAny(path);
    return file.orElseThrow();
  }

  /// Reads a file of which anything may be wrong.
  ///
  /// @param findings receives what is
  /// @return what could be read, with presets in place of what could not; nothing if it is no YAML
  /// @throws FormatException if it is no text of a reasonable size
  public static Optional<TrainConfigFile> read(Path path, Findings findings) throws IOException {
    return ConfigReader.read(path, YamlTree.text(path), findings);
  }

  public Path path() {
    return path;
  }

  /// The folder that paths in it are relative to.
  public Path folder() {
    return folder(path);
  }

  static Path folder(Path path) {
    Path parent = path.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /// The folder that `base_model` names, if there is one there.
  public Optional<Path> baseModelFolder() {
    String model = config.baseModel();
    if (model.isEmpty() || model.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    return Optional.of(folder().resolve(model)).filter(Files::isDirectory);
  }

  /// Keys that the file sets to something else than what counts without them, and that its runtime
  /// does not know.
  public List<String> unknownToRuntime() {
    return Keys.all().stream()
        .filter(key -> !key.runtimes().contains(config.runtime()) && isChanged(key))
        .map(Key::path)
        .toList();
  }

  /// The runtimes that know a key.
  ///
  /// @throws IllegalArgumentException if there is no such key
  public static Set<RuntimeName> runtimesOf(String key) {
    return Keys.of(key)
        .orElseThrow(() -> new IllegalArgumentException("there is no key " + key))
        .runtimes();
  }

  private boolean isChanged(Key<?> key) {
    return values.isSet(key) && !Objects.equals(values.find(key), key.preset());
  }

  /// The file as it is.
  public String text() {
    return text;
  }

  /// What it says.
  public TrainConfig config() {
    return config;
  }

  /// Where the value of a key is, or else its section, or else the file begins.
  ///
  /// @param key such as `training.learning_rate`
  public Place place(String key) {
    for (String at = key; !at.isEmpty(); at = parent(at)) {
      Place place = places.get(at);
      if (place != null) {
        return place;
      }
    }
    return Place.START;
  }

  private static String parent(String key) {
    int point = key.lastIndexOf('.');
    return point < 0 ? "" : key.substring(0, point);
  }

  /// Whether the file has a value for a key.
  public boolean isSet(String key) {
    return Keys.of(key).filter(values::isSet).isPresent();
  }

  /// Keys that nobody here knows, by their path, with their values.
  public SequencedMap<String, Object> unknown() {
    return unknown;
  }

  /// What was found while it was read: notes, and problems if it was read with such.
  public List<Finding> findings() {
    return findings;
  }

  Values values() {
    return values;
  }
}

package dev.computepool.train.config;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.chat.LineFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A configuration that is to be written.
public final class NewConfig {
  /// What the file is called.
  public static final String NAME = "computepool.train.yml";

  /// What the file with its schema is called.
  public static final String SCHEMA_NAME = "computepool.train.schema.json";

  private static final String SOME_MODEL = "./base-model";
  private static final String SOME_DATASET = "./data/train.jsonl";

  private final Values values = new Values();
  private final SequencedMap<String, Object> unknown = new LinkedHashMap<>();

  /// One with nothing but presets.
  public static NewConfig ofPresets() {
    NewConfig config = new NewConfig();
    config.values.put(Keys.BASE_MODEL, SOME_MODEL);
    config.values.put(Keys.DATASET, SOME_DATASET);
    return config;
  }

  /// What a file says, to be written to any folder: its paths become absolute.
  public static NewConfig of(TrainConfigFile file) {
    NewConfig config = new NewConfig();
    Path folder = file.folder().toAbsolutePath().normalize();
    for (Key<?> key : Keys.all()) {
      if (file.values().isSet(key)) {
        config.copy(file.values(), key, folder);
      }
    }
    config.values.put(Keys.DOWNLOAD, absolute(folder, file.values().get(Keys.DOWNLOAD)));
    if (file.config().runtime() == RuntimeName.COMMAND) {
      config.values.put(
          Keys.COMMAND_FOLDER, absolute(folder, file.values().get(Keys.COMMAND_FOLDER)));
    }
    String model = file.config().baseModel();
    if (file.baseModelFolder().isPresent()) {
      config.values.put(Keys.BASE_MODEL, absolute(folder, model));
    }
    config.unknown.putAll(file.unknown());
    return config;
  }

  private <T> void copy(Values from, Key<T> key, Path folder) {
    T value = from.get(key);
    values.put(key, value);
    if (key.kind() instanceof Kind.FilePath) {
      for (Key<String> path : Keys.paths()) {
        if (path.equals(key)) {
          values.put(path, absolute(folder, (String) value));
        }
      }
    }
  }

  private static String absolute(Path folder, String path) {
    return folder.resolve(path).normalize().toString();
  }

  /// Names the model.
  ///
  /// @param model a folder relative to the file, an absolute one, or the name of a model
  public NewConfig baseModel(String model) {
    values.put(Keys.BASE_MODEL, model);
    return this;
  }

  /// Names the examples.
  ///
  /// @param dataset relative to the file, or absolute
  /// @param format of its lines; null for the usual one
  public NewConfig dataset(String dataset, @Nullable LineFormat format) {
    values.put(Keys.DATASET, dataset);
    if (format != null) {
      values.put(Keys.FORMAT, format);
    }
    return this;
  }

  /// Sets a key to what a file would say, such as `training.epochs` to `3` or
  /// `lora.target_modules` to `[q_proj, v_proj]`.
  ///
  /// @throws FormatException if there is no such key, or it cannot have that value
  public NewConfig set(String key, String value) throws IOException {
    Findings findings = new Findings();
    Values read = ConfigReader.fragment(key + ": " + value + "\n", findings);
    if (findings.hasProblems()) {
      throw new FormatException(
          key + "=" + value,
          findings.problems().stream().map(problem -> new Problem("", problem.what())).toList());
    }
    for (Key<?> each : Keys.all()) {
      if (read.isSet(each)) {
        assign(read, each);
      }
    }
    return this;
  }

  private <T> void assign(Values from, Key<T> key) {
    values.put(key, from.get(key));
  }

  /// The file, every key with its explanation.
  ///
  /// @param schema whether the file with the schema lies beside it, for editors
  public String text(boolean schema) {
    String head = schema ? "# yaml-language-server: $schema=" + SCHEMA_NAME + "\n" : "";
    return head + ConfigText.of(values, unknown);
  }

  /// Writes the file. Its folder is made if it is not there.
  ///
  /// @param schema whether the schema is written beside it
  /// @throws FileAlreadyExistsException if there is one, which is never overwritten
  public void write(Path file, boolean schema) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (schema) {
      AtomicFile.writeString(file.resolveSibling(SCHEMA_NAME), ConfigSchema.text());
    }
    try (AtomicFile out = AtomicFile.create(file)) {
      ByteBuffer text = ByteBuffer.wrap(text(schema).getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        out.channel().write(text);
      }
      out.commit();
    }
  }
}

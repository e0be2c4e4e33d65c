package dev.computepool.publish.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.convert.adapter.Adapter;
import dev.computepool.gguf.GgufFile;
import dev.computepool.llama.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is to be published.
public sealed interface Source {
  /// The folder with what a run came to.
  String RESULT = "checkpoint-final";

  /// The name of a folder with what a run had come to, and after which step.
  Pattern CHECKPOINT = Pattern.compile("checkpoint-(?:final|([0-9]{1,18}))");

  /// The folder, or the file.
  Path path();

  /// The run that made it, if one of ours did.
  Optional<RunFacts> run();

  /// What it could be called: as its run, else as its folder or file; at least one of letters,
  /// digits, `.`, `_` and `-`.
  default String name() {
    String name = run().map(RunFacts::name).orElse("");
    if (name.isEmpty()) {
      Path file = path().toAbsolutePath().normalize().getFileName();
      name = file == null ? "" : stem(file.toString());
    }
    return slug(name);
  }

  private static String slug(String name) {
    String slug = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+|[.-]+$", "");
    return slug.isEmpty() ? "model" : slug;
  }

  /// Where results are kept if nothing else is said: in the folder of the run, else beside it.
  default Path workFolder() {
    if (run().isPresent()) {
      return run().get().folder().resolve("publish");
    }
    Path absolute = path().toAbsolutePath().normalize();
    Path file = absolute.getFileName();
    return absolute.resolveSibling((file == null ? "model" : stem(file.toString())) + ".publish");
  }

  private static String stem(String name) {
    return name.replaceFirst("(?i)\\.gguf$", "");
  }

  /// A PEFT adapter.
  ///
  /// @param base the directory of the model that it was trained for
  /// @param baseName what the adapter calls that model; empty if it does not say
  record AdapterFolder(Path path, Path base, String baseName, Optional<RunFacts> run)
      implements Source {}

  /// A model as Hugging Face publishes them.
  record ModelFolder(Path path, Optional<RunFacts> run) implements Source {}

  /// A model in one GGUF file.
  record GgufModel(Path path) implements Source {
    @Override
    public Optional<RunFacts> run() {
      return Optional.empty();
    }

    @Override
    public String name() {
      // The custom of naming files: the model's name, a hyphen, the type.
      String named = FileType.F32.fileNameFor(path.getFileName().toString());
      return Source.slug(named.substring(0, named.length() - "-F32.gguf".length()));
    }
  }

  /// Finds out what is there.
  ///
  /// @param path a run's folder, its last checkpoint, an adapter, a model directory or a GGUF file
  /// @param base of an adapter the directory of its model; null for the one that its files name
  /// @param hubCache where Hugging Face's tools keep models, which need not exist
  /// @throws NoSuchFileException if there is nothing
  /// @throws FormatException if it is none of these, or a run without a result
  /// @throws BaseMissingException if it is an adapter and its model is not on this machine
  static Source find(Path path, @Nullable Path base, Path hubCache) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      requireNoBase(path, base);
      GgufFile.readHeader(path);
      return new GgufModel(path);
    }
    if (RunFacts.isRun(path)) {
      RunFacts run = RunFacts.read(path, RunFacts.END);
      Path result = path.resolve(RESULT);
      if (!Files.isDirectory(result)) {
        throw new FormatException(
            path.toString(),
            new Problem("", "has no %s: its run is '%s'".formatted(RESULT, run.status())));
      }
      return folder(result, base, hubCache, Optional.of(run));
    }
    return folder(path, base, hubCache, runOf(path.toAbsolutePath().normalize()));
  }

  /// The run that left a checkpoint, up to that.
  private static Optional<RunFacts> runOf(Path folder) throws IOException {
    Path run = folder.getParent();
    Matcher name = CHECKPOINT.matcher(String.valueOf(folder.getFileName()));
    if (run == null || !RunFacts.isRun(run) || !name.matches()) {
      return Optional.empty();
    }
    String step = name.group(1);
    return Optional.of(RunFacts.read(run, step == null ? RunFacts.END : Long.parseLong(step)));
  }

  private static Source folder(
      Path path, @Nullable Path base, Path hubCache, Optional<RunFacts> run) throws IOException {
    if (Adapter.isAdapter(path)) {
      String named = baseName(path);
      return new AdapterFolder(path, base == null ? base(path, named, hubCache) : base, named, run);
    }
    requireNoBase(path, base);
    if (!Files.isRegularFile(path.resolve("config.json"))) {
      throw new FormatException(
          path.toString(),
          new Problem(
              "",
              "is no run, no model and no adapter: it has neither run.json nor config.json nor"
                  + " adapter_config.json"));
    }
    return new ModelFolder(path, run);
  }

  private static void requireNoBase(Path path, @Nullable Path base) throws FormatException {
    if (base != null) {
      throw new FormatException(
          path.toString(), new Problem("", "is no adapter, so it has no use for a base"));
    }
  }

  /// What `adapter_config.json` calls the model.
  private static String baseName(Path adapter) throws IOException {
    Problems problems = new Problems();
    Optional<ObjectNode> config = JsonFile.object(adapter.resolve("adapter_config.json"), problems);
    problems.throwIfAny(adapter);
    return config.map(c -> c.path("base_model_name_or_path").asText("")).orElse("");
  }

  /// The model's directory: that of this name, or what the cache has of the repository.
  private static Path base(Path adapter, String named, Path hubCache) throws IOException {
    if (!named.isEmpty()) {
      for (Path folder : places(adapter, named, hubCache)) {
        if (Files.isRegularFile(folder.resolve("config.json"))) {
          return folder;
        }
      }
    }
    throw new BaseMissingException(adapter, named);
  }

  private static List<Path> places(Path adapter, String named, Path hubCache) throws IOException {
    List<Path> places = new ArrayList<>();
    try {
      places.add(Path.of(named));
      places.add(adapter.resolve(named));
      Path repository = hubCache.resolve("models--" + named.replace("/", "--"));
      Path main = repository.resolve("refs").resolve("main");
      if (Files.isRegularFile(main)) {
        places.add(repository.resolve("snapshots").resolve(Files.readString(main).strip()));
      }
    } catch (InvalidPathException e) {
      return places; // a name that is no path on this system names no folder
    }
    return places;
  }
}

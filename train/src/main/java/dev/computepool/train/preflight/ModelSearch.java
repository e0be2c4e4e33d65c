package dev.computepool.train.preflight;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the folder of the model that a configuration names.
///
/// @see <a href="https://huggingface.co/docs/huggingface_hub/guides/manage-cache">the layout of
///     Hugging Face's cache</a>
public final class ModelSearch {
  private static final Pattern OLLAMA = Pattern.compile("(?:[\\w.-]+/)*([\\w.-]+):([\\w.-]+)");
  private static final Pattern HUB =
      Pattern.compile("[A-Za-z0-9][\\w.-]*(?:/[A-Za-z0-9][\\w.-]*)?");
  private static final Pattern SIZE = Pattern.compile("([0-9.]+[bm])\\b.*");

  /// What well-known tags of Ollama are made of, with the size where the `%s` is.
  private static final Map<String, String> ORIGINALS =
      Map.of(
          "qwen2.5", "Qwen/Qwen2.5-%s-Instruct",
          "qwen2.5-coder", "Qwen/Qwen2.5-Coder-%s-Instruct",
          "qwen3", "Qwen/Qwen3-%s",
          "llama3.1", "meta-llama/Llama-3.1-%s-Instruct",
          "llama3.2", "meta-llama/Llama-3.2-%s-Instruct",
          "smollm2", "HuggingFaceTB/SmolLM2-%s-Instruct");

  private ModelSearch() {}

  /// What a name stands for.
  public sealed interface Found {
    /// A folder with a model in it, or with something else.
    record Folder(Path path) implements Found {}

    /// Nothing that can be trained.
    record Nothing(String why) implements Found {}
  }

  /// Looks for a model.
  ///
  /// @param name a path, or the name of a model on Hugging Face
  /// @param folder that paths are relative to
  /// @param hubCache the folder of Hugging Face's cache
  public static Found find(String name, Path folder, Path hubCache) throws IOException {
    if (name.indexOf('\0') >= 0) {
      return new Found.Nothing("has a NUL in it");
    }
    Path path = folder.resolve(name);
    if (Files.isDirectory(path)) {
      return new Found.Folder(path);
    }
    if (Files.exists(path)) {
      boolean gguf = name.toLowerCase(Locale.ROOT).endsWith(".gguf");
      return new Found.Nothing(
          gguf
              ? "is a GGUF file; training starts from a folder with config.json and safetensors"
              : "is a file; a model is a folder with config.json and safetensors");
    }
    Matcher tag = OLLAMA.matcher(name);
    if (tag.matches()) {
      return new Found.Nothing(ollama(tag));
    }
    if (!HUB.matcher(name).matches()) {
      boolean home = name.startsWith("~");
      return new Found.Nothing(
          "is no folder; %s does not exist%s"
              .formatted(path.normalize(), home ? ", for '~' is not replaced here" : ""));
    }
    return cached(name, hubCache);
  }

  private static String ollama(Matcher tag) {
    Matcher size = SIZE.matcher(tag.group(2));
    String original = ORIGINALS.get(tag.group(1));
    String example =
        original == null || !size.matches()
            ? "the model that it was made of"
            : original.formatted(size.group(1).toUpperCase(Locale.ROOT));
    return "is a tag of Ollama, whose models are quantized and cannot be trained; name %s, or its folder"
        .formatted(example);
  }

  private static Found cached(String name, Path hubCache) throws IOException {
    Path model = hubCache.resolve("models--" + name.replace("/", "--"));
    Path snapshots = model.resolve("snapshots");
    if (!Files.isDirectory(snapshots)) {
      return new Found.Nothing(
          "is neither a folder nor a model in the cache of Hugging Face, " + hubCache);
    }
    Optional<String> main = revision(model.resolve("refs").resolve("main"));
    if (main.isPresent() && Files.isDirectory(snapshots.resolve(main.get()))) {
      return new Found.Folder(snapshots.resolve(main.get()));
    }
    List<Path> all = new ArrayList<>();
    try (Stream<Path> found = Files.list(snapshots)) {
      found.filter(Files::isDirectory).sorted().forEach(all::add);
    }
    if (all.size() == 1) {
      return new Found.Folder(all.getFirst());
    }
    return new Found.Nothing(
        all.isEmpty()
            ? "is in the cache of Hugging Face without any of its files, " + model
            : "is in the cache of Hugging Face in %d revisions, none of which is main; name a folder under %s"
                .formatted(all.size(), snapshots));
  }

  private static Optional<String> revision(Path ref) throws IOException {
    if (!Files.isRegularFile(ref) || Files.size(ref) > 200) {
      return Optional.empty();
    }
    String revision = Files.readString(ref).strip();
    // A revision is a name in the folder of snapshots and leads nowhere else.
    return Optional.of(revision).filter(r -> r.matches("[A-Za-z0-9][\\w.-]*"));
  }
}

package dev.computepool.publish.source;

import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which files of a folder belong to the model in it: its weights, its tokenizer, its terms.
///
/// What training left there does not: the state of an optimizer, pickles, other checkpoints.
public final class ModelFiles {
  private static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(json|txt|model|jinja|tiktoken|py)|(LICENSE|NOTICE|USE_POLICY|COPYING).*");
  private static final Set<String> OF_TRAINING =
      Set.of("trainer_state.json", "all_results.json", "train_results.json", "eval_results.json");
  private static final String TEMPLATES = "additional_chat_templates";

  private ModelFiles() {}

  /// The files of a model directory, sorted; its card is not among them.
  ///
  /// @throws dev.computepool.base.FormatException if it lacks its configuration or its weights
  public static List<Path> ofModel(Path folder) throws IOException {
    Problems problems = new Problems();
    ModelDirectory directory = ModelDirectory.read(folder, problems);
    problems.throwIfAny(folder);
    return of(folder, Set.copyOf(directory.parts()));
  }

  /// The files of an adapter, sorted; its card is not among them.
  public static List<Path> ofAdapter(Path folder) throws IOException {
    return of(folder, Set.of("adapter_model.safetensors"));
  }

  private static List<Path> of(Path folder, Set<String> weights) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> Files.isRegularFile(file) && belongs(name(file), weights))
          .sorted()
          .forEach(files::add);
    }
    Path templates = folder.resolve(TEMPLATES);
    if (Files.isDirectory(templates)) {
      try (Stream<Path> all = Files.list(templates)) {
        all.filter(file -> name(file).endsWith(".jinja")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static boolean belongs(String name, Set<String> weights) {
    boolean text = TEXT.matcher(name).matches() && !OF_TRAINING.contains(name);
    return !name.startsWith(".") && (text || weights.contains(name));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}

package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Continues a text with what a model finds most likely.
public final class TextGenerator {
  private TextGenerator() {}

  /// The continuation, without the prompt.
  ///
  /// @param model the file, or the first of a split set
  /// @param count the most tokens; it ends earlier where the model ends
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws IllegalArgumentException if the prompt is empty for a model without a first token
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static String generate(
      LlamaWorker worker, Path model, String prompt, int count, int threads, Progress progress)
      throws IOException {
    return run(worker, model, prompt, false, count, threads, progress);
  }

  /// What the model says after a prompt that its chat template made: the marks of turns in it are
  /// control tokens.
  ///
  /// @param count the most tokens; it ends earlier where the turn ends
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static String answer(
      LlamaWorker worker, Path model, String prompt, int count, int threads, Progress progress)
      throws IOException {
    return run(worker, model, prompt, true, count, threads, progress);
  }

  private static String run(
      LlamaWorker worker,
      Path model,
      String prompt,
      boolean marks,
      int count,
      int threads,
      Progress progress)
      throws IOException {
    ModelFiles.readWithWeights(model);
    String path = model.toAbsolutePath().toString();
    return worker.run(new GenerateTask(path, prompt, marks, count, threads), progress);
  }

  /// The continuations of several prompts, each up to its first line end that is not at its
  /// beginning. The model is loaded once.
  ///
  /// @param count the most tokens of each
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws IllegalArgumentException if a prompt is empty for a model without a first token
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static List<String> lines(
      LlamaWorker worker,
      Path model,
      List<String> prompts,
      int count,
      int threads,
      Progress progress)
      throws IOException {
    ModelFiles.readWithWeights(model);
    String path = model.toAbsolutePath().toString();
    return worker.run(new LinesTask(path, List.copyOf(prompts), count, threads), progress).lines();
  }
}

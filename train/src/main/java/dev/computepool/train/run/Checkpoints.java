package dev.computepool.train.run;

import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.DiskSpace;
import dev.computepool.train.step.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The checkpoints of a run: each is there whole, or not at all.
final class Checkpoints {
  static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})");

  /// What a tokenizer consists of, so that a checkpoint can be used without its base model's.
  private static final List<String> TOKENIZER =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "tokenizer.model",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja");

  private final RunFiles files;
  private final Path base;

  /// @param base folder of the model that is trained
  Checkpoints(RunFiles files, Path base) {
    this.files = files;
    this.base = base;
  }

  /// Writes one that a run can be resumed from.
  ///
  /// @return its folder
  Path save(Trainer trainer, LoopState state) throws IOException {
    Path target = files.checkpoint(state.step());
    try (AtomicDirectory directory = AtomicDirectory.replace(target)) {
      write(
          trainer,
          directory,
          () -> {
            trainer.saveState(directory.path());
            state.write(directory.path());
          });
    }
    return target;
  }

  /// Writes the result.
  Path saveFinal(Trainer trainer) throws IOException {
    Path target = files.finalCheckpoint();
    try (AtomicDirectory directory = AtomicDirectory.replace(target)) {
      write(trainer, directory, () -> {});
    }
    return target;
  }

  private interface More {
    void write() throws IOException;
  }

  private void write(Trainer trainer, AtomicDirectory directory, More more) throws IOException {
    try {
      trainer.saveModel(directory.path());
      more.write();
      for (String name : TOKENIZER) {
        Path file = base.resolve(name);
        if (Files.isRegularFile(file)) {
          Files.copy(file, directory.path().resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      directory.commit();
    } catch (IOException e) {
      // Where no room is left, writing fails in many ways.
      throw DiskSpace.explain(e, files.folder(), 0);
    }
  }

  /// The folder of the newest checkpoint.
  Optional<Path> newest() throws IOException {
    NavigableMap<Long, Path> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.lastEntry().getValue());
  }

  /// Deletes all but the newest, and the best.
  ///
  /// @param keep how many; 0 for all
  /// @param best is kept besides; may be null
  void prune(int keep, RunState.@Nullable Best best) throws IOException {
    if (keep == 0) {
      return;
    }
    List<Path> old = new ArrayList<>(all().values());
    old = old.subList(0, Math.max(0, old.size() - keep));
    for (Path folder : old) {
      if (best == null || !folder.getFileName().toString().equals(best.checkpoint())) {
        delete(folder);
      }
    }
  }

  private NavigableMap<Long, Path> all() throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (Stream<Path> children = Files.list(files.folder())) {
      for (Path child : (Iterable<Path>) children::iterator) {
        Matcher matcher = NAME.matcher(child.getFileName().toString());
        if (matcher.matches() && Files.isDirectory(child)) {
          found.put(Long.parseLong(matcher.group(1)), child);
        }
      }
    }
    return found;
  }

  private static void delete(Path folder) throws IOException {
    // Under another name first: nobody shall resume from half of one.
    Path doomed = folder.resolveSibling("." + folder.getFileName() + ".old");
    AtomicDirectory.deleteTree(doomed);
    Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
    AtomicDirectory.deleteTree(doomed);
  }
}

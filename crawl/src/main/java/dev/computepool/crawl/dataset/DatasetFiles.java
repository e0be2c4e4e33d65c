package dev.computepool.crawl.dataset;

import dev.computepool.base.AtomicFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The files of a dataset, which stand beside each other. Those who look for a dataset look for
/// `train`: without it there is none, whatever the other files say.
///
/// @param train the examples to train on, such as `docs.jsonl`
/// @param validation those set aside, `docs.validation.jsonl`; only written if there is a share
/// @param leftOut what is not in it, and why: `docs.left-out.jsonl`
/// @param card what is in it and where it comes from, `docs.card.md`
/// @param report how the run went that made it, `docs.report.json`
public record DatasetFiles(Path train, Path validation, Path leftOut, Path card, Path report) {
  /// The files beside `train`.
  public static DatasetFiles of(Path train) {
    String name = String.valueOf(train.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String end = dot > 0 ? name.substring(dot) : "";
    return new DatasetFiles(
        train,
        train.resolveSibling(stem + ".validation" + end),
        train.resolveSibling(stem + ".left-out.jsonl"),
        train.resolveSibling(stem + ".card.md"),
        train.resolveSibling(stem + ".report.json"));
  }

  /// Looks whether the dataset can be begun.
  ///
  /// @param force whether files that are there are replaced
  /// @return whether files that are there are replaced: also those of a run that was killed while
  ///     its files appeared, which have no `train` beside them
  /// @throws FileAlreadyExistsException if one of the files exists and is not to be replaced
  public boolean replaces(boolean force) throws FileAlreadyExistsException {
    if (force || (!exists(train) && exists(AtomicFile.partialOf(train)))) {
      return true;
    }
    for (Path file : List.of(validation, leftOut, card, report, train)) {
      if (exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    return false;
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}

package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.AtomicFile;
import java.io.CharConversionException;
import java.io.IOException;
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
  private static final JsonMapper JSON = JsonMapper.builder().build();

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
  ///     its files appeared, which have no `train` beside them, and the report of one that nothing
  ///     came of
  /// @throws FileAlreadyExistsException if one of the files exists and is not to be replaced
  public boolean replaces(boolean force) throws IOException {
    if (force || (!exists(train) && exists(AtomicFile.partialOf(train)))) {
      return true;
    }
    for (Path file : List.of(train, validation, leftOut, card)) {
      if (exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    if (!exists(report)) {
      return false;
    }
    if (!tellsOfNothing(report)) {
      throw new FileAlreadyExistsException(report.toString());
    }
    return true;
  }

  /// Whether it is the report of a run that made no dataset.
  private static boolean tellsOfNothing(Path report) throws IOException {
    try {
      JsonNode tree = JSON.readTree(Files.readAllBytes(report));
      return tree.path("outcomes").isObject() && !tree.hasNonNull("dataset");
    } catch (JsonProcessingException | CharConversionException e) {
      return false; // not ours
    }
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}

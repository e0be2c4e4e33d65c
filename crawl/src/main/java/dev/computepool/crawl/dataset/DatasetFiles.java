package dev.computepool.crawl.dataset;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The files of a dataset, which stand beside each other.
///
/// @param train the examples to train on, such as `docs.jsonl`
/// @param validation those set aside, `docs.validation.jsonl`; only written if there is a share
/// @param leftOut what is not in it, and why: `docs.left-out.jsonl`
/// @param card what is in it and where it comes from, `docs.card.md`
public record DatasetFiles(Path train, Path validation, Path leftOut, Path card) {
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
        train.resolveSibling(stem + ".card.md"));
  }

  /// All of them, the one that others wait for last.
  public List<Path> all() {
    return List.of(validation, leftOut, card, train);
  }

  /// Those that exist already.
  public List<Path> existing() {
    return all().stream().filter(f -> Files.exists(f, LinkOption.NOFOLLOW_LINKS)).toList();
  }
}

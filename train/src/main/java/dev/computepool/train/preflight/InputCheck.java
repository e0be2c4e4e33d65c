package dev.computepool.train.preflight;

import dev.computepool.chat.LineFormat;
import dev.computepool.train.config.InputConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether the examples are there and of the format, as far as their first lines tell.
final class InputCheck {
  private static final int TOLD = 5;

  private final InputConfig input;
  private final Check check;

  InputCheck(Check check) {
    this.input = check.file().config().input();
    this.check = check;
  }

  /// The dataset, if there is one.
  @Nullable DatasetFacts run() throws IOException {
    Path validation = input.validation();
    if (validation != null) {
      read("input.validation", validation);
      if (Files.isRegularFile(validation)
          && Files.isRegularFile(input.dataset())
          && Files.isSameFile(validation, input.dataset())) {
        check.note(
            "input.validation",
            "input.validation is the file of input.dataset: its loss is that of what was learned");
      }
    }
    return check.isSound("input.dataset") ? read("input.dataset", input.dataset()) : null;
  }

  private @Nullable DatasetFacts read(String key, Path file) throws IOException {
    Path plain = file.normalize();
    Path shown = plain.toString().isEmpty() ? Path.of(".") : plain;
    if (!Files.exists(file)) {
      check.problem(key, "%s does not exist".formatted(shown));
      return null;
    }
    if (!Files.isRegularFile(file)) {
      check.problem(key, "%s is no file".formatted(shown));
      return null;
    }
    if (!Files.isReadable(file)) {
      check.problem(key, "no permission for %s".formatted(shown));
      return null;
    }
    DatasetHead head = DatasetHead.read(file);
    if (head.lines().isEmpty() && head.whole()) {
      check.problem(key, "%s has no examples".formatted(shown));
    } else if (head.isArray()) {
      check.problem(
          key, "%s is a JSON array; a dataset has one object on each line".formatted(shown));
    } else {
      lines(key, shown, head);
    }
    return DatasetHead.count(file);
  }

  private void lines(String key, Path shown, DatasetHead head) {
    if (!check.isSound("input.format")) {
      return;
    }
    LineFormat format = input.format();
    Optional<LineFormat> found = head.format();
    if (found.isPresent() && found.get() != format) {
      check.problem(
          "input.format",
          "the lines of %s are %s, not %s".formatted(shown, found.get().label(), format.label()));
      return;
    }
    List<String> problems = head.problems(format);
    problems.stream()
        .limit(TOLD)
        .forEach(problem -> check.problem(key, "%s, %s".formatted(shown, problem)));
    if (problems.size() > TOLD) {
      check.problem(
          key,
          "%s: %d more of its first %d lines are wrong"
              .formatted(shown, problems.size() - TOLD, head.lines().size()));
    }
  }
}

package dev.computepool.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The calls that a document shows with what they print, and whether they still do.
///
/// A block that begins with ` ```console ` is a transcript: a line `$ call` is run, the lines up to
/// the next one are what it prints, on standard output and error. Lines that begin with `> `
/// continue a call. All calls of a document run in one shell, one after the other, in an empty
/// folder in which `bin/cp` is ours and `cp` is too.
///
/// Two things may differ from run to run: durations (`0.8 s`, `12 ms`, `1 min 3 s`) and rates (`1.9
/// GiB/s`). And a line `…` stands for any number of lines. A call must succeed, unless the next one
/// is `echo $?`.
///
/// @param name of the document
/// @param steps the calls in order
record Transcript(String name, List<Step> steps) {
  private static final Pattern NUMBER_WITH_UNIT =
      Pattern.compile("\\b\\d+(?:\\.\\d+)? ?(?<unit>[kKMGT]i?B/s|ms|s|min|h)\\b");

  /// Begins the output of a call in what the shell prints; no program prints it by chance.
  private static final String MARK = "\u001e";

  /// One call.
  ///
  /// @param line of the document
  /// @param call what a user types
  /// @param output the lines that the document shows
  record Step(int line, String call, List<String> output) {}

  /// Reads the transcripts of a document.
  static Transcript of(Path document) throws IOException {
    return of(document.getFileName().toString(), Files.readAllLines(document));
  }

  static Transcript of(String name, List<String> lines) {
    List<Step> steps = new ArrayList<>();
    boolean inside = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).stripTrailing();
      if (line.startsWith("```")) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith("$ ")) {
        steps.add(new Step(i + 1, line.substring(2), new ArrayList<>()));
      } else if (inside && steps.isEmpty()) {
        throw new IllegalArgumentException(
            "%s:%d: a transcript begins with a call, not with '%s'".formatted(name, i + 1, line));
      } else if (inside && line.startsWith("> ") && steps.getLast().output().isEmpty()) {
        Step last = steps.removeLast();
        String call = last.call() + "\n" + line.substring(2);
        steps.add(new Step(last.line(), call, last.output()));
      } else if (inside) {
        steps.getLast().output().add(line);
      }
    }
    return new Transcript(name, List.copyOf(steps));
  }

  /// Makes the calls and tells every difference, with the line of the document; none is good.
  ///
  /// @param folder an empty folder
  List<String> differences(Path folder) throws IOException {
    Files.createSymbolicLink(folder.resolve("bin"), Project.BIN);
    StringBuilder script = new StringBuilder("exec 2>&1; status=0\n");
    for (Step step : steps) {
      // The call before may have been the one that `echo $?` asks about.
      script.append("(exit $status)\n").append(step.call()).append('\n');
      script.append("status=$?; printf '\\036%s\\036' \"$status\"\n");
    }
    // Work that takes long tells of it now and then: how long it takes is up to the machine.
    Cli shell = Cli.shell(folder).env("COMPUTEPOOL_PROGRESS", "none");
    String output = shell.run(script.toString()).stdout();
    // Output, status, output, status, and so on.
    String[] parts = output.split(MARK, -1);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (parts.length < 2 * i + 2) {
        differences.add(at(step) + "was not reached; the shell said: " + parts[parts.length - 1]);
        break;
      }
      boolean asked = i + 1 < steps.size() && steps.get(i + 1).call().equals("echo $?");
      compare(step, parts[2 * i], parts[2 * i + 1], asked, differences);
    }
    return differences;
  }

  private void compare(
      Step step, String output, String status, boolean asked, List<String> differences) {
    if (!status.equals("0") && !asked) {
      differences.add(at(step) + "ended with " + status);
    }
    List<String> actual = output.lines().map(String::stripTrailing).toList();
    if (!matches(step.output(), actual)) {
      differences.add(
          "%sprinted%n%s%ninstead of%n%s"
              .formatted(at(step), String.join("\n", actual), String.join("\n", step.output())));
    }
  }

  private String at(Step step) {
    return "%s:%d: $ %s: ".formatted(name, step.line(), step.call());
  }

  /// Whether `actual` is what `shown` shows.
  private static boolean matches(List<String> shown, List<String> actual) {
    if (shown.isEmpty()) {
      return actual.isEmpty();
    }
    List<String> rest = shown.subList(1, shown.size());
    if (shown.getFirst().equals("…")) {
      for (int skipped = 0; skipped <= actual.size(); skipped++) {
        if (matches(rest, actual.subList(skipped, actual.size()))) {
          return true;
        }
      }
      return false;
    }
    return !actual.isEmpty()
        && steady(shown.getFirst()).equals(steady(actual.getFirst()))
        && matches(rest, actual.subList(1, actual.size()));
  }

  /// `line` with every duration and rate replaced by its unit's kind.
  private static String steady(String line) {
    Matcher matcher = NUMBER_WITH_UNIT.matcher(line);
    String kinds = matcher.replaceAll(m -> m.group(1).endsWith("/s") ? "<rate>" : "<duration>");
    return kinds.replaceAll("<duration>( <duration>)+", "<duration>");
  }
}

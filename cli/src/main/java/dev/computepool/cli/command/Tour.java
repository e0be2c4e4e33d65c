package dev.computepool.cli.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.Progress;
import dev.computepool.cli.Cli;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.OutputOptions;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of the tour, and how one of its steps is made: each runs the very command that it
/// prints, in this process.
final class Tour implements AutoCloseable {
  /// Tells a folder of an earlier tour, which may be removed, from one of the user's.
  private static final String MARK = ".made-by-computepool-quickstart";

  private final Path folder;
  private final Context context;
  private final Output out;
  private final boolean keep;
  private final List<Step> steps = new ArrayList<>();

  private Tour(Path folder, Context context, Output out, boolean keep) {
    this.folder = folder;
    this.context = context;
    this.out = out;
    this.keep = keep;
  }

  /// One command of the tour.
  ///
  /// @param command null where the tour itself did something
  /// @param output what it wrote, results and remarks
  record Step(String purpose, @Nullable String command, int exitCode, String output) {}

  /// The whole tour, for programs; people have seen it already.
  record Taken(String folder, List<Step> steps, @JsonIgnore String farewell) implements Report {
    @Override
    public void print(Text text) {
      text.blank().line(farewell);
    }
  }

  static boolean isOurs(Path folder) {
    return Files.exists(folder.resolve(MARK));
  }

  /// Makes the folder.
  ///
  /// @param called what the user called, whose output is `out`
  static Tour begin(Path folder, Context called, Output out, boolean keep) throws IOException {
    if (Files.exists(folder)) {
      remove(folder);
    }
    Files.createDirectory(folder);
    Files.createFile(folder.resolve(MARK));
    return new Tour(folder, here(called), out, keep);
  }

  /// The same call where the tour's own servers on this machine are reached as they are: no proxy
  /// stands before them, and no setting forbids it.
  private static Context here(Context called) {
    Environment real = called.environment();
    Environment here =
        new Environment(
            both(real.variables(), Map.of("no_proxy", "*", ConfigKey.OFFLINE.variable(), "false")),
            real.directory(),
            real.stdout(),
            real.stderr(),
            real.stdin(),
            real.terminal());
    return new Context(here, called.cancellation(), called.program(), List.of());
  }

  void take() throws IOException {
    new ModelTour(this).take();
    new TrainingTour(this).take();
  }

  Path folder() {
    return folder;
  }

  Path at(String name) {
    return folder.resolve(name);
  }

  Context context() {
    return context;
  }

  Output output() {
    return out;
  }

  Progress progress() {
    return out.progress();
  }

  /// Tells of something that the tour itself does, or leaves out.
  void tell(String remark) throws IOException {
    if (!out.options().json()) {
      out.write("%n# %s%n".formatted(remark));
    }
  }

  void note(String remark) {
    out.note(remark);
  }

  /// Shows what came of something that no command does.
  void show(String purpose, @Nullable String command, String result) throws IOException {
    steps.add(new Step(purpose, command, 0, result));
    if (!out.options().json() && !result.isEmpty()) {
      out.write(result + "\n");
    }
  }

  Taken report() {
    String farewell =
        keep
            ? "That was the tour. Its files are in %s; '%s --help' shows all commands."
                .formatted(folder, context.program())
            : "That was the tour. '%s --help' shows all commands.".formatted(context.program());
    return new Taken(folder.toString(), steps, farewell);
  }

  void run(String purpose, String... words) throws IOException {
    run(purpose, ExitCode.DONE, words);
  }

  void run(String purpose, ExitCode expected, String... words) throws IOException {
    run(purpose, expected, Map.of(), words);
  }

  /// Runs a command with some variables of its own.
  void run(String purpose, Map<String, String> variables, String... words) throws IOException {
    run(purpose, ExitCode.DONE, variables, words);
  }

  private void run(
      String purpose, ExitCode expected, Map<String, String> variables, String... words)
      throws IOException {
    StringBuilder assignments = new StringBuilder();
    variables.forEach((name, value) -> assignments.append(name + "=" + value + " "));
    String command = assignments + context.program() + " " + String.join(" ", words);
    announce(purpose, command);
    Environment real = context.environment();
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    boolean json = out.options().json();
    Environment inner =
        new Environment(
            both(real.variables(), variables),
            real.directory(),
            json ? copy : new Tee(real.stdout(), copy),
            json ? copy : new Tee(real.stderr(), copy),
            real.stdin(),
            real.terminal());
    Cli cli = new Cli(inner, out.progress().cancellation(), context.program());
    int exitCode = cli.run(words(words));
    steps.add(new Step(purpose, command, exitCode, copy.toString(StandardCharsets.UTF_8)));
    out.progress().cancellation().check();
    if (exitCode != expected.code()) {
      throw new IOException(
          "'%s' ended with %d, expected %d".formatted(command, exitCode, expected.code()));
    }
  }

  /// A call with the options of every command that the tour was called with; they are not shown.
  private String[] words(String... words) {
    OutputOptions options = out.options();
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--color=" + options.color());
    all.add("--progress=" + options.progress());
    if (options.quiet()) {
      all.add("--quiet");
    }
    return all.toArray(String[]::new);
  }

  private static Map<String, String> both(Map<String, String> all, Map<String, String> own) {
    Map<String, String> both = new TreeMap<>(all);
    both.putAll(own);
    return both;
  }

  void announce(String purpose, String command) throws IOException {
    if (!out.options().json()) {
      out.write("%n# %s%n$ %s%n".formatted(purpose, command));
    }
  }

  @Override
  public void close() throws IOException {
    if (!keep) {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /// Writes everything twice.
  private static final class Tee extends OutputStream {
    private final OutputStream first;
    private final OutputStream second;

    Tee(OutputStream first, OutputStream second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public void write(int b) throws IOException {
      first.write(b);
      second.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      first.write(bytes, offset, length);
      second.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      first.flush();
    }
  }
}

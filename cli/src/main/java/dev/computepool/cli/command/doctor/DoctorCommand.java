package dev.computepool.cli.command.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `cp doctor`: what works on this machine, what does not, and what to do about it.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {"  cp doctor", "  cp doctor --llama-lib /opt/llama.cpp/lib"})
public final class DoctorCommand extends Command {
  @Option(
      names = "--llama-lib",
      paramLabel = "PATH",
      description =
          "Look at a llama.cpp library of your own: its file, or the folder that holds it.")
  private @Nullable Path library;

  public DoctorCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Examination examination = new Examination(Checks.all(context(), library));
    out.show(examination);
    return examination.ok() ? ExitCode.DONE : ExitCode.FAILED;
  }

  /// One thing that was looked at.
  ///
  /// @param found what is there
  /// @param advice what to do; null where all is well
  record Check(String name, State state, String found, @Nullable String advice) {}

  /// How it is with one thing.
  enum State {
    OK,
    /// Something goes without it, or slower.
    LIMITED,
    BROKEN;

    @JsonValue
    @Override
    public String toString() {
      return switch (this) {
        case OK -> "ok";
        case LIMITED -> "limited";
        case BROKEN -> "broken";
      };
    }
  }

  private record Examination(List<Check> checks) implements Report {
    boolean ok() {
      return checks.stream().noneMatch(c -> c.state() == State.BROKEN);
    }

    @Override
    public void print(Text out) {
      Table table = new Table().left("").left("").left("");
      for (Check check : checks) {
        String word = check.state().toString();
        String state =
            switch (check.state()) {
              case OK -> out.style().good(word);
              case LIMITED -> out.style().doubtful(word);
              case BROKEN -> out.style().bad(word);
            };
        table.row(state, check.name(), check.found());
      }
      out.table(table);
      for (Check check : checks) {
        if (check.advice() != null) {
          out.blank().line(check.name() + ": " + check.advice());
        }
      }
    }
  }
}

package dev.computepool.cli.command.publish;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.publish.PublishPlan;
import dev.computepool.publish.PublishPlan.Amount;
import dev.computepool.publish.PublishPlan.Planned;
import dev.computepool.publish.PublishPlan.There;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What publishing would do.
///
/// @param work where results and the journal are kept
/// @param bytesToWrite on this machine's disks, as far as that is known
record PublishPlanReport(
    String source,
    String name,
    String work,
    List<Step> steps,
    long bytesToWrite,
    List<String> notes)
    implements Report {
  /// One step.
  ///
  /// @param state `todo` or `done`
  /// @param reason why it would be done
  /// @param bytesExact whether `bytes` are known, and not estimated
  /// @param there what a place elsewhere has already
  /// @param bytesThere bytes that it has already, if it was compared
  /// @param bytesToSend bytes that it gets, at most
  /// @param sendExact whether these are known, and not estimated
  record Step(
      String step,
      String state,
      @Nullable String reason,
      List<String> inputs,
      List<String> outputs,
      long bytes,
      boolean bytesExact,
      @Nullable String there,
      @Nullable Long bytesThere,
      @Nullable Long bytesToSend,
      @Nullable Boolean sendExact,
      @JsonIgnore String what) {
    static Step of(Planned planned) {
      Optional<Amount> amount = planned.there().flatMap(There::amount);
      return new Step(
          planned.step().name(),
          planned.reason().isPresent() ? "todo" : "done",
          planned.reason().orElse(null),
          planned.step().inputs().stream().map(Path::toString).toList(),
          planned.step().outputs().stream().map(Path::toString).toList(),
          planned.step().size().bytes(),
          planned.step().size().exact(),
          planned.there().map(There::what).orElse(null),
          amount.map(Amount::there).orElse(null),
          amount.map(Amount::toSend).orElse(null),
          amount.map(Amount::exact).orElse(null),
          StepView.what(planned.step()));
    }
  }

  static PublishPlanReport of(PublishPlan plan) {
    return new PublishPlanReport(
        plan.request().source().path().toString(),
        plan.request().name(),
        plan.request().work().toString(),
        plan.steps().stream().map(Step::of).toList(),
        plan.bytesToWrite(),
        plan.notes());
  }

  private static String size(long bytes, boolean exact) {
    return (exact ? "" : "about ") + ByteSize.format(bytes);
  }

  private static boolean exact(Step step) {
    return Boolean.TRUE.equals(step.sendExact());
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("step").left("what").right("size").left("state");
    for (Step step : steps) {
      String size = size(step.bytes(), step.bytesExact());
      if (step.there() != null) {
        size = step.bytesToSend() == null ? "" : size(step.bytesToSend(), exact(step)) + " to send";
      }
      String state = step.reason() == null ? "done" : "to do: " + step.reason();
      table.row(step.step(), step.what(), size, state);
    }
    out.table(table);
    out.blank();
    out.line("kept in  " + work);
    out.line("to write about " + ByteSize.format(bytesToWrite));
  }
}

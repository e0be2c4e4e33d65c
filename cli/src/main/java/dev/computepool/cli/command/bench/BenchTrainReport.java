package dev.computepool.cli.command.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.bench.torch.StepShape;
import dev.computepool.bench.torch.TrainBench;
import dev.computepool.bench.torch.TrainBench.Outcome;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.speed.Machine;
import dev.computepool.train.speed.StepMeasurement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How fast a model learns.
///
/// @param device for people
/// @param gpu whether it is one
/// @param measured the day
/// @param path null for a random model
/// @param parameters numbers of the model
/// @param trained numbers of the adapter
record BenchTrainReport(
    String device,
    boolean gpu,
    Machine machine,
    int threads,
    String measured,
    String model,
    @Nullable String path,
    long parameters,
    long trained,
    int rank,
    String targets,
    List<Row> shapes,
    @JsonIgnore boolean markdown)
    implements Report {
  private static final double GIGA = 1e9;

  /// One shape.
  ///
  /// @param state `measured` or `out_of_memory`
  /// @param tokensPerSecond mean of the measurements
  /// @param deviation standard deviation of these
  /// @param flopsPerSecond products of matrices alone
  /// @param peakBytes the most memory of the whole process
  record Row(
      int rows,
      int length,
      boolean checkpointing,
      String state,
      @Nullable Double stepSeconds,
      @Nullable Double tokensPerSecond,
      @Nullable Double deviation,
      @Nullable Double flopsPerSecond,
      @Nullable Long peakBytes) {
    static Row of(Outcome outcome) {
      StepShape shape = outcome.shape();
      return switch (outcome) {
        case Outcome.Measured(_, StepMeasurement m) ->
            new Row(
                shape.rows(),
                shape.length(),
                shape.checkpointing(),
                "measured",
                m.stepSeconds(),
                m.tokensPerSecond(),
                m.deviation(),
                m.workPerSecond(),
                m.peakBytes());
        case Outcome.OutOfMemory _ ->
            new Row(
                shape.rows(),
                shape.length(),
                shape.checkpointing(),
                "out_of_memory",
                null,
                null,
                null,
                null,
                null);
      };
    }
  }

  static BenchTrainReport of(
      @Nullable String path,
      TrainBench.Request request,
      TrainBench.Result result,
      boolean markdown) {
    Machine machine = result.machine();
    return new BenchTrainReport(
        MachineView.device(machine),
        !machine.device().equals("cpu"),
        machine,
        request.threads(),
        result.measured(),
        request.name(),
        path,
        result.parameters(),
        result.trained(),
        request.rank(),
        request.targets(),
        result.outcomes().stream().map(Row::of).toList(),
        markdown);
  }

  BenchTrainReport asMarkdown() {
    return new BenchTrainReport(
        device,
        gpu,
        machine,
        threads,
        measured,
        model,
        path,
        parameters,
        trained,
        rank,
        targets,
        shapes,
        true);
  }

  @Override
  public void print(Text out) {
    Table table =
        new Table()
            .left("batch")
            .left("checkpointing")
            .right("ms a step")
            .right("tokens/s")
            .right("±")
            .right("GFLOP/s")
            .right("peak memory");
    for (Row row : shapes) {
      Long peak = row.peakBytes();
      boolean measuredHere = row.state().equals("measured");
      table.row(
          row.rows() + " × " + row.length(),
          row.checkpointing() ? "yes" : "no",
          measuredHere ? number("%.1f", row.stepSeconds(), 1000) : "out of memory",
          number("%.0f", row.tokensPerSecond(), 1),
          number("%.0f", row.deviation(), 1),
          number("%.1f", row.flopsPerSecond(), 1 / GIGA),
          peak == null ? "" : ByteSize.format(peak));
    }
    out.line(
        "%s, %d parameters; LoRA of rank %d on %s, %d trained"
            .formatted(model, parameters, rank, targets, trained));
    out.line(MachineView.line(machine, threads) + "; " + measured);
    out.blank();
    TorchOptions.print(out, table, markdown);
  }

  private static String number(String format, @Nullable Double value, double scale) {
    return value == null ? "" : String.format(Locale.ROOT, format, value * scale);
  }
}

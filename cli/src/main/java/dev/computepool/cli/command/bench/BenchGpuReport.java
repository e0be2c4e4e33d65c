package dev.computepool.cli.command.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.bench.torch.GpuBench;
import dev.computepool.bench.torch.GpuBench.Outcome;
import dev.computepool.bench.torch.TorchWork;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.speed.Machine;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a device computes and moves.
///
/// @param device for people
/// @param gpu whether it is one
/// @param measured the day
record BenchGpuReport(
    String device,
    boolean gpu,
    Machine machine,
    int threads,
    String measured,
    List<Row> works,
    @JsonIgnore boolean markdown)
    implements Report {
  private static final double GIGA = 1e9;

  /// One work.
  ///
  /// @param work `product`, `copy`, `read`, `upload` or `download`
  /// @param type of the numbers of a product
  /// @param size rows of the matrices of a product
  /// @param bytes of the tensor otherwise
  /// @param state `measured`, `unsupported`, `too_slow` or `out_of_memory`
  /// @param perSecond floating-point operations of a product, bytes otherwise
  /// @param deviation standard deviation of the measurements, likewise
  /// @param smallerSeconds where it was too slow, how long the next smaller one took
  record Row(
      String work,
      @Nullable String type,
      @Nullable Integer size,
      @Nullable Long bytes,
      String state,
      @Nullable Long perSecond,
      @Nullable Long deviation,
      @Nullable Double smallerSeconds) {

    private String name() {
      return switch (work) {
        case "product" -> "product of matrices";
        case "copy" -> "copy in memory";
        case "read" -> "read memory";
        case "upload" -> "host to device";
        default -> "device to host";
      };
    }

    private String extent() {
      return size == null ? ByteSize.format(bytes == null ? 0 : bytes) : size + " × " + size;
    }

    private String rate() {
      return switch (state) {
        case "measured" -> giga(perSecond) + (type == null ? " GB/s" : " GFLOP/s");
        case "unsupported" -> "not on this device";
        case "too_slow" -> "left out: the smaller one took " + seconds();
        default -> "out of memory";
      };
    }

    private String seconds() {
      return String.format(Locale.ROOT, "%.1f s", smallerSeconds == null ? 0 : smallerSeconds);
    }

    private static String giga(@Nullable Long value) {
      return value == null ? "" : String.format(Locale.ROOT, "%.2f", value / GIGA);
    }
  }

  static BenchGpuReport of(
      GpuBench.Request request, GpuBench.Result result, String measured, boolean markdown) {
    Machine machine = result.machine();
    return new BenchGpuReport(
        MachineView.device(machine),
        !machine.device().equals("cpu"),
        machine,
        request.threads(),
        measured,
        result.rows().stream().map(BenchGpuReport::row).toList(),
        markdown);
  }

  private static Row row(GpuBench.Row row) {
    return switch (row.work()) {
      case TorchWork.Product product ->
          row("product", product.type().label(), product.size(), null, row.outcome());
      case TorchWork.Transfer transfer ->
          row(transfer.way().label(), null, null, transfer.bytes(), row.outcome());
    };
  }

  private static Row row(
      String work,
      @Nullable String type,
      @Nullable Integer size,
      @Nullable Long bytes,
      Outcome outcome) {
    return switch (outcome) {
      case Outcome.Measured(double perSecond, double deviation) ->
          new Row(
              work,
              type,
              size,
              bytes,
              "measured",
              Math.round(perSecond),
              Math.round(deviation),
              null);
      case Outcome.Unsupported() ->
          new Row(work, type, size, bytes, "unsupported", null, null, null);
      case Outcome.TooSlow(Duration smaller) ->
          new Row(work, type, size, bytes, "too_slow", null, null, smaller.toMillis() / 1000.0);
      case Outcome.OutOfMemory() ->
          new Row(work, type, size, bytes, "out_of_memory", null, null, null);
    };
  }

  BenchGpuReport asMarkdown() {
    return new BenchGpuReport(device, gpu, machine, threads, measured, works, true);
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("work").left("type").right("size").right("rate").right("±");
    for (Row row : works) {
      table.row(
          row.name(),
          row.type() == null ? "" : row.type(),
          row.extent(),
          row.rate(),
          Row.giga(row.deviation()));
    }
    out.line(MachineView.line(machine, threads) + "; " + measured);
    out.blank();
    TorchOptions.print(out, table, markdown);
  }
}

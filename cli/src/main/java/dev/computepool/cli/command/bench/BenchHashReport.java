package dev.computepool.cli.command.bench;

import dev.computepool.base.ByteSize;
import dev.computepool.bench.hash.HashBench;
import dev.computepool.bench.hash.HashCase;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How fast a file was hashed.
///
/// @param path null for a temporary file
/// @param bytes the size of the file
record BenchHashReport(@Nullable String path, long bytes, List<Speed> speeds) implements Report {
  /// One way to get through the file.
  ///
  /// @param work `blake3`, `sha256` or `read`
  /// @param kernel `scalar`, `lanes` or `vector` for `blake3`
  /// @param bytesPerSecond mean of the measurements
  /// @param deviation standard deviation of the measurements, in bytes per second
  record Speed(
      String work, @Nullable String kernel, int threads, long bytesPerSecond, long deviation) {}

  static BenchHashReport of(@Nullable String path, long bytes, List<HashBench.Speed> speeds) {
    return new BenchHashReport(path, bytes, speeds.stream().map(BenchHashReport::speed).toList());
  }

  private static Speed speed(HashBench.Speed speed) {
    long mean = Math.round(speed.bytesPerSecond());
    long deviation = Math.round(speed.deviation());
    return switch (speed.hashCase()) {
      case HashCase.Blake3 blake3 ->
          new Speed(
              "blake3",
              blake3.kernel().name().toLowerCase(Locale.ROOT),
              blake3.threads(),
              mean,
              deviation);
      case HashCase.Sha256 _ -> new Speed("sha256", null, 1, mean, deviation);
      case HashCase.Read _ -> new Speed("read", null, 1, mean, deviation);
    };
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("work").left("kernel").right("threads").right("GB/s").right("±");
    for (Speed speed : speeds) {
      table.row(
          speed.work(),
          speed.kernel() == null ? "" : speed.kernel(),
          Integer.toString(speed.threads()),
          gigabytes(speed.bytesPerSecond()),
          gigabytes(speed.deviation()));
    }
    String input = path == null ? "a temporary file" : path;
    out.line("%s, %s, as far as it is in the page cache".formatted(input, ByteSize.format(bytes)));
    out.blank();
    out.table(table);
  }

  private static String gigabytes(long bytesPerSecond) {
    return String.format(Locale.ROOT, "%.2f", bytesPerSecond / 1e9);
  }
}

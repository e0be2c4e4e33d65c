package dev.computepool.cli.command.quantize;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.llama.quantize.QuantizePlan;
import dev.computepool.llama.quantize.QuantizeResult;
import java.time.Duration;
import java.util.List;

/// A model that was quantized.
///
/// @param files what was written, more than one of a split set
/// @param seconds of the quantizing alone
record QuantizeReport(
    String input,
    List<String> files,
    String type,
    long inputBytes,
    long outputBytes,
    double bitsPerWeightBefore,
    double bitsPerWeight,
    double seconds)
    implements Report {
  static QuantizeReport of(QuantizePlan plan, QuantizeResult result) {
    boolean single = !plan.request().settings().keepSplit();
    return new QuantizeReport(
        plan.request().input().toString(),
        single
            ? List.of(plan.request().output().toString())
            : result.files().stream().map(String::valueOf).toList(),
        plan.request().settings().type().name(),
        plan.inputBytes(),
        result.outputBytes(),
        plan.bitsPerWeightBefore(),
        result.bitsPerWeight(),
        result.duration().toNanos() / 1e9);
  }

  @Override
  public void print(Text out) {
    for (String file : files.subList(0, files.size() - 1)) {
      out.line(file);
    }
    out.line(
        "%s: %s from %s, %s bits per weight, in %s (%s)"
            .formatted(
                files.getLast(),
                ByteSize.format(outputBytes),
                ByteSize.format(inputBytes),
                QuantizePlanReport.bits(bitsPerWeight),
                Durations.format(duration()),
                Durations.rate(inputBytes, duration())));
  }

  private Duration duration() {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}

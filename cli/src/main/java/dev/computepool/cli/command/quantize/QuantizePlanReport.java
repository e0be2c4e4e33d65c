package dev.computepool.cli.command.quantize;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.llama.quantize.PlannedTensor;
import dev.computepool.llama.quantize.QuantizePlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What quantizing would come to.
///
/// @param input the model
/// @param output where the result would go
/// @param type what most tensors would become
/// @param detailed whether people see every tensor
record QuantizePlanReport(
    String input,
    String output,
    String type,
    long inputBytes,
    long outputBytes,
    double bitsPerWeightBefore,
    double bitsPerWeight,
    List<Tensor> tensors,
    List<String> warnings,
    @JsonIgnore boolean detailed)
    implements Report {
  /// One tensor.
  record Tensor(
      String name, List<Long> shape, String from, String to, long bytesBefore, long bytes) {
    static Tensor of(PlannedTensor tensor) {
      return new Tensor(
          tensor.name(),
          tensor.shape().extents(),
          tensor.from().name(),
          tensor.to().name(),
          tensor.bytesBefore(),
          tensor.bytesAfter());
    }

    Tensor plus(Tensor other) {
      return new Tensor(
          name, shape, from, to, bytesBefore + other.bytesBefore, bytes + other.bytes);
    }
  }

  static QuantizePlanReport of(QuantizePlan plan, boolean detailed) {
    return new QuantizePlanReport(
        plan.request().input().toString(),
        plan.request().output().toString(),
        plan.request().settings().type().name(),
        plan.inputBytes(),
        plan.outputBytes(),
        plan.bitsPerWeightBefore(),
        plan.bitsPerWeight(),
        plan.tensors().stream().map(Tensor::of).toList(),
        plan.warnings(),
        detailed);
  }

  @Override
  public void print(Text out) {
    out.table(detailed ? each() : together());
    out.blank();
    out.line(
        "%s: %s to %s, %s to %s bits per weight"
            .formatted(
                output,
                ByteSize.format(inputBytes),
                ByteSize.format(outputBytes),
                bits(bitsPerWeightBefore),
                bits(bitsPerWeight)));
  }

  static String bits(double bits) {
    return String.format(Locale.ROOT, "%.2f", bits);
  }

  private Table each() {
    Table table = new Table().left("tensor").left("from").left("to").right("size");
    for (Tensor tensor : tensors) {
      table.row(tensor.name(), tensor.from(), tensor.to(), ByteSize.format(tensor.bytes()));
    }
    return table;
  }

  private Table together() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Map<String, Tensor> sums = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      String change = tensor.from() + " " + tensor.to();
      counts.merge(change, 1, Integer::sum);
      sums.merge(change, tensor, Tensor::plus);
    }
    Table table =
        new Table().right("tensors").left("from").left("to").right("before").right("after");
    sums.forEach(
        (change, sum) ->
            table.row(
                String.valueOf(counts.get(change)),
                sum.from(),
                sum.to(),
                ByteSize.format(sum.bytesBefore()),
                ByteSize.format(sum.bytes())));
    return table;
  }
}

package dev.computepool.cli.command.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.llama.LlamaInfo;
import dev.computepool.llama.measure.BenchRequest;
import dev.computepool.llama.measure.BenchResult;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The speed of a model, in the columns of llama-bench.
///
/// @param model as llama.cpp describes it
/// @param sizeBytes of its tensors
/// @param parameters its weights
/// @param backends what computed
/// @param devices what it computed on
/// @param gpu whether one of them is a graphics processor
/// @param gpuLayers as asked for; null where the library chose
record BenchModelReport(
    String path,
    String model,
    long sizeBytes,
    long parameters,
    String backends,
    List<String> devices,
    boolean gpu,
    int threads,
    @Nullable Integer gpuLayers,
    int batchSize,
    int ubatchSize,
    String llamaCpp,
    String library,
    List<Test> tests,
    @JsonIgnore boolean markdown)
    implements Report {
  /// One kind of work.
  ///
  /// @param test such as `pp512`
  /// @param mean tokens a second
  /// @param deviation of the repetitions
  /// @param samples tokens a second of each
  record Test(String test, int tokens, double mean, double deviation, List<Double> samples) {}

  static BenchModelReport of(BenchRequest request, BenchResult result, boolean markdown) {
    LlamaInfo library = result.library();
    return new BenchModelReport(
        request.model().toString(),
        result.description(),
        result.bytes(),
        result.parameters(),
        library.backends().stream().map(LlamaInfo.Backend::name).collect(Collectors.joining(", ")),
        library.devices().stream().map(d -> d.name() + ": " + d.description()).toList(),
        library.hasGpu(),
        request.threads(),
        request.gpuLayers(),
        request.batchTokens(),
        request.microBatchTokens(),
        library.version() + " (" + library.commit() + ")",
        library.library(),
        result.tests().stream()
            .map(t -> new Test(t.name(), t.tokens(), t.mean(), t.deviation(), t.rates()))
            .toList(),
        markdown);
  }

  @Override
  public void print(Text out) {
    List<String> headings = List.of("model", "size", "params", "backend", "threads", "test", "t/s");
    if (markdown) {
      out.line("| " + String.join(" | ", headings) + " |");
      out.line("| --- | ---: | ---: | --- | ---: | ---: | ---: |");
      tests.forEach(test -> out.line("| " + String.join(" | ", cells(test)) + " |"));
    } else {
      Table table =
          new Table()
              .left(headings.get(0))
              .right(headings.get(1))
              .right(headings.get(2))
              .left(headings.get(3))
              .right(headings.get(4))
              .right(headings.get(5))
              .right(headings.get(6));
      tests.forEach(test -> table.row(cells(test).toArray(String[]::new)));
      out.table(table);
    }
    out.blank();
    out.line("llama.cpp " + llamaCpp + " on " + String.join("; ", devices));
  }

  private List<String> cells(Test test) {
    return List.of(
        model,
        ByteSize.format(sizeBytes),
        millions(parameters),
        backends,
        Integer.toString(threads),
        test.test(),
        String.format(Locale.ROOT, "%.2f ± %.2f", test.mean(), test.deviation()));
  }

  private static String millions(long parameters) {
    return parameters >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f B", parameters / 1e9)
        : String.format(Locale.ROOT, "%.2f M", parameters / 1e6);
  }
}

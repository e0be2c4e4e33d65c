package dev.computepool.cli.command.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.computepool.cli.command.gguf.GgufInfoReport;
import dev.computepool.cli.command.shard.InfoReport;
import dev.computepool.cli.command.train.StatusView;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.sharding.store.ShardDirectory;
import dev.computepool.train.report.RunRecord;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;

/// What something is, and what is in it.
///
/// @param kind `gguf`, `split_set`, `safetensors`, `model`, `adapter`, `shards` or `run`
/// @param title what people call it
/// @param content whose keys stand beside `kind`
record Inspection(String kind, @JsonIgnore String title, @JsonUnwrapped Report content)
    implements Report {
  /// @param program what commands are called by
  /// @param unicode whether people see characters beyond ASCII
  static Inspection of(Path path, boolean tensors, String program, boolean unicode)
      throws IOException {
    Subject subject = Subject.at(path);
    Report content =
        switch (subject) {
          case GGUF -> {
            try (GgufFile file = GgufFile.open(path)) {
              yield GgufInfoReport.of(file);
            }
          }
          case SPLIT_SET -> SplitSetReport.of(path);
          case SAFETENSORS -> WeightsReport.ofFile(path, tensors);
          case MODEL -> WeightsReport.ofModel(path, tensors);
          case ADAPTER -> AdapterReport.of(path, tensors);
          case RUN -> StatusView.of(program, RunRecord.read(Runs.find(path)), unicode);
          case SHARDS -> InfoReport.of(ShardDirectory.open(path), tensors);
        };
    return new Inspection(subject.key, subject.title, content);
  }

  @Override
  public void print(Text out) {
    out.line(title);
    content.print(out);
  }
}

package dev.computepool.cli.command.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.computepool.cli.command.gguf.GgufInfoReport;
import dev.computepool.cli.command.shard.InfoReport;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.sharding.store.ShardDirectory;
import java.io.IOException;
import java.nio.file.Path;

/// What something is, and what is in it.
///
/// @param kind `gguf`, `split_set`, `safetensors`, `model`, `adapter` or `shards`
/// @param title what people call it
/// @param content whose keys stand beside `kind`
record Inspection(String kind, @JsonIgnore String title, @JsonUnwrapped Report content)
    implements Report {
  static Inspection of(Path path, boolean tensors) throws IOException {
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

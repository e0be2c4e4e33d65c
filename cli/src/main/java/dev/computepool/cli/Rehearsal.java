package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Terminal;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.llama.FileType;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.quantize.QuantizeRequest;
import dev.computepool.llama.quantize.Quantizer;
import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.llama.worker.WorkerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Typical calls in one process, from which Java notes down what later starts will need.
///
/// The launcher runs it once for each build of the program. A call that is missing here works just
/// as well, only later.
final class Rehearsal {
  /// Calls that are over at once and do not need JSON. MODEL is a small file, DIR its folder.
  private static final List<String> BRIEF =
      List.of(
          "--help",
          "help gguf info",
          "gguf info MODEL",
          "gguf tensors MODEL",
          "gguf get MODEL general.architecture",
          "config list");

  /// Calls besides these.
  private static final List<String> MORE =
      List.of(
          "gguf info MODEL --json",
          "gguf tensors MODEL --json",
          "shard split MODEL -o DIR --id rehearsed",
          "shard info DIR/rehearsed",
          "shard verify DIR/rehearsed",
          "shard join DIR/rehearsed -o DIR/joined.gguf",
          "gguf sample DIR/hub --hugging-face",
          "convert DIR/hub -o DIR/converted.gguf",
          "train init -o DIR --model DIR/hub --dataset DIR/texts.jsonl",
          "train check DIR/computepool.train.yml");

  private Rehearsal() {}

  /// Makes the calls.
  ///
  /// @param args `brief` or `full`, and an empty folder to work in
  public static void main(String[] args) throws IOException {
    List<String> calls = new ArrayList<>(BRIEF);
    if (args[0].equals("full")) {
      calls.addAll(MORE);
    }
    Path folder = Path.of(args[1]);
    Path model = folder.resolve("model.gguf");
    // To read headers a small one will do; what hashes must run long enough to be compiled.
    write(model, args[0].equals("full") ? 1 << 16 : 1 << 9);
    Files.writeString(folder.resolve("texts.jsonl"), "{\"text\":\"A text.\"}\n".repeat(20));
    for (String call : calls) {
      run(
          Arrays.stream(call.split(" ", -1))
              .map(w -> w.equals("MODEL") ? model.toString() : w)
              .map(w -> w.startsWith("DIR") ? folder + w.substring("DIR".length()) : w)
              .toArray(String[]::new));
    }
    if (Files.isDirectory(LlamaFiles.bundledFolder())) {
      Path result = folder.resolve("quantized.gguf");
      run("quantize", model.toString(), result.toString(), "--type", "q8_0");
      if (args[0].equals("brief")) {
        quantize(model, folder.resolve("again.gguf"), folder.resolveSibling("worker"));
      }
    }
    // Through the front door, for what only a real start and a real end need.
    Main.main(new String[] {"--version"});
  }

  /// With a process that notes down what it loads itself.
  private static void quantize(Path model, Path result, Path cache) throws IOException {
    QuantizeRequest request =
        new QuantizeRequest(model, result, QuantizeSettings.of(FileType.Q4_K_M, 1), null, false);
    WorkerProcess noting = WorkerProcess.start("-XX:AOTCacheOutput=" + cache);
    LlamaWorker worker = LlamaWorker.in(noting, LlamaFiles.bundled());
    Quantizer.run(worker, Quantizer.plan(worker, request, Progress.NONE), Progress.NONE);
    worker.finish();
  }

  private static void run(String... call) {
    Environment environment =
        new Environment(
            Map.of(),
            Path.of("").toAbsolutePath(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            InputStream.nullInputStream(),
            Terminal.NONE);
    int code = new Cli(environment, new Cancellation(), "cp").run(call);
    if (code != ExitCode.DONE.code()) {
      throw new IllegalStateException("'%s' ended with %d".formatted(String.join(" ", call), code));
    }
  }

  private static void write(Path model, int rows) throws IOException {
    GgufLayout layout =
        GgufLayout.builder()
            .put("general.architecture", MetadataValue.Text.of("llama"))
            .put("general.name", MetadataValue.Text.of("Rehearsal"))
            .put("llama.block_count", new MetadataValue.Int(MetadataType.UINT32, 1))
            .put("llama.context_length", new MetadataValue.Int(MetadataType.UINT32, 64))
            .put("llama.embedding_length", new MetadataValue.Int(MetadataType.UINT32, 64))
            .put("llama.feed_forward_length", new MetadataValue.Int(MetadataType.UINT32, 64))
            .put("llama.attention.head_count", new MetadataValue.Int(MetadataType.UINT32, 1))
            .put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Float32(1e-5f))
            .put("llama.rope.freq_base", new MetadataValue.Float32(10_000f))
            .put("tokenizer.ggml.add_bos_token", new MetadataValue.Bool(true))
            .put("tokenizer.ggml.tokens", MetadataArray.ofStrings(List.of("a", "b", "c", "d")))
            .put("tokenizer.ggml.scores", MetadataArray.ofFloats(0f, -1f, -2f, -3f))
            .tensor("token_embd.weight", GgmlType.F32, Shape.of(64, rows))
            .tensor("blk.0.attn_q.weight", GgmlType.F16, Shape.of(64, 64))
            .tensor("output.weight", GgmlType.F16, Shape.of(64, rows))
            .build();
    try (FileChannel file =
        FileChannel.open(model, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(layout.header());
      file.write(ByteBuffer.allocate(1), layout.fileSize() - 1);
    }
  }
}

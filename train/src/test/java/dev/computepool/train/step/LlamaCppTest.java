package dev.computepool.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.convert.adapter.AdapterMerge;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.ContextOptions;
import dev.computepool.llama.ContextOptions.FlashAttention;
import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.LlamaMissingException;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.TokenBatch;
import dev.computepool.safetensors.Dtype;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.CausalModel;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.model.TinyModels;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the trainer computes against what llama.cpp computes from the same weights, converted.
final class LlamaCppTest {
  // Of a logit: differences go up to 2e-6, and for Gemma to 2e-3,
  // since ggml looks its GELU up in a table of 16-bit floats.
  private static final double TOLERANCE = 1e-5;
  private static final double TABLE_TOLERANCE = 5e-3;

  private static LlamaLibrary library;
  @TempDir Path folder;

  @BeforeAll
  static void needsBothLibraries() throws IOException {
    assumeTrue(TorchFiles.arePresent(), "no PyTorch library in " + TorchFiles.folder());
    library = llamaCpp();
  }

  private static LlamaLibrary llamaCpp() throws IOException {
    try {
      return LlamaLibrary.load(LlamaFiles.bundled());
    } catch (LlamaMissingException e) {
      return abort("needs the llama.cpp that a build with npm fetches: " + e.getMessage());
    }
  }

  private static List<Reference> all() {
    return Reference.all().toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void givesTheSameLogitsBeforeAndAfterTraining(Reference reference) throws IOException {
    Path base = TinyModels.write(folder.resolve("base"), asLlamaCppHasIt(reference), Dtype.F32);
    Files.write(base.resolve("tokenizer.model"), pieces(vocabulary(base)));
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    AdamWOptions optimizer = new AdamWOptions(0.9, 0.999, 1e-8, 0.1, 1);
    TrainerOptions options =
        new TrainerOptions(base, reference.options(), optimizer, false, 1, 1, Torch.Target.CPU);
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      for (int step = 0; step < 5; step++) {
        trainer.step(List.of(Reference.batch()), 1e-2, step, new Cancellation());
      }
      trainer.saveModel(adapter);
    }
    Path merged = folder.resolve("merged");
    try (AdapterMerge merge = AdapterMerge.plan(adapter, base)) {
      merge.write(merged, false, 1, Progress.NONE);
    }
    float[] before = logits(base);
    double change = difference(before, logits(merged), before.length);
    assertTrue(change > 0.1, "five steps change what the model says, and not by " + change);
    assertSameLogits(base);
    assertSameLogits(merged);
  }

  /// The configuration with what llama.cpp takes for granted and reads from no file: attention of
  /// Gemma is scaled by the width of a head, and every sixth layer of Gemma 3 sees all tokens.
  private static JsonNode asLlamaCppHasIt(Reference reference) {
    ObjectNode config = reference.config().deepCopy();
    if (config.has("query_pre_attn_scalar")) {
      config.set("query_pre_attn_scalar", config.get("head_dim"));
    }
    if (config.has("sliding_window_pattern")) {
      config.put("sliding_window_pattern", 6).put("num_hidden_layers", 7);
    }
    return config;
  }

  private static void assertSameLogits(Path model) throws IOException {
    ModelConfig config = ModelConfig.read(model);
    float[] ours = logits(model);
    float[] theirs = logitsOfLlamaCpp(model, ours.length);
    boolean gemma = config.family().toString().startsWith("GEMMA");
    double tolerance = gemma ? TABLE_TOLERANCE : TOLERANCE;
    // llama.cpp has no windows for the others: it sees the same tokens until a window is full.
    int rows = Reference.LENGTH;
    for (int window : gemma ? List.<Integer>of() : config.windows()) {
      rows = window > 0 ? Math.min(rows, window) : rows;
    }
    assertEquals(
        0, difference(ours, theirs, rows * config.vocabulary()), tolerance, model::toString);
  }

  private static double difference(float[] first, float[] second, int count) {
    double most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, Math.abs(first[i] - second[i]));
    }
    return most;
  }

  /// After every token.
  private static float[] logits(Path model) throws IOException {
    Torch torch = Torch.start(Torch.Target.CPU, 1);
    try (TensorScope scope = torch.open();
        CausalModel causal = CausalModel.open(torch, model, null, false, List.of())) {
      return causal.logits(scope, Reference.row()).floats();
    }
  }

  /// The same from the converted model.
  private static float[] logitsOfLlamaCpp(Path model, int count) throws IOException {
    Path gguf = model.resolveSibling(model.getFileName() + ".gguf");
    try (Conversion conversion =
        ModelConversion.plan(
            model, new ModelConversion.Options(OutputType.F32, null, SplitRule.NONE))) {
      conversion.write(gguf, false, 1, Progress.NONE);
    }
    Batch row = Reference.row();
    try (LlamaModel loaded = LlamaModel.load(library, gguf, ModelOptions.DEFAULT);
        LlamaContext context =
            loaded.open(
                new ContextOptions(64, 64, 64, 1, 1, FlashAttention.OFF, true, GgmlType.F32))) {
      TokenBatch batch = new TokenBatch(row.length());
      for (int i = 0; i < row.length(); i++) {
        batch.add(row.ids()[i], i, 0, true);
      }
      context.decode(batch);
      float[] logits = new float[count];
      context.logits(0, row.length(), logits);
      return logits;
    }
  }

  private static int vocabulary(Path base) throws IOException {
    return ModelConfig.read(base).vocabulary();
  }

  /// A SentencePiece model: three special pieces, then words that stand for nothing.
  ///
  /// @see <a href="https://github.com/google/sentencepiece">sentencepiece_model.proto</a>
  private static byte[] pieces(int count) {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    piece(model, "<unk>", 0, 2);
    piece(model, "<s>", 0, 3);
    piece(model, "</s>", 0, 3);
    for (int i = 3; i < count; i++) {
      piece(model, "▁word" + i, -i, 1);
    }
    return model.toByteArray();
  }

  private static void piece(ByteArrayOutputStream model, String text, float score, int type) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer piece = ByteBuffer.allocate(utf8.length + 9).order(ByteOrder.LITTLE_ENDIAN);
    piece.put((byte) 0x0a).put((byte) utf8.length).put(utf8);
    piece.put((byte) 0x15).putFloat(score);
    piece.put((byte) 0x18).put((byte) type);
    model.write(0x0a);
    model.write(piece.capacity());
    model.writeBytes(piece.array());
  }
}

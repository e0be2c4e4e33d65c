package dev.computepool.llama.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.FileType;
import dev.computepool.llama.Libraries;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.TinyModel;
import dev.computepool.llama.quantize.QuantizeRequest;
import dev.computepool.llama.quantize.Quantizer;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureTest {
  @TempDir private static Path folder;
  private static Path model;
  private static Path text;
  private static @Nullable LlamaWorker worker;

  @BeforeAll
  static void start() throws Exception {
    worker = LlamaWorker.start(Libraries.files());
    model = TinyModel.PLAIN.write(folder.resolve("tiny.gguf"));
    text = Files.writeString(folder.resolve("text.txt"), "To be, or not to be.\n".repeat(20));
  }

  @AfterAll
  static void end() {
    if (worker != null) {
      worker.close();
    }
  }

  private static LlamaWorker worker() {
    return Objects.requireNonNull(worker);
  }

  private static PerplexityResult perplexity(Path file, int chunk, int batch) throws IOException {
    return Perplexity.measure(
        worker(), new PerplexityRequest(file, text, chunk, batch, 64, 0, 2, null), Progress.NONE);
  }

  @Test
  void aModelThatHasNoIdeaIsAsPerplexAsItsVocabularyIsLarge() throws Exception {
    Path silent = new TinyModel(256, 32, true).write(folder.resolve("silent.gguf"));

    PerplexityResult result = perplexity(silent, 64, 128);

    assertEquals(TinyModel.VOCABULARY, result.perplexity(), 1e-3);
    assertEquals(0, result.uncertainty(), 1e-3);
    // 420 bytes, 20 of them in tokens of their own; of each chunk the second half less one.
    assertEquals(31L * result.running().size(), result.predicted());
    assertTrue(result.running().size() >= 5, result::toString);
  }

  @Test
  void perplexityDoesNotDependOnTheBatch() throws Exception {
    PerplexityResult together = perplexity(model, 64, 256);
    PerplexityResult alone = perplexity(model, 64, 64);
    PerplexityResult parts = perplexity(model, 64, 16);

    assertTrue(together.perplexity() > 100, together::toString);
    assertEquals(together.perplexity(), alone.perplexity(), 0.05);
    assertEquals(together.perplexity(), parts.perplexity(), 0.05);
    assertEquals(together.predicted(), parts.predicted());
    assertEquals(together.perplexity(), together.running().getLast(), 1e-9);
  }

  @Test
  void refusesATextThatIsTooShort() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> perplexity(model, 512, 512));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("tokens, and 2 chunks of 512 are the least"),
        e::getMessage);
    assertThrows(IllegalArgumentException.class, () -> perplexity(model, 64, 100));
  }

  private static ImatrixRequest imatrix(Path output, boolean processOutput) {
    return new ImatrixRequest(
        model, text, output, 64, 128, 64, 3, processOutput, false, 1, null, false);
  }

  @Test
  void writesAMatrixThatLlamaCppAndWeCanUse() throws Exception {
    Path output = folder.resolve("imatrix.gguf");
    ImatrixResult result = ImatrixBuilder.build(worker(), imatrix(output, false), Progress.NONE);

    assertEquals(3, result.chunks());
    assertEquals(192, result.tokens());
    assertEquals(28, result.tensors());
    assertEquals(Files.size(output), result.bytes());
    try (GgufFile file = GgufFile.open(output)) {
      assertEquals("imatrix", file.header().metadata().string("general.type").orElseThrow());
      assertEquals(64, file.header().metadata().integer("imatrix.chunk_size").orElseThrow());
      assertEquals(
          MetadataValue.Text.of(text.toString()),
          file.header().metadata().array("imatrix.datasets").orElseThrow().element(0));
      float[] counts = floats(file, "blk.0.attn_q.weight.counts");
      assertEquals(192, counts[0]);
      float[] queries = floats(file, "blk.0.attn_q.weight.in_sum2");
      float[] keys = floats(file, "blk.0.attn_k.weight.in_sum2");
      assertEquals(List.of(256, 256), List.of(queries.length, keys.length));
      double sum = 0;
      for (int i = 0; i < queries.length; i++) {
        assertEquals(queries[i], keys[i], "both see the same input");
        sum += queries[i];
      }
      // What goes in has been normalised: of a mean square m it is m / (m + 1e-5), and the
      // embeddings are uniform in -0.05 to 0.05.
      double square = 0.05 * 0.05 / 3;
      assertEquals(256.0 * 192 * square / (square + 1e-5), sum, 256.0 * 192 / 1000);
    }
    Quantizer.run(
        worker(),
        Quantizer.plan(
            worker(),
            new QuantizeRequest(
                model,
                folder.resolve("small.gguf"),
                QuantizeSettings.of(FileType.IQ2_XXS, 1),
                output,
                false),
            Progress.NONE),
        Progress.NONE);
    assertThrows(
        FileAlreadyExistsException.class,
        () -> ImatrixBuilder.build(worker(), imatrix(output, false), Progress.NONE));
  }

  @Test
  void measuresTheOutputIfItIsTold() throws Exception {
    Path output = folder.resolve("with-output.gguf");
    ImatrixResult result = ImatrixBuilder.build(worker(), imatrix(output, true), Progress.NONE);

    assertEquals(29, result.tensors());
    try (GgufFile file = GgufFile.open(output)) {
      assertEquals(192, floats(file, "output.weight.counts")[0]);
    }
  }

  private static float[] floats(GgufFile file, String name) {
    TensorInfo tensor = Objects.requireNonNull(file.header().tensor(name), name);
    MemorySegment bytes = file.bytes(tensor);
    return bytes.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  @Test
  void findsTheNameOfAMatrixAmongWhatSchedulersAdd() {
    assertEquals("blk.0.attn_k.weight", ImatrixCollector.plainName("blk.0.attn_k.weight"));
    assertEquals("blk.0.attn_k.weight", ImatrixCollector.plainName("CUDA0#blk.0.attn_k.weight#0"));
    assertEquals("blk.0.attn_k.weight", ImatrixCollector.plainName("CPU#blk.0.attn_k.weight"));
  }

  @Test
  void takesTheTimeOfEachRepetition() throws Exception {
    BenchResult result =
        ModelBench.run(worker(), new BenchRequest(model, 32, 4, 3, 32, 32, 1, null), Progress.NONE);

    assertEquals(
        List.of("pp32", "tg4"), result.tests().stream().map(BenchResult.Test::name).toList());
    for (BenchResult.Test test : result.tests()) {
      assertEquals(3, test.nanos().size());
      assertTrue(test.mean() > 0 && test.deviation() >= 0, test::toString);
    }
    assertEquals(
        1,
        ModelBench.run(worker(), new BenchRequest(model, 0, 4, 1, 32, 32, 1, null), Progress.NONE)
            .tests()
            .size());
  }

  @Test
  void computesMeanAndDeviationOfRates() {
    BenchResult.Test test = new BenchResult.Test("pp10", 10, List.of(1_000_000_000L, 500_000_000L));

    assertEquals(List.of(10.0, 20.0), test.rates());
    assertEquals(15, test.mean());
    assertEquals(Math.sqrt(50), test.deviation(), 1e-12);
    assertEquals(0, new BenchResult.Test("pp10", 10, List.of(5L)).deviation());
  }

  @Test
  void continuesAText() throws Exception {
    String first = TextGenerator.generate(worker(), model, "Hello", 12, 1, Progress.NONE);

    assertEquals(first, TextGenerator.generate(worker(), model, "Hello", 12, 1, Progress.NONE));
    assertTrue(!first.isEmpty(), "it has said something");
    assertEquals("", TextGenerator.generate(worker(), model, "Hello", 0, 1, Progress.NONE));
  }
}

package dev.computepool.sharding.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.gguf.GgufFile;
import dev.computepool.sharding.TinyGguf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardPlannerTest {
  private static final PlanOptions DEFAULT = PlanOptions.DEFAULT;

  @TempDir Path temp;

  private ShardPlan plan(TinyGguf model, String fileName, PlanOptions options) throws IOException {
    Path file = model.writeTo(temp.resolve("model.gguf"));
    return ShardPlanner.plan(GgufFile.readHeader(file), fileName, options);
  }

  @Test
  void aModelThatNodesLoadDrawsNoWarning() throws IOException {
    TinyGguf model = TinyGguf.llama(2, 64).uint32("llama.context_length", 4096);
    ShardPlan plan = plan(model, "Tiny.Q4_K_M.gguf", DEFAULT);
    assertEquals(List.of(), plan.warnings());
    assertEquals("tiny.q4-k-m", plan.id().value());
    assertEquals("Tiny Llama", plan.name());
    assertEquals(Architecture.LLAMA, plan.architecture());
    assertEquals("Q4KM", plan.quantization());
    assertEquals(2, plan.layers());
    assertEquals(4096L, plan.contextLength());
    assertEquals(1, plan.shards().size());
    assertFalse(plan.whole());
  }

  @Test
  void everythingThatANodeWouldNotLoadIsOneWarning() throws IOException {
    TinyGguf model =
        TinyGguf.empty()
            .text("general.architecture", "odd")
            .uint32("odd.block_count", 257)
            .uint32("odd.embedding_length", 65537)
            .text("odd.attention.head_count", "many")
            .tensor("blk.x.a", 5)
            .tensor("token_embd.weight", 5);
    ShardPlan plan = plan(model, "odd.gguf", DEFAULT.withShardSize(1000));
    assertEquals(
        List.of(
            "a node accepts shard sizes from 64 to 2048 MiB, not 1000 bytes",
            "odd.block_count is 257; a node reads at most 256",
            "odd.embedding_length is 65537; a node reads at most 65536",
            "odd.attention.head_count is string; a node needs one integer",
            "the metadata lacks odd.attention.head_count_kv, which a node needs",
            "the metadata lacks odd.attention.layer_norm_rms_epsilon, which a node needs",
            "nodes do not run architecture 'odd'; the manifest says Llama, for the catalogue only",
            "the manifest says Q4KM, because the file does not tell how it is quantized",
            "tensor blk.x.a has no layer number: no shard will hold it"),
        plan.warnings());
    assertEquals("odd", plan.name());
    assertEquals(257, plan.layers());
  }

  /// Its shards would all be right, and no node could run what they are.
  @Test
  void aPartOfASetIsNoModel() throws IOException {
    TinyGguf part = TinyGguf.llama(2, 64).uint32("split.no", 1).uint32("split.count", 3);
    assertEquals(
        List.of("this is part 2 of a set of 3, and not called so: a node runs whole models only"),
        plan(part, "tiny-00002-of-00003.gguf", DEFAULT.withExactQuantization(true)).warnings());
    TinyGguf merged = TinyGguf.llama(2, 64).uint32("split.no", 0).uint32("split.count", 0);
    assertEquals(List.of(), plan(merged, "tiny.Q8_0.gguf", DEFAULT).warnings());
  }

  @Test
  void strictMakesErrorsOfWarnings() throws IOException {
    FormatException e =
        assertThrows(
            FormatException.class,
            () ->
                plan(
                    TinyGguf.llama(1, 64),
                    "tiny.Q8_0.gguf",
                    DEFAULT.withShardSize(1000).withStrict(true)));
    assertEquals(
        List.of("a node accepts shard sizes from 64 to 2048 MiB, not 1000 bytes"),
        e.problems().stream().map(FormatException.Problem::what).toList());
    plan(TinyGguf.llama(1, 64), "tiny.Q8_0.gguf", DEFAULT.withStrict(true));
  }

  @Test
  void otherShardSizesOfPublicModelsWillBeReplaced() throws IOException {
    HfSource origin = new HfSource("org/name", "tiny.gguf");
    TinyGguf model = TinyGguf.llama(1, 64);
    long large = 1L << 30;
    assertEquals(
        List.of("nodes cut public models at 512 MiB and will replace shards of 1073741824 bytes"),
        plan(model, "t.F16.gguf", DEFAULT.withOrigin(origin).withShardSize(large)).warnings());
    assertEquals(List.of(), plan(model, "t.F16.gguf", DEFAULT.withOrigin(origin)).warnings());
    assertEquals(List.of(), plan(model, "t.F16.gguf", DEFAULT.withShardSize(large)).warnings());
  }

  @ParameterizedTest
  @CsvSource({
    "llama, Llama",
    "gemma2, Llama",
    "mistral, Mistral",
    "qwen2, Qwen2",
    "qwen3, Qwen2",
    "phi3, Phi",
    "qwen35, Qwen35",
    "qwen35moe, 'Qwen35Moe { num_experts: 8, experts_per_token: 2 }'",
  })
  void architecturesAreNamedAsNodesNameThem(String gguf, String debugText) throws IOException {
    TinyGguf model =
        TinyGguf.empty()
            .text("general.architecture", gguf)
            .uint32(gguf + ".expert_count", 8)
            .uint32(gguf + ".expert_used_count", 2);
    assertEquals(debugText, plan(model, "a.gguf", DEFAULT).architecture().debugText());
  }

  @ParameterizedTest
  @CsvSource({
    // file type, file name, exact, in the manifest
    "15, x.gguf, Q4KM, Q4KM",
    "7, x.Q4_K_M.gguf, Q8_0, Q8_0",
    "1, x.gguf, FP16, FP16",
    "1025, x.gguf, FP16, FP16",
    "18, x.gguf, Q6K, Q6K",
    "17, x.gguf, Q5KM, Q5KM",
    "32, x.gguf, BF16, Q4KM",
    "0, x.gguf, FP32, Q4KM",
    "21, x.gguf, Q2K, Q4KM",
    "30, x.gguf, IQ4XS, Q4KM",
    "9999, x.Q6_K.gguf, Q6K, Q6K",
    "-1, tiny.Q8_0.gguf, Q8_0, Q8_0",
    "-1, tiny_q8_0.gguf, Q8_0, Q8_0",
    "-1, Q8_0-to-Q5_K_M.gguf, Q5KM, Q5KM",
    "-1, tiny-F16.gguf, FP16, FP16",
    "-1, tiny-fp16.gguf, FP16, FP16",
    "-1, tiny-Q4_K.gguf, Q4KM, Q4KM",
    "-1, tiny-UD-Q4_K_XL.gguf, Unknown, Q4KM",
    "-1, tiny-IQ2_XXS.gguf, IQ2XXS, Q4KM",
    "-1, tinyQ8_0x.gguf, Unknown, Q4KM",
    "-1, tiny-BF16-00001-of-00002.gguf, BF16, Q4KM",
    "-1, x.gguf, Unknown, Q4KM",
  })
  void quantizationIsWhatTheFileOrItsNameSays(
      int fileType, String fileName, String exact, String compatible) throws IOException {
    TinyGguf model = TinyGguf.llama(1).tensor("token_embd.weight", 10);
    if (fileType >= 0) {
      model.uint32("general.file_type", fileType);
    }
    assertEquals(exact, plan(model, fileName, DEFAULT.withExactQuantization(true)).quantization());
    ShardPlan plan = plan(model, fileName, DEFAULT);
    assertEquals(compatible, plan.quantization());
    assertEquals(exact.equals(compatible) ? 0 : 1, plan.warnings().size());
  }

  @Test
  void sidecarsAreForTiedEmbeddingsAndRope() throws IOException {
    TinyGguf tied =
        TinyGguf.llama(1)
            .tensor("token_embd.weight", 40)
            .tensor("rope_freqs.weight", 12)
            .tensor("blk.0.a", 3)
            .tensor("output_norm.weight", 3);
    List<Sidecar> sidecars = plan(tied, "a.gguf", DEFAULT).sidecars();
    assertEquals(
        List.of("tied_output_weight.bin", "rope_freqs.bin"),
        sidecars.stream().map(sidecar -> sidecar.kind().fileName()).toList());
    assertEquals(40, sidecars.getFirst().tensor().size());
    assertEquals(List.of(), plan(TinyGguf.llama(1, 64), "a.gguf", DEFAULT).sidecars());
    assertEquals(List.of(), plan(tied, "a.gguf", DEFAULT.withWhole(true)).sidecars());
  }

  @Test
  void gapsAreWhatNoShardCovers() throws IOException {
    TinyGguf model =
        TinyGguf.llama(0)
            .tensor("token_embd.weight", 33)
            .tensor("blk.x.a", 64)
            .tensor("output.weight", 1)
            .trailing(new byte[100]);
    ShardPlan plan = plan(model, "a.gguf", DEFAULT);
    long data = plan.header().end();
    assertEquals(
        List.of(new ByteRange(data + 33, data + 128), new ByteRange(data + 129, data + 260)),
        plan.gaps());
    assertEquals(plan.fileSize(), data + 260);
  }

  @Test
  void touchingTensorsAreOneRange() throws IOException {
    TinyGguf model =
        TinyGguf.llama(1)
            .tensor("token_embd.weight", 64)
            .tensor("blk.0.a", 32)
            .tensor("blk.0.b", 31)
            .tensor("blk.0.c", 5);
    ShardPlan plan = plan(model, "a.gguf", DEFAULT);
    long data = plan.header().end();
    assertEquals(
        List.of(ByteRange.at(data, 127), ByteRange.at(data + 128, 5)),
        plan.rangesOf(plan.shards().getFirst()));
  }

  @Test
  void aFileWithoutTensorsMayEndBeforeItsData() throws IOException {
    ShardPlan plan = plan(TinyGguf.llama(0), "vocab.gguf", DEFAULT.withShardSize(10));
    assertTrue(plan.whole());
    assertEquals(new ByteRange(0, plan.fileSize()), plan.header());
    assertEquals(plan.fileSize(), plan.sizeOf(plan.shards().getFirst()));
    assertEquals(List.of(), plan.gaps());
    assertNull(plan.contextLength());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org",
        "org/name/more",
        "org/..",
        "./name",
        "/name",
        "org/",
        "ö/name",
        "org/na me",
      })
  void repositoriesThatNodesRefuseAreRefused(String repo) {
    assertThrows(IllegalArgumentException.class, () -> new HfSource(repo, "x.gguf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.bin", "sub/x.gguf", "a..b.gguf", "a b.gguf", ""})
  void filesThatNodesRefuseAreRefused(String file) {
    assertThrows(IllegalArgumentException.class, () -> new HfSource("org/name", file));
  }
}

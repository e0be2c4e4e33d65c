package dev.computepool.gguf.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataEdit;
import dev.computepool.gguf.MetadataEdit.Change;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitLimit;
import dev.computepool.gguf.split.SplitPlan;
import dev.computepool.gguf.split.SplitSet;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelCheckTest {
  private static final String TOKENS = "tokenizer.ggml.";

  @TempDir private Path folder;

  private Path sample(Architecture architecture) throws Exception {
    Path model = folder.resolve("model.gguf");
    SampleModel.write(SampleSpec.tiny(architecture).build(), model, true, Progress.NONE);
    return model;
  }

  private static List<Finding> findings(Path model) throws Exception {
    try (GgufFile file = GgufFile.open(model)) {
      return ModelCheck.run(file, true, Progress.NONE).findings();
    }
  }

  private List<Finding> after(Architecture architecture, Change... changes) throws Exception {
    Path model = sample(architecture);
    MetadataEdit.plan(model, List.of(changes)).apply(Progress.NONE);
    return findings(model);
  }

  private static Change put(String key, int value) {
    return new Change.Put(key, new MetadataValue.Int(MetadataType.UINT32, value));
  }

  private static Change put(String key, String value) {
    return new Change.Put(key, MetadataValue.Text.of(value));
  }

  @ParameterizedTest
  @EnumSource
  void findsNothingInSamples(Architecture architecture) throws Exception {
    assertEquals(List.of(), findings(sample(architecture)));
  }

  @Test
  void saysWhatItLookedAt() throws Exception {
    try (GgufFile file = GgufFile.open(sample(Architecture.LLAMA))) {
      long bytes = file.header().tensors().stream().mapToLong(TensorInfo::byteSize).sum();
      int keys = file.header().metadata().size();
      assertEquals(
          new CheckReport(List.of(), keys, 21, bytes), ModelCheck.run(file, true, Progress.NONE));
      assertEquals(
          new CheckReport(List.of(), keys, 21, 0), ModelCheck.run(file, false, Progress.NONE));
    }
  }

  private List<Path> parts(Path model) throws Exception {
    SplitPlan plan =
        SplitPlan.of(model, folder.resolve("part"), new SplitLimit.MaxTensors(9), true);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    return plan.parts().stream().map(SplitPlan.Part::file).toList();
  }

  @Test
  void aSetIsCheckedAsTheOneModelThatItIs() throws Exception {
    List<Path> parts = parts(sample(Architecture.LLAMA));
    assertEquals(
        List.of(), ModelCheck.run(SplitSet.open(parts.get(1)), true, Progress.NONE).findings());
    try (FileChannel last = FileChannel.open(parts.getLast(), StandardOpenOption.WRITE)) {
      last.write(ByteBuffer.allocate(3), last.size());
    }
    MetadataEdit.plan(parts.getFirst(), List.of(put("llama.block_count", 3))).apply(Progress.NONE);
    assertEquals(
        List.of(
            Finding.problem(
                "part-00004-of-00004.gguf, byte " + (Files.size(parts.getLast()) - 3),
                "3 bytes follow the last tensor"),
            Finding.problem("llama.block_count", "is 3, and layer 2 has no tensors")),
        ModelCheck.run(SplitSet.open(parts.getFirst()), true, Progress.NONE).findings());
  }

  @Test
  void findsArraysThatDoNotFitTheTokens() throws Exception {
    assertEquals(
        List.of(
            Finding.problem(TOKENS + "scores", "has 1 elements for 2 tokens"),
            Finding.problem(
                TOKENS + "token_type", "is an array of float32, expected an array of int32"),
            Finding.problem(TOKENS + "eos_token_id", "is 2, and there are 2 tokens"),
            Finding.problem(TOKENS + "eot_token_id", "is 793, and there are 2 tokens"),
            Finding.problem(
                "tensor token_embd.weight", "has 794 rows, and the vocabulary 2 tokens"),
            Finding.problem("tensor output.weight", "has 794 rows, and the vocabulary 2 tokens")),
        after(
            Architecture.LLAMA,
            new Change.Put(TOKENS + "tokens", MetadataArray.ofStrings(List.of("a", "b"))),
            new Change.Put(TOKENS + "scores", MetadataArray.ofFloats(1)),
            new Change.Put(TOKENS + "token_type", MetadataArray.ofFloats(1, 1))));
  }

  @Test
  void findsVocabulariesThatNoProgramCanUse() throws Exception {
    assertEquals(
        List.of(
            Finding.problem(TOKENS + "tokens", "is missing, and tokenizer.ggml.model is llama")),
        after(Architecture.LLAMA, new Change.Remove(TOKENS + "tokens")));
    assertEquals(
        List.of(
            Finding.problem(
                TOKENS + "model", "is missing, and there are tokens: no program can tokenize")),
        after(Architecture.LLAMA, new Change.Remove(TOKENS + "model")));
    assertEquals(
        List.of(Finding.problem(TOKENS + "tokens", "is string, expected an array of string")),
        after(Architecture.LLAMA, put(TOKENS + "tokens", "all of them")));
    assertEquals(
        List.of(
            Finding.problem(
                TOKENS + "merges", "is missing: llama.cpp does not load byte pairs without them")),
        after(Architecture.QWEN2, new Change.Remove(TOKENS + "merges")));
    assertEquals(
        List.of(
            Finding.problem(TOKENS + "merges", "element 1 is 'ab', not two pieces and a space")),
        after(
            Architecture.QWEN2,
            new Change.Put(TOKENS + "merges", MetadataArray.ofStrings(List.of("a b", "ab")))));
    assertEquals(
        List.of(
            Finding.remark(
                TOKENS + "pre", "is missing: programs guess how text is cut, often wrongly")),
        after(Architecture.QWEN2, new Change.Remove(TOKENS + "pre")));
  }

  @Test
  void remarksOnTokensThatAreThereTwice() throws Exception {
    Path model = sample(Architecture.LLAMA);
    List<String> tokens;
    try (GgufFile file = GgufFile.open(model)) {
      tokens = file.header().metadata().array(TOKENS + "tokens").orElseThrow().strings();
    }
    String twice = tokens.get(700);
    tokens.set(701, twice);
    tokens.set(702, twice);
    MetadataEdit.plan(
            model, List.of(new Change.Put(TOKENS + "tokens", MetadataArray.ofStrings(tokens))))
        .apply(Progress.NONE);
    assertEquals(
        List.of(
            Finding.remark(
                TOKENS + "tokens",
                "700 and 701 are both '%s', and there are 1 more such".formatted(twice))),
        findings(model));
  }

  @Test
  void looksForAChatTemplate() throws Exception {
    String key = "tokenizer.chat_template";
    assertEquals(
        List.of(
            Finding.remark(key, "is missing: this is no model for chats, or programs will guess")),
        after(Architecture.LLAMA, new Change.Remove(key)));
    assertEquals(
        List.of(Finding.problem(key, "is empty")), after(Architecture.LLAMA, put(key, " \n")));
    assertEquals(
        List.of(Finding.problem(key, "is uint32, expected a string")),
        after(Architecture.LLAMA, put(key, 1)));
  }

  @Test
  void findsLayersThatAreMissing() throws Exception {
    assertEquals(
        List.of(Finding.problem("llama.block_count", "is 3, and layer 2 has no tensors")),
        after(Architecture.LLAMA, put("llama.block_count", 3)));
    assertEquals(
        List.of(
            Finding.problem(
                "llama.block_count", "is 9, and 7 layers have no tensors, the first is 2")),
        after(Architecture.LLAMA, put("llama.block_count", 9)));
    assertEquals(
        List.of(Finding.problem("llama.block_count", "is 1, and there are tensors of layer 1")),
        after(Architecture.LLAMA, put("llama.block_count", 1)));
    assertEquals(
        List.of(
            Finding.problem(
                "tensor token_embd.weight", "has rows of 128, and llama.embedding_length is 64"),
            Finding.problem(
                "tensor output.weight", "has rows of 128, and llama.embedding_length is 64")),
        after(Architecture.LLAMA, put("llama.embedding_length", 64)));
  }

  @Test
  void looksAtPartsOfSetsByThemselves() throws Exception {
    assertEquals(
        List.of(
            Finding.remark(
                "split.count", "this is part 1 of a set of 2: it was checked by itself")),
        after(Architecture.LLAMA, put("split.count", 2), put("llama.block_count", 3)));
  }

  @Test
  void findsNumbersThatAreNone() throws Exception {
    Path model = sample(Architecture.LLAMA);
    long at;
    long norm;
    try (GgufFile file = GgufFile.open(model)) {
      at = position(file, "blk.1.ffn_up.weight");
      norm = position(file, "output_norm.weight");
    }
    try (FileChannel channel = FileChannel.open(model, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0x7c, 1, 0x7c, 0, (byte) 0xfc}), at + 20);
      channel.write(ByteBuffer.wrap(new byte[128 * 4]), norm);
    }
    assertEquals(
        List.of(
            Finding.problem(
                "tensor blk.1.ffn_up.weight",
                "has 1 NaN and 2 infinite among its 32768 numbers, the first at 10"),
            Finding.remark("tensor output_norm.weight", "is all zero")),
        findings(model));
  }

  private static long position(GgufFile file, String name) {
    TensorInfo tensor = Objects.requireNonNull(file.header().tensor(name));
    return file.header().dataOffset() + tensor.offset();
  }

  @Test
  void countsTheScalesOfQuantizedTensors() throws Exception {
    GgufLayout layout =
        GgufLayout.builder()
            .put("general.architecture", MetadataValue.Text.of("test"))
            .put("general.quantization_version", new MetadataValue.Int(MetadataType.UINT32, 2))
            .tensor("t", GgmlType.Q4_K, Shape.of(256, 2))
            .build();
    Path model = folder.resolve("quantized.gguf");
    byte[] data = new byte[288];
    data[145] = 0x7e;
    data[147] = 0x7c;
    try (GgufWriter writer = GgufWriter.create(model, layout)) {
      writer.write(layout.tensors().getFirst(), ByteBuffer.wrap(data));
      writer.commit();
    }
    assertEquals(
        List.of(
            Finding.problem(
                "tensor t", "has 1 NaN and 1 infinite among its scales, the first in block 1")),
        findings(model));
  }

  @Test
  void stopsWhenItIsTold() throws Exception {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    try (GgufFile file = GgufFile.open(sample(Architecture.LLAMA))) {
      assertThrows(
          CancelledException.class,
          () -> ModelCheck.run(file, true, Progress.silent(cancellation)));
    }
  }
}

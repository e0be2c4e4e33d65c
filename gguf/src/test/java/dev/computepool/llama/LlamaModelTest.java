package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.llama.ContextOptions.FlashAttention;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaModelTest {
  @TempDir private static Path folder;
  private static LlamaLibrary library;
  private static Path model;

  @BeforeAll
  static void load() throws Exception {
    library = Libraries.load();
    model = TinyModel.PLAIN.write(folder.resolve("tiny.gguf"));
  }

  private static LlamaModel open() throws Exception {
    return LlamaModel.load(library, model, ModelOptions.DEFAULT);
  }

  private static ContextOptions room(int tokens) {
    return new ContextOptions(tokens, 64, 64, 1, 1, FlashAttention.AUTO, true);
  }

  private static List<Integer> continued(LlamaContext context, int count) throws Exception {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int token = context.mostLikely();
      tokens.add(token);
      context.decode(token);
    }
    return tokens;
  }

  @Test
  void knowsItself() throws Exception {
    LlamaInfo info = library.info();

    assertEquals("0.5.0", info.layout());
    assertTrue(
        info.devices().stream().anyMatch(d -> d.kind() == LlamaInfo.Kind.CPU), info::toString);
    assertTrue(info.backends().stream().anyMatch(b -> b.name().equals("CPU")), info::toString);
  }

  @Test
  void describesAModel() throws Exception {
    try (LlamaModel loaded = open()) {
      assertEquals(TinyModel.VOCABULARY, loaded.tokenCount());
      assertEquals(2048, loaded.trainedContext());
      assertEquals(1_771_776, loaded.parameters());
      assertTrue(loaded.description().startsWith("llama"), loaded.description());
    }
  }

  @Test
  void turnsTextIntoTokensAndBack() throws Exception {
    try (LlamaModel loaded = LlamaModel.load(library, model, ModelOptions.VOCABULARY)) {
      String text = "Hello größe 🦙\n";
      int[] tokens = loaded.tokenize(text, true, false);

      assertEquals(loaded.bos(), tokens[0]);
      // Its vocabulary has no token for a space: three bytes stand for the character that does.
      assertEquals("▁" + text.replace(' ', '▁'), loaded.detokenize(tokens));
      assertArrayEquals(
          new int[] {1, 2}, loaded.tokenize("<s></s>", false, true), "special tokens by name");
      assertTrue(loaded.endsGeneration(2));
    }
  }

  @Test
  void givesBackATextOfPairsOfBytes() throws Exception {
    Path sample = folder.resolve("sample.gguf");
    SampleModel.write(SampleSpec.tiny(Architecture.QWEN2).build(), sample, false, Progress.NONE);
    try (LlamaModel loaded = LlamaModel.load(library, sample, ModelOptions.VOCABULARY)) {
      String text = "Hello größe 🦙\n";
      assertEquals(text, loaded.detokenize(loaded.tokenize(text, false, false)));
    }
  }

  @Test
  void alwaysContinuesATextTheSameWay() throws Exception {
    try (LlamaModel loaded = open()) {
      int[] prompt = loaded.tokenize("Hello", true, false);
      List<Integer> first;
      try (LlamaContext context = loaded.open(room(64))) {
        context.decode(prompt);
        first = continued(context, 8);
        context.clear();
        context.decode(prompt);
        assertEquals(first, continued(context, 8));
      }
      try (LlamaContext another = loaded.open(room(64))) {
        another.keepThreads(2);
        another.decode(prompt);
        assertEquals(first, continued(another, 8));
      }
    }
  }

  @Test
  void decodesLongPromptsBatchByBatch() throws Exception {
    try (LlamaModel loaded = open();
        LlamaContext whole =
            loaded.open(new ContextOptions(256, 256, 64, 1, 1, FlashAttention.OFF, true));
        LlamaContext parts =
            loaded.open(new ContextOptions(256, 64, 64, 1, 1, FlashAttention.OFF, true))) {
      int[] prompt = loaded.tokenize("word ".repeat(36), true, false);
      assertTrue(prompt.length > 128, "spans three batches");
      whole.decode(prompt);
      parts.decode(prompt);
      float[] a = new float[TinyModel.VOCABULARY];
      float[] b = new float[TinyModel.VOCABULARY];
      whole.logits(prompt.length - 1, 1, a);
      parts.logits((prompt.length - 1) % 64, 1, b);
      assertArrayEquals(a, b, 1e-4f);
    }
  }

  @Test
  void keepsSequencesApart() throws Exception {
    try (LlamaModel loaded = open();
        LlamaContext context =
            loaded.open(new ContextOptions(128, 64, 64, 2, 1, FlashAttention.AUTO, true))) {
      TokenBatch batch = new TokenBatch(64);
      batch.add(1, 0, 0, false).add(10, 1, 0, true).add(1, 0, 1, false).add(20, 1, 1, true);
      context.decode(batch);
      float[] first = new float[TinyModel.VOCABULARY];
      float[] second = new float[TinyModel.VOCABULARY];
      context.logits(1, 1, first);
      context.logits(3, 1, second);

      context.clear();
      context.decode(1, 10);
      float[] alone = new float[TinyModel.VOCABULARY];
      context.logits(1, 1, alone);
      assertArrayEquals(alone, first, 1e-4f);
      assertNotEquals(first[0], second[0]);
    }
  }

  @Test
  void goesBackToAState() throws Exception {
    try (LlamaModel loaded = open();
        LlamaContext context = loaded.open(room(64));
        LlamaContext other = loaded.open(room(64))) {
      context.decode(loaded.tokenize("Hello", true, false));
      LlamaContext.State state = context.state();
      context.decode(10);
      List<Integer> expected = continued(context, 5);
      context.restore(state);
      context.decode(10);

      assertEquals(expected, continued(context, 5));
      assertThrows(IllegalArgumentException.class, () -> other.restore(state));
    }
  }

  @Test
  void refusesWhatWouldEndTheProcess() throws Exception {
    try (LlamaModel loaded = open();
        LlamaContext context = loaded.open(room(64))) {
      assertThrows(IllegalStateException.class, context::mostLikely);
      assertThrows(IllegalArgumentException.class, () -> context.decode());
      assertThrows(IllegalArgumentException.class, () -> context.decode(TinyModel.VOCABULARY));
      assertThrows(IllegalArgumentException.class, () -> context.decode(-1));
      assertThrows(
          IllegalArgumentException.class,
          () -> context.decode(new int[context.contextTokens() + 1]));
      TokenBatch large = new TokenBatch(65);
      for (int i = 0; i < 65; i++) {
        large.add(1, i, 0, false);
      }
      assertThrows(IllegalArgumentException.class, () -> context.decode(large));
      assertThrows(
          IllegalArgumentException.class,
          () -> context.decode(new TokenBatch(1).add(1, 0, 1, true)));
      context.decode(1, 2, 3);
      float[] target = new float[TinyModel.VOCABULARY];
      assertThrows(IllegalArgumentException.class, () -> context.logits(0, 1, target));
      assertThrows(IllegalArgumentException.class, () -> context.logits(3, 1, target));
      assertThrows(IndexOutOfBoundsException.class, () -> context.logits(2, 1, new float[1]));
      assertThrows(IllegalArgumentException.class, () -> loaded.piece(TinyModel.VOCABULARY));
    }
  }

  @Test
  void cannotBeUsedWhenItIsClosed() throws Exception {
    LlamaModel loaded = open();
    LlamaContext context = loaded.open(room(64));
    loaded.close();
    loaded.close();

    assertThrows(IllegalStateException.class, () -> loaded.tokenize("x", true, false));
    context.decode(1); // it still holds the weights
    context.close();
    context.close();
    assertThrows(IllegalStateException.class, () -> context.decode(1));
    assertThrows(IllegalStateException.class, () -> loaded.open(room(64)));
  }

  @Test
  void doesNotRunAVocabulary() throws Exception {
    Path vocabulary = TinyModel.writeVocabulary(folder.resolve("vocabulary.gguf"));

    FormatException e =
        assertThrows(
            FormatException.class,
            () -> LlamaModel.load(library, vocabulary, ModelOptions.DEFAULT));
    assertEquals(vocabulary + ": holds a vocabulary and no tensors", e.getMessage());
    try (LlamaModel loaded = LlamaModel.load(library, vocabulary, ModelOptions.VOCABULARY)) {
      assertThrows(IllegalArgumentException.class, () -> loaded.open(room(64)));
    }
  }

  @Test
  void tellsWhyAModelDoesNotLoad() throws Exception {
    Path other = folder.resolve("unknown.gguf");
    byte[] bytes = Files.readAllBytes(model);
    int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("llama");
    bytes[at] = 'j'; // general.architecture
    Files.write(other, bytes);

    LlamaException e =
        assertThrows(
            LlamaException.class, () -> LlamaModel.load(library, other, ModelOptions.DEFAULT));
    assertEquals("llama.cpp does not load " + other, e.getMessage());
    assertTrue(
        e.log().toString().contains("unknown model architecture: 'jlama'"), e.log()::toString);
  }

  @Test
  void showsTheTensorsOfAComputation() throws Exception {
    List<String> seen = new ArrayList<>();
    TensorObserver observer =
        new TensorObserver() {
          @Override
          public boolean wants(TensorView tensor) {
            return tensor.operation().equals("MUL_MAT");
          }

          @Override
          public void computed(TensorView tensor) {
            if (tensor.source(0).name().equals("blk.0.ffn_down.weight")) {
              seen.add(
                  "%d x %d -> %d x %d, %d bytes"
                      .formatted(
                          tensor.source(1).extent(0),
                          tensor.source(1).extent(1),
                          tensor.extent(0),
                          tensor.extent(1),
                          tensor.source(1).byteSize()));
            }
          }
        };
    try (LlamaModel loaded = open();
        LlamaContext context = loaded.open(room(64), observer)) {
      context.decode(1, 2, 3, 4, 5);
    }

    assertEquals(List.of("256 x 5 -> 256 x 5, 5120 bytes"), seen);
  }

  @Test
  void handsOnWhatAnObserverThrows() throws Exception {
    TensorObserver observer =
        new TensorObserver() {
          @Override
          public boolean wants(TensorView tensor) {
            return tensor.operation().equals("MUL_MAT");
          }

          @Override
          public void computed(TensorView tensor) {
            throw new ArithmeticException("not finite");
          }
        };
    try (LlamaModel loaded = open();
        LlamaContext context = loaded.open(room(64), observer)) {
      ArithmeticException e =
          assertThrows(ArithmeticException.class, () -> context.decode(1, 2, 3));
      assertEquals("not finite", e.getMessage());
    }
  }
}

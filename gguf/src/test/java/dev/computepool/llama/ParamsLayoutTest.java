package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ParamsLayoutTest {
  private final Map<Integer, Integer> model = new TreeMap<>(Map.of(16, -1, 20, 1));
  private final Map<Integer, Integer> context =
      new TreeMap<>(Map.of(0, 512, 4, 2048, 8, 512, 12, 1, 28, 4, 32, 4, 104, 1, 108, 1));
  private final Map<Integer, Integer> quantize =
      new TreeMap<>(Map.of(4, 7, 8, 43, 12, 43, 16, 0x0100));

  /// What a library would return: zeros, with some numbers.
  private static StructImage image(int size, Map<Integer, Integer> numbers) {
    return StructImage.measure(
        memory -> {
          MemorySegment struct = memory.allocate(StructImage.PROBE);
          struct.asSlice(0, size).fill((byte) 0);
          numbers.forEach((offset, value) -> struct.set(ValueLayout.JAVA_INT, offset, value));
          return struct;
        });
  }

  private ParamsLayout recognise(String version, int contextSize) throws LlamaLibraryException {
    return ParamsLayout.recognise(
        "libllama.so", version, image(80, model), image(contextSize, context), image(64, quantize));
  }

  @Test
  void measuresTheSizeOfAStructure() {
    for (int size : new int[] {8, 24, 56, 80, 160, 1024}) {
      assertEquals(size, image(size, Map.of()).size());
    }
  }

  @Test
  void countsWholeWords() {
    assertEquals(80, image(78, Map.of()).size());
  }

  @Test
  void knowsARelease() throws Exception {
    ParamsLayout layout = recognise("0.5.0", 160);

    assertEquals("0.5.0", layout.release());
    assertEquals(OptionalInt.of(24), layout.offset(Setting.IMATRIX));
    assertEquals(OptionalInt.of(16), layout.offset(Setting.GPU_LAYERS));
  }

  @Test
  void takesACheckoutOfAReleaseForIt() throws Exception {
    assertTrue(recognise("0.5.0-dev", 160).isKnown());
  }

  @Test
  void reliesInOtherBuildsOnWhatNeverMoved() throws Exception {
    for (ParamsLayout layout :
        new ParamsLayout[] {
          recognise("0.5.1", 160), recognise("unknown", 160), recognise("0.5.0", 168)
        }) {
      assertFalse(layout.isKnown());
      assertEquals(OptionalInt.of(4), layout.offset(Setting.FILE_TYPE));
      assertEquals(OptionalInt.empty(), layout.offset(Setting.IMATRIX));
    }
  }

  @Test
  void noticesFieldsThatMovedWithoutAChangeOfSize() throws Exception {
    context.remove(28);
    context.put(24, 4);

    assertFalse(recognise("0.5.0", 160).isKnown());
  }

  @Test
  void refusesWhatIsNotEvenSimilar() {
    context.put(4, 512);

    LlamaLibraryException e =
        assertThrows(LlamaLibraryException.class, () -> recognise("7.0.0", 160));
    assertEquals(
        "libllama.so: llama.cpp 7.0.0 has parameters that this program cannot read"
            + " (80, 160 and 64 bytes); it knows 0.5.0",
        e.getMessage());
  }
}

package dev.computepool.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsSetTest {
  @TempDir Path folder;

  private void part(String name, String... tensors) throws IOException {
    List<SafetensorsLayout.Entry> entries =
        List.of(tensors).stream()
            .map(t -> new SafetensorsLayout.Entry(t, Dtype.U8, List.of(1L)))
            .toList();
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of());
    try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve(name), layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        writer.write(tensor, ByteBuffer.wrap(new byte[] {(byte) tensor.name().charAt(0)}));
      }
      writer.commit();
    }
  }

  @Test
  void namesTensorsPartByPartSortedByCodePoints() throws IOException {
    part("1", "b", "a", "\uff5e", "\ud83d\ude00");
    part("2", "A");
    try (SafetensorsSet set = SafetensorsSet.open(folder, List.of("1", "2"), null)) {
      assertEquals(List.of("a", "b", "\uff5e", "\ud83d\ude00", "A"), List.copyOf(set.names()));
      assertEquals((byte) 'A', set.bytes("A").get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    }
  }

  @Test
  void tellsWhereTheIndexAndThePartsDisagree() throws IOException {
    part("1", "a", "x");
    part("2", "b", "c");
    Map<String, String> index = Map.of("a", "1", "b", "1", "d", "2", "c", "2");
    SafetensorsFormatException e =
        assertThrows(
            SafetensorsFormatException.class,
            () -> SafetensorsSet.open(folder, List.of("1", "2"), index));
    assertEquals(
        List.of(
            new Problem("tensor b", "is in 2, not in 1 as the index says"),
            new Problem("2", "lacks what the index says is in it: d"),
            new Problem("", "the index does not name these tensors: x")),
        e.problems());
  }

  @Test
  void tellsTensorsThatTwoPartsHave() throws IOException {
    part("1", "a", "b");
    part("2", "b", "a");
    SafetensorsFormatException e =
        assertThrows(
            SafetensorsFormatException.class,
            () -> SafetensorsSet.open(folder, List.of("1", "2"), null));
    assertEquals(
        List.of(
            new Problem("tensor a", "is in both 1 and 2"),
            new Problem("tensor b", "is in both 1 and 2")),
        e.problems());
  }
}

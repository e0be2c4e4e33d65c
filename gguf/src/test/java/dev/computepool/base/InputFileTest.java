package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
  @TempDir private Path folder;

  private String problem(Path file) {
    FormatException e = assertThrows(FormatException.class, () -> InputFile.text(file, 6));
    assertEquals(file.toString(), e.file());
    return e.problems().getFirst().toString();
  }

  @Test
  void whatCannotBeReadIsToldWithItsName() throws IOException {
    Path file = folder.resolve("a");
    assertThrows(NoSuchFileException.class, () -> InputFile.text(file, 6));
    assertEquals("is a folder, not a file", problem(folder));
    assertEquals("Größe", InputFile.text(Files.writeString(file, "Größe"), 7));
    assertEquals("7 bytes exceed the limit of 6", problem(file));
    assertEquals("is not UTF-8 text", problem(Files.write(file, new byte[] {'a', (byte) 0xff})));
  }
}

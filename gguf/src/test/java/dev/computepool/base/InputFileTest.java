package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
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

  /// A named pipe would be waited for, and what comes through another is gone once it is read.
  @Test
  void whatIsNoRegularFileIsRefusedBeforeItIsOpened() throws IOException {
    Path nowhere = Path.of("/dev/null");
    Assumptions.assumeTrue(Files.exists(nowhere), "no /dev/null here");
    FormatException e =
        assertThrows(FormatException.class, () -> InputFile.requireRegular(nowhere));
    assertEquals("/dev/null: is not a regular file: a pipe or device will not do", e.getMessage());
    assertThrows(FormatException.class, () -> SourceStamp.of(nowhere));
    assertThrows(FormatException.class, () -> InputFile.requireRegular(folder));
    Path file = Files.writeString(folder.resolve("a"), "x");
    assertEquals(file, InputFile.requireRegular(file));
  }
}

package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir Path folder;

  @Test
  void asksTheNearestFolderThatExists() throws IOException {
    DiskSpace.require(folder.resolve("a/b/c"), 1);
    assertEquals(false, Files.exists(folder.resolve("a")));
  }

  @Test
  void saysWhereAndHowMuchIsMissing() {
    DiskFullException e =
        assertThrows(
            DiskFullException.class,
            () -> DiskSpace.require(folder.resolve("a/b"), Long.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, e.needed());
    assertTrue(e.available() > 0, "available " + e.available());
    assertEquals(
        "%s has %s free, 8192.0 PiB needed".formatted(folder, ByteSize.format(e.available())),
        e.getMessage());
  }
}

package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir Path temp;

  @Test
  void asksTheFileSystemOfWhatIsYetToBe() throws IOException {
    Path target = temp.resolve("not/yet/there");
    DiskSpace.require(target, 1);
    DiskFullException e =
        assertThrows(DiskFullException.class, () -> DiskSpace.require(target, Long.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, e.needed());
  }

  @Test
  void saysNothingOfANeedThatNobodyKnows() {
    assertEquals("d has 1 B free", new DiskFullException(Path.of("d"), 0, 1).getMessage());
  }

  @Test
  void blamesTheDiskOnlyWhenItIsFull() throws IOException {
    IOException failure = new IOException("broken pipe");
    assertSame(failure, DiskSpace.explain(failure, temp, Long.MAX_VALUE));
    CancelledException cancelled = new CancelledException();
    assertSame(cancelled, DiskSpace.explain(cancelled, temp, Long.MAX_VALUE));
  }
}

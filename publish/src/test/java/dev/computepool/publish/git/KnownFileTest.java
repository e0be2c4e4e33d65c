package dev.computepool.publish.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.hub.LocalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody has read before is not read again; who vouches for it here lies, to be caught.
class KnownFileTest {
  private static final Digest CLAIMED = Sha256.hasher().digest();

  @TempDir Path folder;

  private GitPlan.Item item(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "weights");
    try (Progress.Step step = Progress.NONE.begin("Reading", 7, Progress.Unit.BYTES)) {
      return GitUpload.item(
          new LocalFile(file, name, CLAIMED), new LargeFiles(new byte[0]), Map.of(), step);
    }
  }

  @Test
  void onlyAFileOfTheStoreIsTakenForWhatItWas() throws IOException {
    assertEquals(CLAIMED, item("model.gguf").sha256());
    assertNull(item("README.md").sha256());
  }
}

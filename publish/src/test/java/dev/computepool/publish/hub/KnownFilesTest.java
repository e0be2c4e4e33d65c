package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.hub.UploadPlan.Item;
import dev.computepool.publish.hub.UploadPlan.State;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody has read before is not read again; who vouches for it here lies, to be caught.
class KnownFilesTest {
  private static final Digest CLAIMED = Sha256.hasher().digest();
  private static final String OID = "0".repeat(40);

  @TempDir Path folder;

  private LocalFile file(long size) throws IOException {
    Path path = folder.resolve("model.gguf");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return new LocalFile(path, "model.gguf", CLAIMED);
  }

  private static Item item(LocalFile file, @Nullable TreeEntry remote) throws IOException {
    try (Progress.Step step = Progress.NONE.begin("Hashing", 1, Progress.Unit.BYTES)) {
      return HubUpload.item(file, remote, step);
    }
  }

  @Test
  void aLargeFileThatIsKnownIsNotRead() throws IOException {
    LocalFile file = file(40 << 20);
    assertEquals(CLAIMED, item(file, null).sha256());
    TreeEntry same = new TreeEntry("model.gguf", 40 << 20, OID, CLAIMED);
    assertEquals(State.SAME, item(file, same).state());
  }

  /// Git has a name of its own for what it stores itself.
  @Test
  void whatMayBeInGitIsReadAllTheSame() throws IOException {
    LocalFile file = file(40 << 20);
    Item item = item(file, new TreeEntry("model.gguf", 40 << 20, OID, null));
    assertEquals(State.CHANGED, item.state());
    assertNotEquals(CLAIMED, item.sha256());
    assertEquals(40, String.valueOf(item.gitOid()).length());
    assertEquals(
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        item(file(1), null).sha256().hex());
  }
}

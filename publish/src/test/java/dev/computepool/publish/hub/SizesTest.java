package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.computepool.hash.Sha256;
import dev.computepool.publish.hub.PartsJournal.Session;
import dev.computepool.publish.hub.UploadPlan.Item;
import dev.computepool.publish.hub.UploadPlan.State;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sizes beyond what fits into 32 bits, and what is cut into pieces by them.
class SizesTest {
  private static final long TERA = 1_000_000_000_000L;

  private static Item item(String path, long size) {
    return new Item(
        new LocalFile(Path.of(path), path),
        size,
        Sha256.hasher().digest(),
        "0".repeat(40),
        FileTime.fromMillis(0),
        State.NEW);
  }

  @Test
  void filesAboveFiftyGigabytesAreAskedForInRanges() {
    assertNull(FileTransfer.range(0, 50_000_000_000L));
    assertEquals("bytes=3000000000-", FileTransfer.range(3_000_000_000L, 50_000_000_000L));
    assertEquals("bytes=0-1073741823", FileTransfer.range(0, 50_000_000_001L));
    assertEquals(
        "bytes=50000000000-50000000000", FileTransfer.range(50_000_000_000L, 50_000_000_001L));
    assertEquals("bytes=999000000000-999999999999", FileTransfer.range(999_000_000_000L, TERA));
  }

  @Test
  void partsOfATerabyteAreWholeAndInOrder() {
    long chunk = 64L << 20;
    int count = (int) Math.ceilDiv(TERA, chunk);
    Session session =
        new Session(
            "t",
            Sha256.hasher().digest(),
            TERA,
            chunk,
            "c",
            Collections.nCopies(count, "p"),
            Map.of(0, "a", count - 1, "z"));
    long end = 0;
    for (int part = 0; part < count; part++) {
      assertEquals(end, session.offset(part));
      end += session.length(part);
    }
    assertEquals(TERA, end);
    assertEquals(chunk + TERA % chunk, session.doneBytes());
  }

  @Test
  void largePlansAreSummedExactly() {
    UploadRequest request =
        UploadRequest.of(RepoId.parse("acme/demo"), List.of(new LocalFile(Path.of("a"), "a")), "m");
    List<Item> items = List.of(item("a", 400 * TERA), item("b", 3_000_000_000L), item("c", 1));
    assertEquals(400_003_000_000_001L, new UploadPlan(request, items, null, false).bytesToSend());
  }

  @Test
  void commitsHaveAtMostAHundredFiles() {
    List<Item> large = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      large.add(item("part-%03d.safetensors".formatted(i), 5_000_000_000L));
    }
    List<Item> inline = List.of(item("README.md", 10), item("a.json", 10));
    List<List<Item>> groups = Commits.groups(large, inline);
    assertEquals(List.of(100, 52), groups.stream().map(List::size).toList());
    assertEquals(
        List.of("README.md", "a.json", "part-100.safetensors"),
        groups.get(1).stream().map(Item::path).limit(3).toList());
  }

  @Test
  void commitsHaveAtMost64MebibytesOfContent() {
    List<Item> inline = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      inline.add(item("vocab-%d.txt".formatted(i), 10 << 20));
    }
    inline.add(item("README.md", 1 << 10));
    List<List<Item>> groups = Commits.groups(List.of(item("a.gguf", TERA)), inline);
    assertEquals(List.of(7, 3), groups.stream().map(List::size).toList());
    assertEquals(
        List.of("README.md", "vocab-6.txt", "vocab-7.txt"),
        groups.get(1).stream().map(Item::path).toList());
    Item alone = item("all.txt", 100L << 20);
    assertEquals(List.of(List.of(alone)), Commits.groups(List.of(), List.of(alone)));
  }
}

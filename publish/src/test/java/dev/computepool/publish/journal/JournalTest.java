package dev.computepool.publish.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.BusyException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.journal.Stamps.Side;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @TempDir Path folder;

  private Entry entry(Path... outputs) throws IOException {
    Stamps stamps = Stamps.of(Side.MADE, List.of(outputs), Map.of(), Progress.NONE);
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("address", "http://localhost/ü");
    return new Entry(true, "9.9", "a b", Stamps.none(Side.READ), stamps, NOW, 1.5, facts);
  }

  @Test
  void whatIsRecordedIsReadAgainAlsoAfterAMove() throws IOException {
    Path work = folder.resolve("work");
    Entry entry;
    try (Journal journal = Journal.open(work)) {
      entry = entry(Files.writeString(work.resolve("file"), "content"));
      journal.record("one", entry);
      journal.record(
          "two", Entry.begun("9.9", "s", Stamps.none(Side.READ), NOW, new LinkedHashMap<>()));
    }
    try (Journal journal = Journal.read(work)) {
      assertEquals(Optional.of(entry), journal.entry("one"));
      assertEquals(false, journal.entry("two").orElseThrow().done());
      assertEquals(Optional.empty(), journal.entry("three"));
    }
    Path moved = Files.move(work, folder.resolve("moved"));
    try (Journal journal = Journal.read(moved)) {
      assertEquals(
          List.of(moved.resolve("file").toAbsolutePath()),
          List.copyOf(journal.entry("one").orElseThrow().outputs().files().keySet()));
    }
  }

  /// A run that was killed while it sent a file knows what that was the next time.
  @Test
  void whatWasReadForAStepUnderWayIsKnownToTheNextRun() throws IOException {
    Path file = folder.resolve("model.gguf");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(20 << 20); // too large to be read for nothing
    }
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    settle(file);
    Digest digest = Sha256.hasher().digest();
    Path work = folder.resolve("work");
    try (Journal journal = Journal.open(work)) {
      Stamps inputs = Stamps.of(Side.READ, List.of(file), Map.of(), Progress.NONE);
      assertEquals(false, inputs.isHashed());
      journal.remember("upload", Map.of(file, digest)); // not begun: nobody knows the file
      journal.record("upload", Entry.begun("9.9", "s", inputs, NOW, new LinkedHashMap<>()));
      assertEquals(Map.of(), journal.known());
      journal.remember("upload", Map.of(file, digest));
    }
    try (Journal journal = Journal.read(work)) {
      assertEquals(false, journal.entry("upload").orElseThrow().done());
      assertEquals(digest, FileStamp.known(journal.known(), file));
      Files.writeString(file, "changed");
      assertNull(FileStamp.known(journal.known(), file));
      assertThrows(IllegalStateException.class, () -> journal.remember("upload", Map.of()));
    }
  }

  /// Waits until a change of the file would be seen by its time.
  private static void settle(Path file) throws IOException {
    while (FileStamp.of(file).isFresh(Instant.now())) {
      Thread.onSpinWait();
    }
  }

  @Test
  void oneProcessWritesAndOneThatReadsCannot() throws IOException {
    try (Journal journal = Journal.open(folder)) {
      journal.record("one", entry());
      assertThrows(BusyException.class, () -> Journal.open(folder));
      try (Journal reader = Journal.read(folder)) {
        assertThrows(IllegalStateException.class, () -> reader.record("two", entry()));
      }
    }
    try (Journal again = Journal.open(folder)) {
      assertEquals(1.5, again.entry("one").orElseThrow().seconds());
    }
  }

  @Test
  void whatIsNoJournalIsRefused() throws IOException {
    Path file = folder.resolve(Journal.FILE);
    for (String text :
        List.of("", "{", "{\"version\": 2}", "{\"version\":1,\"steps\":{\"a\":{}}}")) {
      Files.writeString(file, text);
      assertThrows(FormatException.class, () -> Journal.read(folder), text);
    }
  }

  private static Optional<String> change(Stamps stamps, List<Path> paths) throws IOException {
    return stamps.look(paths, Progress.NONE).change();
  }

  @Test
  void changesAreTold() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("directory"));
    Files.writeString(directory.resolve("a"), "1");
    Files.writeString(directory.resolve("b"), "2");
    List<Path> paths = List.of(directory, directory.resolve("a"));
    Stamps stamps = Stamps.of(Side.MADE, paths, Map.of(), Progress.NONE);
    assertEquals(2, stamps.bytes());
    assertEquals(Optional.empty(), change(stamps, paths));
    Files.writeString(directory.resolve("b"), "3");
    assertEquals(Optional.of("b has changed"), change(stamps, paths));
    Files.writeString(directory.resolve("b"), "2");
    assertEquals(Optional.empty(), change(stamps, paths));
    Files.writeString(directory.resolve(".hidden"), "x");
    assertEquals(Optional.empty(), change(stamps, paths));
    Files.writeString(directory.resolve("c"), "x");
    assertEquals(Optional.of("c is new"), change(stamps, paths));
    Files.delete(directory.resolve("c"));
    Files.delete(directory.resolve("a"));
    assertEquals(Optional.of("a is gone"), change(stamps, paths));
  }

  /// What unpacks an archive gives files the time that is in it; adapters of one rank have one
  // size.
  @Test
  void aFileWithTheSizeAndTheTimeOfAnotherIsAnother() throws IOException {
    Path file = folder.resolve("adapter");
    FileTime time = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    for (int size : new int[] {10, 17 << 20}) {
      byte[] content = new byte[size];
      Files.write(file, content);
      Files.setLastModifiedTime(file, time);
      Stamps stamps = Stamps.of(Side.READ, List.of(file), Map.of(), Progress.NONE);
      assertEquals(Optional.empty(), change(stamps, List.of(file)));
      content[5] = 1;
      Files.write(file, content);
      Files.setLastModifiedTime(file, time);
      assertEquals(Optional.of("adapter has changed"), change(stamps, List.of(file)));
    }
  }

  /// A file that was changed just now may be changed again within one step of the file system's
  /// clock: its time tells nothing, so it is read.
  @Test
  void whatWasChangedJustNowIsRead() {
    Instant changed = Instant.parse("2026-01-02T03:04:05.678Z");
    FileStamp stamp = new FileStamp(1, changed, Digest.of(new byte[32]));
    assertEquals(true, stamp.isFresh(changed.plusMillis(20)));
    assertEquals(false, stamp.isFresh(changed.plusMillis(60)));
    Instant coarse = Instant.parse("2026-01-02T03:04:06Z");
    assertEquals(true, new FileStamp(1, coarse, null).isFresh(coarse.plusMillis(1500)));
    assertEquals(true, stamp.looksLike(stamp));
    assertEquals(false, stamp.unsettled().looksLike(stamp));
    assertEquals(false, stamp.unsettled().looksLike(stamp.unsettled()));
  }

  @Test
  void ofAFolderThatIsReadTheFilesInItCountAndOfOneThatIsMadeAll() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.createDirectories(model.resolve("additional_chat_templates"));
    Files.writeString(model.resolve("config.json"), "{}");
    List<Path> paths = List.of(model);
    Stamps read = Stamps.of(Side.READ, paths, Map.of(), Progress.NONE);
    Stamps made = Stamps.of(Side.MADE, paths, Map.of(), Progress.NONE);
    Files.createDirectory(model.resolve("checkpoint-5"));
    Files.writeString(model.resolve("checkpoint-5/optimizer.pt"), "x");
    assertEquals(Optional.empty(), change(read, paths));
    assertEquals(Optional.of("optimizer.pt is new"), change(made, paths));
    Files.writeString(model.resolve("additional_chat_templates/tool.jinja"), "x");
    assertEquals(Optional.of("tool.jinja is new"), change(read, paths));
  }

  @Test
  void anotherLookHasTheTimesOfNow() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Stamps stamps = Stamps.of(Side.MADE, List.of(file), Map.of(), Progress.NONE);
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    Stamps.Look look = stamps.look(List.of(file), Progress.NONE);
    assertEquals(Optional.empty(), look.change());
    assertEquals(Stamps.of(Side.MADE, List.of(file), Map.of(), Progress.NONE), look.now());
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() throws IOException {
    Files.writeString(folder.resolve("README.md"), "mine");
    FormatException e = assertThrows(FormatException.class, () -> Journal.open(folder));
    assertEquals(
        folder.toAbsolutePath()
            + ": has README.md in it, and no publish.json of an earlier run: what is made needs a"
            + " folder of its own",
        e.getMessage());
    assertThrows(FormatException.class, () -> Journal.read(folder));
  }
}

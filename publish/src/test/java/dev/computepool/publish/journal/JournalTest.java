package dev.computepool.publish.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.BusyException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Stamps stamps = Stamps.of(List.of(outputs), Map.of(), Progress.NONE);
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("address", "http://localhost/ü");
    return new Entry(true, "a b", Stamps.NONE, stamps, NOW, 1.5, facts);
  }

  @Test
  void whatIsRecordedIsReadAgainAlsoAfterAMove() throws IOException {
    Path work = folder.resolve("work");
    Path file = Files.createDirectories(work).resolve("file");
    Files.writeString(file, "content");
    Entry entry = entry(file);
    try (Journal journal = Journal.open(work)) {
      journal.record("one", entry);
      journal.record("two", Entry.begun("s", NOW, new LinkedHashMap<>()));
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
    for (String text : List.of("{", "{\"version\": 2}", "{\"version\":1,\"steps\":{\"a\":{}}}")) {
      Files.writeString(file, text);
      assertThrows(FormatException.class, () -> Journal.read(folder), text);
    }
  }

  @Test
  void changesAreTold() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("directory"));
    Files.writeString(directory.resolve("a"), "1");
    Files.writeString(directory.resolve("b"), "2");
    List<Path> paths = List.of(directory, directory.resolve("a"));
    Stamps stamps = Stamps.of(paths, Map.of(), Progress.NONE);
    assertEquals(2, stamps.bytes());
    assertEquals(Optional.empty(), stamps.change(paths, Progress.NONE));
    Files.writeString(directory.resolve("b"), "3");
    assertEquals(Optional.of("b has changed"), stamps.change(paths, Progress.NONE));
    Files.writeString(directory.resolve("b"), "2");
    assertEquals(Optional.empty(), stamps.change(paths, Progress.NONE));
    Files.writeString(directory.resolve(".hidden"), "x");
    assertEquals(Optional.empty(), stamps.change(paths, Progress.NONE));
    Files.writeString(directory.resolve("c"), "x");
    assertEquals(Optional.of("c is new"), stamps.change(paths, Progress.NONE));
    Files.delete(directory.resolve("c"));
    Files.delete(directory.resolve("a"));
    assertEquals(Optional.of("a is gone"), stamps.change(paths, Progress.NONE));
  }
}

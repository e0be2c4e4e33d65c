package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void appearsOnlyWhenCommitted() throws IOException {
    Path target = folder.resolve("f");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(bytes("one"));
      file.write(bytes(" two"));
      assertEquals(List.of(".f.partial"), names());
      file.commit();
      assertEquals(List.of("f"), names());
    }
    assertEquals("one two", Files.readString(target));
  }

  @Test
  void leavesNothingUnlessCommitted() throws IOException {
    try (AtomicFile file = AtomicFile.create(folder.resolve("f"))) {
      file.write(bytes("one"));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void createRefusesWhatExists() throws IOException {
    Path target = Files.writeString(folder.resolve("f"), "old");
    assertThrows(FileAlreadyExistsException.class, () -> AtomicFile.create(target));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("f"), names());
  }

  @Test
  void createRefusesWhatSomebodyElseMadeMeanwhile() throws IOException {
    Path target = folder.resolve("f");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(bytes("ours"));
      Files.writeString(target, "theirs");
      assertThrows(FileAlreadyExistsException.class, file::commit);
    }
    assertEquals("theirs", Files.readString(target));
    assertEquals(List.of("f"), names());
  }

  @Test
  void replaceKeepsTheOldFileUntilTheEnd() throws IOException {
    Path target = Files.writeString(folder.resolve("f"), "old");
    try (AtomicFile file = AtomicFile.replace(target)) {
      file.write(bytes("new"));
      assertEquals("old", Files.readString(target));
      file.commit();
    }
    assertEquals("new", Files.readString(target));
    try (AtomicFile file = AtomicFile.replace(target)) {
      file.write(bytes("newer"));
    }
    assertEquals("new", Files.readString(target));
  }

  @Test
  void replaceKeepsThePermissions() throws IOException {
    Path target = Files.writeString(folder.resolve("f"), "secret");
    Assumptions.assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    try (AtomicFile file = AtomicFile.replace(target)) {
      file.write(bytes("new secret"));
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(AtomicFile.partialOf(target))));
      file.commit();
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
  }

  /// What a killed run leaves must be open to the next one, also for who is not root.
  @Test
  void aReadOnlyFileIsReplacedThroughOneThatItsOwnerMayWrite() throws IOException {
    Path target = Files.writeString(folder.resolve("f"), "old");
    Assumptions.assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r-----"));
    try (AtomicFile file = AtomicFile.replace(target)) {
      assertEquals("rw-r-----", permissions(AtomicFile.partialOf(target)));
      file.write(bytes("new"));
      file.commit();
    }
    assertEquals("r--r-----", permissions(target));
    assertEquals("new", Files.readString(target));
    AtomicFile.writeSecret(target, "secret");
    assertEquals("rw-------", permissions(target));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aFolderIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path target = Files.createDirectory(folder.resolve("d"));
    FormatException e = assertThrows(FormatException.class, () -> AtomicFile.replace(target));
    assertEquals(target + ": is a folder, not a file", e.getMessage());
    assertThrows(FormatException.class, () -> AtomicFile.create(target));
    assertEquals(List.of("d"), names());
  }

  @Test
  void takesOverWhatAKilledRunLeft() throws IOException {
    Path target = folder.resolve("f");
    Files.writeString(AtomicFile.partialOf(target), "a long rest of an earlier run");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(bytes("short"));
      file.commit();
    }
    assertEquals("short", Files.readString(target));
    assertEquals(List.of("f"), names());
  }

  @Test
  void doesNotFollowALinkThatStandsForThePartialFile() throws IOException {
    Path target = folder.resolve("f");
    Path other = Files.writeString(folder.resolve("other"), "precious");
    Files.createSymbolicLink(AtomicFile.partialOf(target), other);
    assertThrows(FileSystemException.class, () -> AtomicFile.create(target));
    assertEquals("precious", Files.readString(other));
  }

  @Test
  void refusesWhatAnotherThreadIsWriting() throws IOException {
    Path target = folder.resolve("f");
    try (AtomicFile file = AtomicFile.replace(target)) {
      file.write(bytes("first"));
      assertThrows(BusyException.class, () -> AtomicFile.replace(target));
      assertThrows(BusyException.class, () -> AtomicFile.create(target));
      file.commit();
    }
    assertEquals("first", Files.readString(target));
    try (AtomicFile file = AtomicFile.replace(target)) {
      file.write(bytes("second"));
      file.commit();
    }
    assertEquals("second", Files.readString(target));
  }

  @Test
  void refusesWhatAnotherProcessIsWritingUntilThatIsKilled() throws Exception {
    Path target = folder.resolve("f");
    Process other = OtherProcess.start("hold", target.toString());
    try {
      assertEquals("holding", other.inputReader().readLine());
      assertThrows(BusyException.class, () -> AtomicFile.create(target));
      // Asking must not have let go of anything: in POSIX a process that closes a file loses its
      // locks on it.
      assertThrows(BusyException.class, () -> AtomicFile.create(target));
      assertEquals(List.of(".f.partial"), names());
    } finally {
      other.destroyForcibly();
      assertTrue(other.waitFor(60, TimeUnit.SECONDS), "killed");
    }
    assertEquals("half a fi", Files.readString(AtomicFile.partialOf(target)));
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(bytes("whole"));
      file.commit();
    }
    assertEquals("whole", Files.readString(target));
    assertEquals(List.of("f"), names());
  }

  @Test
  void askingInAnotherThreadKeepsTheLockAgainstOtherProcesses() throws Exception {
    Path target = folder.resolve("f");
    try (AtomicFile file = AtomicFile.replace(target)) {
      assertThrows(BusyException.class, () -> AtomicFile.replace(target));
      Process other = OtherProcess.start("hold", target.toString());
      try {
        // It ends with the exception instead of holding the file.
        assertEquals(null, other.inputReader().readLine());
        assertTrue(other.waitFor(60, TimeUnit.SECONDS), "ended");
        assertEquals(1, other.exitValue());
      } finally {
        other.destroyForcibly();
      }
      file.commit();
    }
  }

  @Test
  void oneOfManyThreadsCreatesIt() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 50; round++) {
        Path target = folder.resolve("f" + round);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
          String text = Integer.toString(writer).repeat(1000);
          writers.add(() -> create(target, text));
        }
        int successes = 0;
        for (Future<Boolean> writer : threads.invokeAll(writers)) {
          successes += writer.get() ? 1 : 0;
        }
        assertEquals(1, successes);
        String text = Files.readString(target);
        assertEquals(text.substring(0, 1).repeat(1000), text);
      }
    }
  }

  private static boolean create(Path target, String text) throws IOException {
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(bytes(text));
      file.commit();
      return true;
    } catch (FileAlreadyExistsException | BusyException e) {
      return false;
    }
  }

  /// A writer may open the partial file of another one that is about to commit it, and must not
  /// take the committed file for its own.
  @Test
  void manyProcessesReplaceItAndEveryReaderSeesAWholeVersion() throws Exception {
    Path target = Files.writeString(folder.resolve("f"), "o".repeat(OtherProcess.VERSION));
    List<Process> writers = new ArrayList<>();
    try {
      for (String letter : List.of("a", "b", "c")) {
        writers.add(OtherProcess.start("replace", target.toString(), letter, "150"));
      }
      int versions = 0;
      while (writers.stream().anyMatch(Process::isAlive)) {
        byte[] seen = Files.readAllBytes(target);
        byte[] whole = new byte[OtherProcess.VERSION];
        Arrays.fill(whole, seen.length == 0 ? 0 : seen[0]);
        assertArrayEquals(whole, seen, "version " + versions);
        versions++;
      }
      for (Process writer : writers) {
        assertEquals(0, writer.waitFor());
      }
    } finally {
      writers.forEach(Process::destroyForcibly);
    }
    assertEquals(List.of("f"), names());
  }

  @Test
  void namesTheFolderThatIsMissing() {
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> AtomicFile.create(folder.resolve("gone/f")));
    assertEquals(folder.resolve("gone").toString(), e.getFile());
    assertFalse(Files.exists(folder.resolve("gone")));
  }

  @Test
  void closingTwiceIsClosingOnce() throws IOException {
    Path target = folder.resolve("f");
    AtomicFile file = AtomicFile.create(target);
    file.commit();
    file.close();
    try (AtomicFile second = AtomicFile.replace(target)) {
      file.close();
      assertEquals(List.of(".f.partial", "f"), names());
      second.commit();
    }
  }
}

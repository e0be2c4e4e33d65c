package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
  @TempDir Path temp;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files
          .map(file -> temp.relativize(file).toString())
          .filter(name -> !name.isEmpty())
          .sorted()
          .toList();
    }
  }

  @Test
  void appearsWhenItIsCommitted() throws IOException {
    Path target = temp.resolve("model");
    try (AtomicDirectory directory = AtomicDirectory.create(target)) {
      Files.writeString(directory.path().resolve("a"), "1");
      assertFalse(Files.exists(target));
      directory.commit();
      assertEquals(List.of("model", "model/a"), names());
    }
    assertEquals(List.of("model", "model/a"), names());
  }

  @Test
  void leavesNothingUnlessItIsCommitted() throws IOException {
    try (AtomicDirectory directory = AtomicDirectory.create(temp.resolve("model"))) {
      Files.createDirectories(directory.path().resolve("deep/deeper"));
      Files.writeString(directory.path().resolve("deep/deeper/a"), "1");
    }
    assertEquals(List.of(), names());
  }

  @Test
  void doesNotTakeTheNameOfWhatIsThere() throws IOException {
    Path target = Files.createDirectory(temp.resolve("model"));
    assertThrows(FileAlreadyExistsException.class, () -> AtomicDirectory.create(target));
    assertEquals(List.of("model"), names());
  }

  @Test
  void doesNotTakeTheNameOfWhatAppearedMeanwhile() throws IOException {
    Path target = temp.resolve("model");
    try (AtomicDirectory directory = AtomicDirectory.create(target)) {
      Files.createDirectory(target);
      Files.writeString(target.resolve("theirs"), "1");
      assertThrows(FileAlreadyExistsException.class, directory::commit);
    }
    assertEquals(List.of("model", "model/theirs"), names());
  }

  @Test
  void replacesWhenItIsCommittedAndNotBefore() throws IOException {
    Path target = Files.createDirectory(temp.resolve("model"));
    Files.writeString(target.resolve("old"), "1");
    try (AtomicDirectory directory = AtomicDirectory.replace(target)) {
      Files.writeString(directory.path().resolve("new"), "2");
    }
    assertEquals(List.of("model", "model/old"), names());
    try (AtomicDirectory directory = AtomicDirectory.replace(target)) {
      Files.writeString(directory.path().resolve("new"), "2");
      directory.commit();
    }
    assertEquals(List.of("model", "model/new"), names());
  }

  @Test
  void removesWhatAKilledRunLeft() throws IOException {
    Path target = temp.resolve("model");
    Path partial = AtomicDirectory.partialOf(target);
    Files.createDirectories(partial.resolve("building/sub"));
    Files.writeString(partial.resolve("building/sub/half"), "1");
    Files.writeString(partial.resolve("lock"), "of a dead process");
    try (AtomicDirectory directory = AtomicDirectory.create(target)) {
      assertEquals(
          List.of(".model.partial", ".model.partial/building", ".model.partial/lock"), names());
      Files.writeString(directory.path().resolve("a"), "1");
      directory.commit();
    }
    assertEquals(List.of("model", "model/a"), names());
  }

  @Test
  void bringsBackWhatAKilledReplacementHadPutAside() throws IOException {
    Path target = temp.resolve("model");
    Path replaced = AtomicDirectory.partialOf(target).resolve("replaced");
    Files.createDirectories(replaced);
    Files.writeString(replaced.resolve("old"), "1");
    assertThrows(FileAlreadyExistsException.class, () -> AtomicDirectory.create(target));
    assertEquals(List.of("model", "model/old"), names());
  }

  @Test
  void refusesWhatAnotherIsBuilding() throws IOException {
    Path target = temp.resolve("model");
    try (AtomicDirectory directory = AtomicDirectory.create(target)) {
      Files.writeString(directory.path().resolve("a"), "1");
      assertThrows(BusyException.class, () -> AtomicDirectory.create(target));
      assertThrows(BusyException.class, () -> AtomicDirectory.replace(target));
      assertTrue(Files.exists(directory.path().resolve("a")));
      directory.commit();
    }
    assertEquals(List.of("model", "model/a"), names());
  }

  /// Tries to build what another process builds, and says what came of it.
  static final class Rival {
    private Rival() {}

    public static void main(String[] arguments) throws IOException {
      try (AtomicDirectory directory = AtomicDirectory.create(Path.of(arguments[0]))) {
        System.out.print("built " + directory.path().getFileName());
      } catch (BusyException e) {
        System.out.print("busy");
      }
    }
  }

  @Test
  void refusesWhatAnotherProcessIsBuilding() throws IOException, InterruptedException {
    Path target = temp.resolve("model");
    try (AtomicDirectory directory = AtomicDirectory.create(target)) {
      Files.writeString(directory.path().resolve("a"), "1");
      assertEquals("busy", rival(target));
      assertEquals("busy", rival(target));
      assertTrue(Files.exists(directory.path().resolve("a")));
    }
    assertEquals("built building", rival(target));
    assertEquals(List.of(), names());
  }

  private static String rival(Path target) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Rival.class.getName(),
                target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return answer;
  }

  @Test
  void doesNotFollowLinksWhenItCleansUp() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "1");
    Path partial = AtomicDirectory.partialOf(temp.resolve("model"));
    Files.createDirectories(partial);
    Files.createSymbolicLink(partial.resolve("building"), outside);
    try (AtomicDirectory directory = AtomicDirectory.create(temp.resolve("model"))) {
      assertTrue(Files.isDirectory(directory.path()));
    }
    assertEquals(List.of("outside", "outside/precious"), names());
  }

  @Test
  void needsAFolderToBeIn() {
    assertThrows(NoSuchFileException.class, () -> AtomicDirectory.create(temp.resolve("no/model")));
  }
}

package dev.computepool.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFollowerTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = folder.resolve("lines");
  }

  private void add(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static List<String> all(LineFollower follower) throws IOException {
    List<String> all = new ArrayList<>();
    for (List<String> some = follower.next(); !some.isEmpty(); some = follower.next()) {
      all.addAll(some);
    }
    return all;
  }

  @Test
  void aLineIsThereOnceItEnds() throws IOException {
    LineFollower follower = LineFollower.ofAll(file);
    assertEquals(List.of(), follower.next());
    add("one\ntw");
    assertEquals(List.of("one"), follower.next());
    assertEquals(List.of(), follower.next());
    add("o\n\nü\n");
    assertEquals(List.of("two", "", "ü"), follower.next());
  }

  @Test
  void theLastLinesAreTheLastWholeOnes() throws IOException {
    assertEquals(List.of(), all(LineFollower.ofLast(file, 2)));
    List<String> lines = IntStream.range(0, 30_000).mapToObj(i -> "line " + i).toList();
    add(String.join("\n", lines) + "\nhalf");
    assertEquals(List.of(), all(LineFollower.ofLast(file, 0)));
    assertEquals(lines.subList(29_998, 30_000), all(LineFollower.ofLast(file, 2)));
    assertEquals(lines.subList(10_000, 30_000), all(LineFollower.ofLast(file, 20_000)));
    assertEquals(lines, all(LineFollower.ofLast(file, 30_001)));
  }

  @Test
  void longLinesAreWhole() throws IOException {
    String line = "x".repeat(300_000);
    add(line + "\nshort\n");
    assertEquals(List.of(line, "short"), all(LineFollower.ofAll(file)));
  }

  @Test
  void aFileThatWasCutBackIsFollowedFromThere() throws IOException {
    add("1\n2\n3\n");
    LineFollower follower = LineFollower.ofAll(file);
    assertEquals(List.of("1", "2", "3"), all(follower));
    Files.writeString(file, "1\n");
    assertEquals(List.of(), all(follower));
    add("2\n");
    assertEquals(List.of("2"), all(follower));
  }
}

package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What the documents show is what happens.
final class TranscriptTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> documentsShowWhatHappens() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path document : documents().toList()) {
      Transcript transcript = Transcript.of(document);
      if (!transcript.steps().isEmpty()) {
        String name = name(document);
        tests.add(DynamicTest.dynamicTest(name, () -> assertHappens(transcript, name)));
      }
    }
    return tests.stream();
  }

  private void assertHappens(Transcript transcript, String name) throws IOException {
    Path empty = Files.createDirectory(folder.resolve(name.replace('/', '-')));
    assertEquals("", String.join("\n\n", transcript.differences(empty)));
  }

  @Test
  void theReadmeIsATranscript() throws IOException {
    assertFalse(Transcript.of(Project.ROOT.resolve("README.md")).steps().isEmpty());
  }

  private static Stream<Path> documents() throws IOException {
    List<Path> top;
    try (Stream<Path> files = Files.list(Project.ROOT)) {
      top = files.toList();
    }
    List<Path> docs = List.of();
    if (Files.exists(Project.ROOT.resolve("docs"))) {
      try (Stream<Path> files = Files.walk(Project.ROOT.resolve("docs"))) {
        docs = files.toList();
      }
    }
    return Stream.concat(top.stream(), docs.stream())
        .filter(f -> f.toString().endsWith(".md"))
        .sorted();
  }

  private static String name(Path document) {
    return Project.ROOT.relativize(document).toString();
  }

  private List<String> differences(String document) throws IOException {
    Path empty = Files.createTempDirectory(folder, "transcript");
    return Transcript.of("doc.md", document.lines().toList()).differences(empty);
  }

  @Test
  void acceptsWhatIsShownAsItIs() throws IOException {
    assertEquals(
        List.of(),
        differences(
            """
            # Title

            ```console
            $ printf 'one\\n\\nthree\\n'
            one

            three
            $ true
            $ cp --version
            computepool %s
            ```

            ```sh
            $ not run
            ```

            ```console
            $ mkdir sub && cd sub
            $ basename "$PWD"
            sub
            $ echo first \\
            > second
            first second
            $ cp missing there
            cp: cannot stat 'missing': No such file or directory
            $ echo $?
            1
            $ ../bin/cp --version | wc -l
            1
            ```
            """
                .formatted(Project.VERSION)));
  }

  @Test
  void acceptsOtherDurationsAndRates() throws IOException {
    assertEquals(
        List.of(),
        differences(
            """
            ```console
            $ echo 'wrote 4 files, 1.5 GiB in 1 min 3 s (24.1 MiB/s), first after 12 ms'
            wrote 4 files, 1.5 GiB in 0.8 s (1.9 GiB/s), first after 1.25 s
            ```
            """));
  }

  @Test
  void acceptsAnythingForAnEllipsis() throws IOException {
    assertEquals(
        List.of(),
        differences(
            """
            ```console
            $ seq 5
            1
            …
            5
            $ seq 2
            1
            2
            …
            ```
            """));
  }

  @Test
  void tellsEveryDifferenceWithItsLine() throws IOException {
    assertEquals(
        List.of(
            "doc.md:2: $ echo 3 files in 2 s: printed\n3 files in 2 s\ninstead of\n4 files in 2 s",
            "doc.md:4: $ false: ended with 1",
            "doc.md:5: $ seq 3: printed\n1\n2\n3\ninstead of\n1\n…\n2",
            "doc.md:9: $ true: printed\n\ninstead of\nhello"),
        differences(
            """
            ```console
            $ echo 3 files in 2 s
            4 files in 2 s
            $ false
            $ seq 3
            1
            …
            2
            $ true
            hello
            ```
            """));
  }

  @Test
  void tellsWhereTheShellGaveUp() throws IOException {
    List<String> differences =
        differences(
            """
            ```console
            $ echo one
            one
            $ exit 3
            $ echo two
            two
            ```
            """);
    assertEquals(1, differences.size(), differences::toString);
    assertEquals("doc.md:4: $ exit 3: was not reached; the shell said: ", differences.getFirst());
  }

  @Test
  void refusesOutputWithoutACall() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Transcript.of("doc.md", List.of("```console", "output", "```")));
  }
}

package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp gguf set`, `diff` and `check`.
final class GgufEditTest {
  private static final int KILLS = 8;

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path model = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeModel() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
    model = folder.resolve("tiny.gguf");
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf").exitCode());
  }

  private List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void changesANumberInPlaceAndANameByACopy() throws IOException {
    Object first = Files.getAttribute(model, "unix:ino");
    assertEquals(
        Result.done(
            """
            key                   before  after
            llama.context_length  512     8192

            tiny.gguf: changed in place
            """),
        cp.run("gguf", "set", "tiny.gguf", "llama.context_length=8192"));
    assertEquals(first, Files.getAttribute(model, "unix:ino"));
    Result copy = cp.run("gguf", "set", "tiny.gguf", "general.name=A name that is longer", "-q");
    assertEquals(0, copy.exitCode(), copy.stderr());
    assertTrue(copy.stdout().contains("written anew"), copy.stdout());
    assertEquals(
        Result.done("A name that is longer\n"), cp.run("gguf", "get", "tiny.gguf", "general.name"));
    assertEquals(Result.done("8192\n"), cp.run("gguf", "get", "tiny.gguf", "llama.context_length"));
    assertEquals(0, cp.run("gguf", "check", "tiny.gguf").exitCode());
    assertEquals(List.of("tiny.gguf"), names(folder));
  }

  @Test
  void setsTextsArraysAndNewKeys() throws IOException {
    Files.writeString(folder.resolve("t.jinja"), "{{ messages }}\n");
    Result set =
        cp.run(
            "gguf",
            "set",
            "tiny.gguf",
            "-o",
            "new.gguf",
            "--text",
            "tokenizer.chat_template=t.jinja",
            "general.tags:string[]=[\"a=b\", \"größe\"]",
            "x.y:float32=-1.5e3",
            "x.z:uint64=18446744073709551615",
            "x.b:bool=true",
            "general.license=mit",
            "--remove",
            "tokenizer.ggml.eot_token_id");
    assertEquals(0, set.exitCode(), set.stderr());
    assertEquals("{{ messages }}\n\n", get("tokenizer.chat_template"));
    assertEquals("a=b\ngröße\n", get("general.tags"));
    assertEquals("-1500.0\n", get("x.y"));
    assertEquals("18446744073709551615\n", get("x.z"));
    assertEquals("true\n", get("x.b"));
    assertEquals("mit\n", get("general.license"));
    assertEquals(4, cp.run("gguf", "get", "new.gguf", "tokenizer.ggml.eot_token_id").exitCode());
    Result diff = cp.run("gguf", "diff", "tiny.gguf", "new.gguf");
    assertEquals(1, diff.exitCode());
    assertTrue(
        diff.stdout().endsWith("7 different; tensors: 21 equal, 0 different\n"), diff.stdout());
  }

  private String get(String key) {
    Result result = cp.run("gguf", "get", "new.gguf", key);
    assertEquals(0, result.exitCode(), result.stderr());
    return result.stdout();
  }

  @Test
  void whatCannotBeSetIsRefusedAndNothingIsTouched() throws IOException {
    byte[] before = Files.readAllBytes(model);
    assertAll(
        Stream.of(
                new String[] {"2", "'abc' is no uint32", "llama.context_length=abc"},
                new String[] {"2", "'-1' is no uint32", "llama.context_length=-1"},
                new String[] {"2", "'300' is no uint8", "x:uint8=300"},
                new String[] {"2", "'yes' is no bool", "x:bool=yes"},
                new String[] {"2", "'words' is no type; there are uint8,", "x:words=yes"},
                new String[] {"2", "'just words' is not KEY=VALUE", "just words"},
                new String[] {"2", "'=3' is not KEY=VALUE", "=3"},
                new String[] {"2", "did you mean 'general.name'?", "general.nmae=x"},
                new String[] {"2", "'x' is no array", "tokenizer.ggml.tokens=x"},
                new String[] {"2", "'1' is no string", "tokenizer.ggml.tokens=[1]"},
                new String[] {"2", "would move every tensor", "general.alignment:uint32=64"},
                new String[] {"2", "no uint32 power of two", "general.alignment:uint32=33"},
                new String[] {"4", "has no metadata key 'nothing'", "--remove", "nothing"},
                new String[] {"4", "no such file", "--text", "general.name=missing.txt"},
                new String[] {"2", "is uint32, not a string", "--text", "general.file_type=t"})
            .map(
                call ->
                    () -> {
                      Files.writeString(folder.resolve("t"), "1");
                      Cli set = cp.withArguments("gguf", "set", "tiny.gguf");
                      Result result = set.run(Arrays.copyOfRange(call, 2, call.length));
                      assertEquals(Integer.parseInt(call[0]), result.exitCode(), result.stderr());
                      assertTrue(result.stderr().contains(call[1]), result.stderr());
                      assertFalse(result.stderr().contains("\tat "), result.stderr());
                    }));
    assertEquals(2, cp.run("gguf", "set", "tiny.gguf").exitCode());
    assertEquals(2, cp.run("gguf", "set", "tiny.gguf", "general.name=x", "-o", "t").exitCode());
    assertEquals(0, cp.run("gguf", "set", "tiny.gguf", "general.name=x", "-n").exitCode());
    assertArrayEquals(before, Files.readAllBytes(model));
    assertEquals(List.of("t", "tiny.gguf"), names(folder));
  }

  @Test
  void cutFilesAreRefusedByEach() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    Path cut = folder.resolve("cut.gguf");
    for (int length : new int[] {0, 5, 30, 10_000, bytes.length - 40}) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      for (String[] call :
          new String[][] {
            {"gguf", "set", "cut.gguf", "general.name=x"},
            {"gguf", "check", "cut.gguf"},
            {"gguf", "diff", "tiny.gguf", "cut.gguf"},
            {"gguf", "diff", "cut.gguf", "tiny.gguf"},
          }) {
        Result result = cp.run(call);
        assertEquals(2, result.exitCode(), length + ": " + result);
        assertTrue(result.stderr().startsWith("error: cut.gguf"), result.stderr());
      }
      assertEquals(length, Files.size(cut));
    }
  }

  @Test
  void aCheckNamesWhatIsWrong() throws IOException {
    assertEquals(0, cp.run("gguf", "check", "tiny.gguf").exitCode());
    try (FileChannel file = FileChannel.open(model, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {-1, -1}), Files.size(model) - 1000);
    }
    Result damaged = cp.run("gguf", "check", "tiny.gguf");
    assertEquals(3, damaged.exitCode());
    assertTrue(
        damaged.stdout().matches("problem +tensor output\\.weight: has 1 NaN among its .*\n.*\n"),
        damaged.stdout());
    assertEquals(0, cp.run("gguf", "check", "tiny.gguf", "--no-data").exitCode());
    Result json = cp.run("gguf", "check", "tiny.gguf", "--json");
    assertEquals(3, json.exitCode());
    assertTrue(json.stdout().contains("\"severity\": \"problem\""), json.stdout());
    assertTrue(json.stdout().contains("\"ok\": false"), json.stdout());
    Result diff = cp.run("gguf", "diff", "tiny.gguf", "tiny.gguf");
    assertEquals(0, diff.exitCode(), "the same bytes are equal, NaN or not");
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 3 << 19)) {
      Files.copy(model, small.resolve("tiny.gguf"));
      byte[] before = Files.readAllBytes(model);
      Result set = cp.run("gguf", "set", "small/tiny.gguf", "general.name=" + "x".repeat(100));
      assertEquals(7, set.exitCode(), set.stderr());
      assertArrayEquals(before, Files.readAllBytes(small.resolve("tiny.gguf")));
      assertEquals(List.of("tiny.gguf"), names(small));
      Result place = cp.run("gguf", "set", "small/tiny.gguf", "llama.context_length=1");
      assertEquals(0, place.exitCode(), "nothing more is needed: " + place.stderr());
    }
  }

  @Test
  void aKilledCallLeavesTheOldFileOrTheNew() throws IOException {
    Result sample = cp.run("gguf", "sample", "big.gguf", "--size", "150MB", "--type", "q8_0");
    assertEquals(0, sample.exitCode(), sample.stderr());
    Path big = folder.resolve("big.gguf");
    Path original = Files.move(big, temporary.resolve("original.gguf"));
    Result renamed =
        cp.run("gguf", "set", original.toString(), "general.name=Renamed", "-o", "../renamed.gguf");
    assertEquals(0, renamed.exitCode(), renamed.stderr());
    Kills.spread(
        KILLS,
        () -> {
          copy(original, big);
          return cp.start("gguf", "set", "big.gguf", "general.name=Renamed");
        },
        share ->
            assertTrue(
                same(big, original) || same(big, temporary.resolve("renamed.gguf")),
                "killed at " + share));
    copy(original, big);
    assertEquals(0, cp.run("gguf", "set", "big.gguf", "general.name=Renamed").exitCode());
    assertEquals(List.of("big.gguf", "tiny.gguf"), names(folder));
  }

  @Test
  void stopsInTheMiddleAndKeepsTheOldFile() throws IOException {
    Result sample = cp.run("gguf", "sample", "big.gguf", "--size", "1GB", "--type", "f16");
    assertEquals(0, sample.exitCode(), sample.stderr());
    Path big = folder.resolve("big.gguf");
    long before = Files.size(big);
    AtomicInteger tries = new AtomicInteger();
    Result result =
        Moments.meet(
            // A name that is longer each time, so that the tensors have to move.
            () -> cp.start("gguf", "set", "big.gguf", name(tries.incrementAndGet())),
            () -> names(folder).contains(".big.gguf.partial"),
            running -> running.signal("INT"),
            end -> end.exitCode() == 0);
    // Some file systems copy by reference, at once.
    assumeTrue(result.exitCode() != 0, "each copy was over before it could be stopped");
    assertEquals(130, result.exitCode(), result.stderr());
    assertEquals(List.of("big.gguf", "tiny.gguf"), names(folder));
    assertTrue(tries.get() > 1 || Files.size(big) == before, "the old file is as it was");
  }

  private static String name(int length) {
    return "general.name=" + "a longer name than the one before ".repeat(length);
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean same(Path a, Path b) {
    try {
      return Files.mismatch(a, b) == -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.computepool.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp gguf` on files that are no good. Every truncation and every count is tried in the units of
/// `gguf`; here, that each kind ends in one clear message and the right exit code.
final class GgufTest {
  private static final int MAGIC_AND_VERSION = 8;

  @TempDir Path folder;
  private Cli cp = Cli.cp(Path.of("."));
  private byte[] model = {};

  @BeforeEach
  void makeModel() throws IOException {
    cp = Cli.cp(folder);
    assertEquals(0, cp.run("gguf", "sample", "good.gguf").exitCode());
    model = Files.readAllBytes(folder.resolve("good.gguf"));
  }

  private Result info(byte[] bytes) throws IOException {
    Files.write(folder.resolve("bad.gguf"), bytes);
    return cp.run("gguf", "info", "bad.gguf");
  }

  private void assertRefused(byte[] bytes, String what) throws IOException {
    Result result = info(bytes);
    assertEquals(2, result.exitCode(), what + ": " + result);
    assertEquals("", result.stdout(), what);
    assertTrue(result.stderr().startsWith("error: bad.gguf"), what + ": " + result.stderr());
    assertFalse(result.stderr().contains("\tat "), what);
  }

  @Test
  void cutFilesAreRefused() {
    assertAll(
        Stream.of(0, 1, 4, 7, 8, 16, 23, 30, 200, 10_000, 19_199)
            .map(length -> () -> assertRefused(Arrays.copyOf(model, length), length + " bytes")));
  }

  @Test
  void hostileCountsAreRefusedBeforeMemoryIsTaken() {
    assertAll(
        Stream.of(Long.MAX_VALUE, -1L, 1L << 40, 1L << 32)
            .flatMap(
                count ->
                    Stream.of(
                        () -> assertRefused(with(MAGIC_AND_VERSION, count), "tensors " + count),
                        () ->
                            assertRefused(with(MAGIC_AND_VERSION + 8, count), "metadata " + count),
                        () ->
                            assertRefused(
                                with(MAGIC_AND_VERSION + 16, count), "first key " + count))));
  }

  private byte[] with(int at, long value) {
    byte[] bytes = model.clone();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    return bytes;
  }

  @Test
  void flippedBitsAreToldOrHarmless() {
    Random random = new Random(5);
    assertAll(
        random
            .ints(24, 0, 19_200)
            .mapToObj(
                at ->
                    () -> {
                      byte[] bytes = model.clone();
                      bytes[at] ^= (byte) (1 << random.nextInt(8));
                      Result result = info(bytes);
                      String where = "byte " + at + ": " + result.stderr();
                      assertTrue(result.exitCode() == 0 || result.exitCode() == 2, where);
                      assertEquals(result.exitCode() == 0, result.stderr().isEmpty(), where);
                      assertFalse(result.stderr().contains("internal error"), where);
                    }));
  }

  @Test
  void whatIsNoModelIsSaidToBeNone() throws IOException {
    assertRefused("#!/bin/sh\n# no model at all\n".getBytes(UTF_8), "a script");
    Result directory = cp.run("gguf", "info", ".");
    assertEquals(Result.failed(2, "error: .: is a folder, not a GGUF file\n"), directory);
    Result missing = cp.run("gguf", "info", "missing.gguf");
    assertEquals(Result.failed(4, "error: no such file or folder: missing.gguf\n"), missing);
    Result key = cp.run("gguf", "get", "good.gguf", "llama.block_cout");
    assertEquals(4, key.exitCode());
    assertTrue(key.stderr().contains("llama.block_count"), key.stderr());
  }

  @Test
  void aPartIsKnownAsOneOfItsSet() throws IOException {
    assertEquals(0, cp.run("gguf", "split", "good.gguf", "--max-tensors", "8").exitCode());
    String part = "good-00002-of-00003.gguf";
    Result info = cp.run("gguf", "info", part);
    assertTrue(info.stdout().contains("part 2 of 3, with 21 tensors"), info.stdout());
    Result check = cp.run("gguf", "check", part, "--json");
    assertEquals(0, check.exitCode(), check.toString());
    assertTrue(check.stdout().contains("\"part_count\": 3"), check.stdout());
    assertTrue(check.stdout().contains("\"tensor_count\": 21"), check.stdout());
    Files.delete(folder.resolve("good-00003-of-00003.gguf"));
    info = cp.run("gguf", "info", part);
    assertEquals(0, info.exitCode());
    assertTrue(info.stdout().contains("good-00003-of-00003.gguf is missing"), info.stdout());
    check = cp.run("gguf", "check", part);
    assertEquals(2, check.exitCode());
    assertTrue(check.stderr().contains("good-00003-of-00003.gguf is missing"), check.stderr());
  }

  @Test
  void keysThatOnlyLaterPartsHaveAreToldWhenTheyAreLeftOut() throws IOException {
    assertEquals(0, cp.run("gguf", "split", "good.gguf", "--max-tensors", "8").exitCode());
    Result set = cp.run("gguf", "set", "good-00002-of-00003.gguf", "my.note:string=later");
    assertEquals(0, set.exitCode(), set.stderr());
    Result merged = cp.run("gguf", "merge", "good-00001-of-00003.gguf", "-o", "again.gguf");
    assertEquals(0, merged.exitCode(), merged.stderr());
    assertEquals(
        "warning: only later parts have the key my.note: it is left out\n", merged.stderr());
  }

  @Test
  void splitSetsBecomeTheModelAgain() throws IOException {
    assertEquals(0, cp.run("gguf", "split", "good.gguf", "--max-tensors", "8").exitCode());
    Result merge = cp.run("gguf", "merge", "good-00001-of-00003.gguf", "merged.gguf");
    assertEquals(0, merge.exitCode(), merge.stderr());
    assertEquals(-1, Files.mismatch(folder.resolve("good.gguf"), folder.resolve("merged.gguf")));
    String exists = " exists already\nhint: --force replaces it, another name keeps it\n";
    assertEquals(
        Result.failed(2, "error: good-00001-of-00003.gguf" + exists),
        cp.run("gguf", "split", "good.gguf", "--max-tensors", "8", "--dry-run"));
    assertEquals(
        Result.failed(2, "error: merged.gguf" + exists),
        cp.run("gguf", "merge", "good-00001-of-00003.gguf", "-o", "merged.gguf", "--dry-run"));
    assertEquals(
        Result.failed(2, "error: a.gguf and -o b.gguf: one of them\n"),
        cp.run("gguf", "merge", "good-00001-of-00003.gguf", "a.gguf", "-o", "b.gguf"));
    Files.delete(folder.resolve("good-00002-of-00003.gguf"));
    Result incomplete = cp.run("gguf", "merge", "good-00001-of-00003.gguf", "again.gguf");
    assertEquals(2, incomplete.exitCode(), incomplete.stderr());
    assertTrue(incomplete.stderr().contains("good-00002-of-00003.gguf"), incomplete.stderr());
    assertFalse(Files.exists(folder.resolve("again.gguf")));
  }
}

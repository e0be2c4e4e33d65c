package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp quantize` as users call it: what llama.cpp is given, and what comes of it when it fails.
final class QuantizeTest {
  private static final Path LIBRARIES = Project.DISTRIBUTION.resolve("lib/llama");

  @TempDir private Path folder;

  @BeforeEach
  void needsALibrary() {
    assumeTrue(Files.isDirectory(LIBRARIES), "needs the llama.cpp that a build with npm fetches");
  }

  private Result run(String... call) {
    return Cli.cp(folder).run(call);
  }

  private Path sample(String name, String... options) {
    Stream<String> call = Stream.concat(Stream.of("gguf", "sample", name), Arrays.stream(options));
    assertEquals(0, run(call.toArray(String[]::new)).exitCode());
    return folder.resolve(name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /// No file of a virtual machine that crashed, anywhere near.
  private void nothingCrashed(Result result) throws IOException {
    assertFalse(result.stderr().contains("fatal error has been detected"), result.stderr());
    assertFalse(names().toString().contains("hs_err"), names().toString());
  }

  @Test
  void makesASmallerModelAndNamesItAfterItsType() throws Exception {
    Path model = sample("Tiny-F16.gguf");

    Result result = run("quantize", "Tiny-F16.gguf", "--type", "q8_0");

    assertEquals(new Result(0, result.stdout(), ""), result);
    assertTrue(
        result.stdout().matches("Tiny-Q8_0\\.gguf: \\S+ KiB from \\S+ .iB, 8\\.\\d\\d bits .*\n"),
        result.stdout());
    assertEquals(List.of("Tiny-F16.gguf", "Tiny-Q8_0.gguf"), names());
    assertTrue(Files.size(folder.resolve("Tiny-Q8_0.gguf")) < Files.size(model));
    Result info = run("gguf", "get", "Tiny-Q8_0.gguf", "general.file_type");
    assertEquals(Result.done("7\n"), info);
  }

  @Test
  void plansWithoutWriting() throws Exception {
    sample("model.gguf");

    Result plan = run("quantize", "model.gguf", "--type", "q8_0", "--dry-run", "--json");
    Result real = run("quantize", "model.gguf", "--type", "q8_0", "--json");

    assertEquals(0, plan.exitCode(), plan.stderr());
    String bytes = "\"output_bytes\": " + Files.size(folder.resolve("model-Q8_0.gguf")) + ",";
    assertTrue(plan.stdout().contains(bytes), plan.stdout());
    assertTrue(real.stdout().contains(bytes), real.stdout());
  }

  @Test
  void namesTheOutputOfASetAfterTheSet() throws Exception {
    sample("model.gguf");
    assertEquals(0, run("gguf", "split", "model.gguf", "--max-tensors", "8").exitCode());
    Result result = run("quantize", "model-00001-of-00003.gguf", "--type", "q8_0");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(names().contains("model-Q8_0.gguf"), names().toString());
    Result whole = run("quantize", "model.gguf", "whole.gguf", "--type", "q8_0");
    assertEquals(0, whole.exitCode(), whole.stderr());
    Result same = run("gguf", "diff", "model-Q8_0.gguf", "whole.gguf");
    assertEquals(0, same.exitCode(), same.stdout());
  }

  @Test
  void keepsTheFilesOfASet() throws Exception {
    sample("model.gguf");
    assertEquals(0, run("gguf", "split", "model.gguf", "--max-tensors", "8").exitCode());
    Result result = run("quantize", "model-00001-of-00003.gguf", "--type", "q4_0", "--keep-split");

    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(
        List.of(
            "model-00001-of-00003.gguf",
            "model-00002-of-00003.gguf",
            "model-00003-of-00003.gguf",
            "model-Q4_0-00001-of-00003.gguf",
            "model-Q4_0-00002-of-00003.gguf",
            "model-Q4_0-00003-of-00003.gguf",
            "model.gguf"),
        names());
    assertEquals(0, run("quantize", "model.gguf", "whole.gguf", "--type", "q4_0").exitCode());
    Result merged = run("gguf", "merge", "model-Q4_0-00001-of-00003.gguf", "merged.gguf");
    assertEquals(0, merged.exitCode(), merged.stderr());
    Result same = run("gguf", "diff", "merged.gguf", "whole.gguf");
    assertEquals(0, same.exitCode(), same.stdout());
  }

  @Test
  void namesTheTensorWhoseValuesAreNoNumbers() throws Exception {
    Path model = sample("model.gguf");
    byte[] bytes = Files.readAllBytes(model);
    Arrays.fill(bytes, bytes.length - 4096, bytes.length, (byte) 0xff);
    Files.write(model, bytes);

    Result result = run("quantize", "model.gguf", "--type", "q8_0");

    assertEquals(2, result.exitCode());
    assertTrue(
        result.stderr().matches("error: model.gguf: \\S+ has values that are no .*\nhint: .*\n"),
        result.stderr());
    assertEquals(List.of("model.gguf"), names());
  }

  @Test
  void refusesWhatIsThereAlready() throws Exception {
    sample("model.gguf");
    Files.writeString(folder.resolve("mine.gguf"), "mine");

    assertEquals(
        Result.failed(
            2,
            "error: mine.gguf exists already\nhint: --force replaces it, another name keeps it\n"),
        run("quantize", "model.gguf", "mine.gguf", "--type", "q8_0"));
    assertEquals("mine", Files.readString(folder.resolve("mine.gguf")));
  }

  @Test
  void tellsATypeFromAnotherWord() {
    sample("model.gguf");
    Result result = run("quantize", "model.gguf", "--type", "q4k_m");

    assertEquals(2, result.exitCode());
    assertTrue(
        result.stderr().startsWith("error: --type: 'q4k_m' is none of q1_0, q2_0, "),
        result.stderr());
    assertTrue(result.stderr().endsWith("\nhint: did you mean 'q4_k_m'?\n"), result.stderr());
  }

  @Test
  void doesNotLetTheLibrarySeeABrokenModel() throws Exception {
    byte[] whole = Files.readAllBytes(sample("model.gguf"));
    for (int length : new int[] {0, 4, 30, 2000, whole.length / 2, whole.length - 32}) {
      Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
      Result result = run("quantize", "cut.gguf", "--type", "q8_0");
      assertEquals(2, result.exitCode(), "cut at " + length + ": " + result.stderr());
      nothingCrashed(result);
    }
    Files.writeString(folder.resolve("text.gguf"), "this is no model");
    Result text = run("quantize", "text.gguf", "--type", "q8_0");
    assertEquals(2, text.exitCode(), text.stderr());
    assertFalse(names().toString().contains("Q8_0"), names().toString());
  }

  /// Whatever the metadata say, the answer is an error of ours or a model.
  @Test
  void survivesMetadataThatLie() throws Exception {
    byte[] whole = Files.readAllBytes(sample("model.gguf"));
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    for (String key :
        List.of("llama.block_count", "llama.embedding_length", "llama.attention.head_count")) {
      for (int value : new int[] {0, 1, 0x7fffffff, 0xffffffff}) {
        byte[] bytes = whole.clone();
        int at = text.indexOf(key) + key.length() + Integer.BYTES;
        for (int i = 0; i < Integer.BYTES; i++) {
          bytes[at + i] = (byte) (value >>> (8 * i));
        }
        Files.write(folder.resolve("lie.gguf"), bytes);
        Result result = run("quantize", "lie.gguf", "out.gguf", "--type", "q8_0", "--force");
        String which = key + " = " + value + ": " + result;
        assertTrue(result.exitCode() <= 2, which);
        assertEquals(result.exitCode() != 0, result.stderr().startsWith("error: "), which);
        nothingCrashed(result);
      }
    }
  }

  @Test
  void refusesALibraryThatIsNone() throws Exception {
    sample("model.gguf");
    Files.writeString(folder.resolve("libllama.so"), "not a library");
    Result text = run("quantize", "model.gguf", "--type", "q8_0", "--llama-lib", "libllama.so");
    assertEquals(2, text.exitCode(), text.stderr());
    assertTrue(text.stderr().contains("libllama.so: cannot be loaded: "), text.stderr());

    Result missing = run("quantize", "model.gguf", "--type", "q8_0", "--llama-lib", "nowhere");
    assertEquals(Result.failed(4, "error: no such file or folder: nowhere\n"), missing);

    Result none =
        Cli.cp(folder)
            .env("COMPUTEPOOL_LLAMA_LIB", folder.toString())
            .in(Files.createDirectory(folder.resolve("empty")))
            .env("COMPUTEPOOL_JAVA_OPTS", "-Dcomputepool.llama=" + folder.resolve("empty"))
            .env("COMPUTEPOOL_LLAMA_LIB", "")
            .run("quantize", "../model.gguf", "--type", "q8_0");
    assertEquals(4, none.exitCode(), none.stderr());
    assertTrue(none.stderr().startsWith("error: there is no llama.cpp library in "), none.stderr());
  }

  @Test
  void stopsInTheMiddleAndLeavesNothing() throws Exception {
    sample("big.gguf", "--size", "200MB");
    Path partial = folder.resolve(".big-IQ3_S.gguf.partial");
    try (Running running = Cli.cp(folder).start("quantize", "big.gguf", "--type", "iq3_s")) {
      running.await(() -> partial.toFile().length() > 1 << 20, "the first megabyte");
      List<ProcessHandle> workers = running.descendants();
      running.signal("INT");
      Result result = running.await();

      assertEquals(130, result.exitCode(), result.stderr());
      assertEquals(List.of("big.gguf"), names());
      // The library does not stop by itself: its process ends.
      assertEquals(1, workers.size());
      Running.awaitEnd(workers);
    }
  }

  @Test
  void goesOnAfterARunThatWasKilled() throws Exception {
    sample("big.gguf", "--size", "100MB");
    Path partial = folder.resolve(".big-IQ3_S.gguf.partial");
    try (Running running = Cli.cp(folder).start("quantize", "big.gguf", "--type", "iq3_s")) {
      running.await(() -> Files.exists(partial), "the partial file");
      List<ProcessHandle> workers = running.descendants();
      running.kill();
      Running.awaitEnd(workers);
    }
    Result result = run("quantize", "big.gguf", "big-IQ3_S.gguf", "--type", "q8_0");

    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(List.of("big-IQ3_S.gguf", "big.gguf"), names());
  }

  @Test
  void showsWhichLibraryItUses() {
    Result version = run("--version", "-v");
    assertTrue(version.stdout().contains("libllama"), version.stdout());
    Result doctor = run("doctor", "--json");
    assertEquals(0, doctor.exitCode(), doctor.stderr());
    assertTrue(doctor.stdout().contains("\"name\": \"llama.cpp\""), doctor.stdout());
    Result broken = Cli.cp(folder).env("COMPUTEPOOL_LLAMA_LIB", "/etc").run("doctor");
    assertEquals(1, broken.exitCode());
    assertTrue(broken.stdout().contains("/etc: holds no libllama.so"), broken.stdout());
  }
}

package dev.computepool.llama.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.base.Progress;
import dev.computepool.llama.FileType;
import dev.computepool.llama.Libraries;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.LlamaInfo;
import dev.computepool.llama.LlamaLibraryException;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.TinyModel;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.quantize.QuantizeRequest;
import dev.computepool.llama.quantize.Quantizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Libraries that are not what this program knows, built here: each is the real one with some
/// functions replaced.
class FakeLibraryTest {
  @TempDir private Path folder;

  /// A temporary folder is not fond of links that lead out of it.
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  /// Builds `libllama.so` of C functions that go before those of the real library.
  private LlamaFiles fake(String functions) throws IOException {
    LlamaFiles real = Libraries.files();
    try (Stream<Path> files = Files.list(real.folder())) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("libggml")).toList()) {
        Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
      }
    }
    compile(functions, real.library().toString(), "-Wl,-rpath," + real.folder());
    return LlamaFiles.at(folder);
  }

  private void compile(String functions, String... more) throws IOException {
    Path source = Files.writeString(folder.resolve("fake.c"), functions + "\n");
    List<String> command =
        Stream.concat(
                Stream.of(
                    "gcc",
                    "-shared",
                    "-fPIC",
                    "-o",
                    folder.resolve("libllama.so").toString(),
                    source.toString(),
                    "-Wl,--no-as-needed"),
                Stream.of(more))
            .toList();
    try {
      Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, gcc.waitFor(), said);
    } catch (IOException e) {
      assumeTrue(false, "needs gcc: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LlamaInfo info(LlamaFiles files) throws IOException {
    try (LlamaWorker worker = LlamaWorker.start(files)) {
      return worker.run(new InfoTask(), Progress.NONE);
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static LlamaLibraryException refusal(LlamaFiles files) {
    return assertThrows(LlamaLibraryException.class, () -> info(files));
  }

  @Test
  void takesALibraryThatIsTheRealOne() throws Exception {
    LlamaInfo info = info(fake(""));

    assertEquals("0.5.0", info.layout());
    assertTrue(info.backends().getFirst().file().startsWith("libggml-cpu-"), info::toString);
  }

  @Test
  void namesTheFunctionsThatAreMissing() throws Exception {
    compile("const char * llama_version(void) { return \"0.1.0\"; }");

    LlamaLibraryException e = refusal(LlamaFiles.at(folder));
    assertTrue(
        message(e)
            .startsWith(
                folder.resolve("libllama.so")
                    + ": is no llama.cpp library that this program can use: it lacks"
                    + " llama_model_default_params, "),
        e::getMessage);
    assertTrue(message(e).matches(".* and \\d+ more"), e::getMessage);
  }

  @Test
  void saysInTheLoadersWordsWhyItDoesNotLoad() throws Exception {
    Path text = Files.writeString(folder.resolve("libllama.so"), "not a library");

    LlamaLibraryException e = refusal(LlamaFiles.at(text));
    assertTrue(message(e).startsWith(text + ": cannot be loaded: "), e::getMessage);
    Files.delete(text);
    compile("", "-Wl,--unresolved-symbols=ignore-all", "-Wl,-z,now");
    Path broken = folder.resolve("libllama.so");
    compile("int nowhere(void); int f(void) { return nowhere(); }", "-Wl,-z,now");
    assertTrue(message(refusal(LlamaFiles.at(broken))).contains("undefined symbol: nowhere"));
  }

  @Test
  void usesOfAnUnknownBuildOnlyWhatNeverMoved() throws Exception {
    LlamaFiles files = fake("const char * llama_version(void) { return \"9.9.9\"; }");
    assertEquals("", info(files).layout());
    Path model = TinyModel.PLAIN.write(folder.resolve("tiny.gguf"));
    try (LlamaWorker worker = LlamaWorker.start(files)) {
      assertFalse(TextGenerator.generate(worker, model, "Hi", 4, 1, Progress.NONE).isEmpty());
      LlamaLibraryException e =
          assertThrows(
              LlamaLibraryException.class,
              () ->
                  Quantizer.plan(
                      worker,
                      new QuantizeRequest(
                          model,
                          folder.resolve("out.gguf"),
                          QuantizeSettings.of(FileType.Q8_0, 1),
                          null,
                          false),
                      Progress.NONE));
      assertEquals(
          files.library()
              + ": this program does not know where llama.cpp 9.9.9 keeps 'dry_run';"
              + " it knows that of 0.5.0",
          e.getMessage());
    }
  }

  @Test
  void noticesParametersOfAnotherShape() throws Exception {
    LlamaFiles larger =
        fake(
            """
            struct s { long w[30]; };
            struct s llama_context_default_params(void) { struct s s = {{0}}; return s; }
            """);

    LlamaLibraryException e = refusal(larger);
    assertEquals(
        larger.library()
            + ": llama.cpp 0.5.0-dev has parameters that this program cannot read"
            + " (80, 240 and 64 bytes); it knows 0.5.0",
        e.getMessage());
  }

  @Test
  void needsSomethingToComputeOn() throws Exception {
    LlamaFiles files = fake("unsigned long ggml_backend_dev_count(void) { return 0; }");

    assertEquals(
        files.library() + ": has no backend for this machine beside it",
        refusal(files).getMessage());
  }

  @Test
  void outlivesALibraryThatEndsItsProcess() throws Exception {
    LlamaFiles files =
        fake(
            """
            #include <stdio.h>
            #include <stdlib.h>
            void llama_backend_init(void) { fprintf(stderr, "GGML_ASSERT(0) failed\\n"); abort(); }
            """);
    LlamaCrashException e = assertThrows(LlamaCrashException.class, () -> info(files));

    assertEquals(134, e.exitCode());
    assertEquals(List.of("GGML_ASSERT(0) failed"), e.log());
  }

  @Test
  void outlivesALibraryThatWritesWhereNothingIs() throws Exception {
    LlamaFiles files = fake("void llama_backend_init(void) { *(volatile int *) 8 = 1; }");
    LlamaCrashException e = assertThrows(LlamaCrashException.class, () -> info(files));

    assertTrue(e.log().toString().contains("libllama.so"), e.log()::toString);
    try (Stream<Path> left = Files.list(Path.of(""))) {
      assertFalse(left.anyMatch(f -> f.toString().startsWith("hs_err")), "no report is left");
    }
  }
}

package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaFilesTest {
  @TempDir private Path folder;

  private Path file(String name) throws Exception {
    return Files.createFile(folder.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libllama.so",
        "libllama.so.0",
        "libllama.so.0.5.0",
        "libllama.v0.5.0.so",
        "libllama.cuda.v0.5.0.so",
        "libllama.dylib",
        "llama.dll"
      })
  void findsTheLibraryUnderEachOfItsNames(String name) throws Exception {
    Path library = file(name);
    file("libllama-common.so");
    file("libllama-common.so.0");
    file("libggml-cpu-zen4.so");

    assertEquals(new LlamaFiles(library, List.of()), LlamaFiles.at(folder));
  }

  @Test
  void prefersTheNameThatIsMeantForLinking() throws Exception {
    file("libllama.so.0.5.0");
    file("libllama.so.0");
    Path library = file("libllama.so");

    assertEquals(library, LlamaFiles.at(folder).library());
  }

  @Test
  void loadsWhatTheLibraryStandsOnFirst() throws Exception {
    Path library = file("libllama.v0.5.0.so");
    Path ggml = file("libggml.v0.5.0.so");
    Path base = file("libggml-base.so");
    file("libggml-cpu-zen4.so");

    assertEquals(new LlamaFiles(library, List.of(base, ggml)), LlamaFiles.at(library));
    assertEquals(folder, LlamaFiles.at(library).folder());
  }

  @Test
  void tellsAMissingPlaceFromAFolderWithoutALibrary() throws Exception {
    file("libllama-common.so");

    assertThrows(NoSuchFileException.class, () -> LlamaFiles.at(folder.resolve("none")));
    LlamaLibraryException e =
        assertThrows(LlamaLibraryException.class, () -> LlamaFiles.at(folder));
    assertEquals(folder + ": holds no libllama.so", e.getMessage());
  }
}

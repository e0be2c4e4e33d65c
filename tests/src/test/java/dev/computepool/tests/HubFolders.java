package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Folders that go to a Hub and come from one.
final class HubFolders {
  private HubFolders() {}

  /// Four files as a published model has: two that stand in a commit, one that is stored whole and
  /// one in parts.
  static void publishable(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("README.md"), "---\nlicense: apache-2.0\ntags:\n- gguf\n---\n# demo\n");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\"}\n");
    Files.write(folder.resolve("model.safetensors"), random(12_000_120, 1));
    Files.write(folder.resolve("model.q4_k_m.gguf"), random(30_000_000, 2));
  }

  static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// All files of a folder but hidden ones.
  static Map<String, byte[]> read(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = folder.relativize(file).toString();
        if (!path.startsWith(".") && !path.contains("/.")) {
          files.put(path, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach((path, bytes) -> assertArrayEquals(bytes, actual.get(path), path));
  }
}

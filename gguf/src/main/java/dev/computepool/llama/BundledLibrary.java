package dev.computepool.llama;

import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The llama.cpp that came with this program, as the build described it.
public final class BundledLibrary {
  private static final String PROPERTIES = "llama.properties";
  private static final String HASH = "sha256.";

  private BundledLibrary() {}

  /// The files that are missing, or are not those that the build put there; none where no library
  /// came with this program.
  public static List<Path> damaged() throws IOException {
    Path folder = LlamaFiles.bundledFolder();
    Path described = folder.resolve(PROPERTIES);
    if (!Files.exists(described)) {
      return List.of();
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(described)) {
      properties.load(in);
    }
    List<Path> damaged = new ArrayList<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(HASH)) {
        Path file = folder.resolve(key.substring(HASH.length()));
        Digest expected = Digest.parse(properties.getProperty(key));
        if (!Files.exists(file) || !sha256(file).equals(expected)) {
          damaged.add(file);
        }
      }
    }
    damaged.sort(null);
    return damaged;
  }

  private static Digest sha256(Path file) throws IOException {
    return Sha256.hasher().update(ByteBuffer.wrap(Files.readAllBytes(file))).digest();
  }
}

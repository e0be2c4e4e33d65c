package dev.computepool.cli.command.inspect;

import dev.computepool.base.FormatException;
import dev.computepool.convert.adapter.Adapter;
import dev.computepool.gguf.split.SplitName;
import dev.computepool.sharding.store.ShardFiles;
import dev.computepool.train.run.RunFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// The kinds of things that can be inspected.
enum Subject {
  RUN("run", "training run"),
  GGUF("gguf", "GGUF file"),
  SPLIT_SET("split_set", "part of a set of GGUF files"),
  SAFETENSORS("safetensors", "safetensors file"),
  MODEL("model", "model directory"),
  ADAPTER("adapter", "adapter directory"),
  SHARDS("shards", "shard directory");

  /// What JSON calls it.
  final String key;

  /// What people call it.
  final String title;

  Subject(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /// Finds out what is at a path, by the first bytes of a file and the files of a folder.
  ///
  /// @throws NoSuchFileException if there is nothing
  /// @throws FormatException if it is nothing that is known
  static Subject at(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return Files.isDirectory(path) ? folder(path) : file(path);
  }

  private static Subject file(Path path) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(Long.BYTES + 1);
    }
    String magic = new String(start, 0, Math.min(4, start.length), StandardCharsets.ISO_8859_1);
    if (magic.equals("GGUF") || magic.equals("FUGG")) {
      return SplitName.parse(path).isPresent() ? SPLIT_SET : GGUF;
    }
    boolean header = start.length == Long.BYTES + 1 && start[Long.BYTES] == '{';
    if (header || path.getFileName().toString().endsWith(".safetensors")) {
      return SAFETENSORS;
    }
    throw new FormatException(
        path.toString(),
        new FormatException.Problem(
            "",
            "begins with %s, which is neither GGUF nor safetensors"
                .formatted(start.length == 0 ? "nothing" : Arrays.toString(start))));
  }

  private static Subject folder(Path path) throws IOException {
    if (new RunFiles(path).exists()) {
      return RUN;
    }
    if (Adapter.isAdapter(path)) {
      return ADAPTER;
    }
    if (Files.isRegularFile(path.resolve(ShardFiles.MANIFEST))) {
      return SHARDS;
    }
    if (Files.isRegularFile(path.resolve("config.json")) || hasWeights(path)) {
      return MODEL;
    }
    throw new FormatException(
        path.toString(),
        new FormatException.Problem(
            "",
            "has no config.json, adapter_config.json, manifest.json or run.json: it is the folder"
                + " of no model, adapter, shards or run"));
  }

  private static boolean hasWeights(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
    }
  }
}

package dev.computepool.convert.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real vocabularies: what we make of a directory rebuilt from one is that one again, and llama.cpp
/// cuts texts by ours into the ids that its authors expect.
class RealVocabulariesTest {
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  /// What older converters wrote and the present one does not, or under another name.
  private static final Set<String> OUTDATED =
      Set.of("tokenizer.ggml.cls_token_id", "tokenizer.ggml.token_type");

  @TempDir Path temporary;

  @Test
  void areTheSameAfterTheWayThroughADirectory() throws IOException {
    for (Path path : SharedData.files(SharedData.folder("data/vocab"), "*.gguf")) {
      GgufHeader header = GgufFile.readHeader(path);
      Optional<Map<String, MetadataValue>> ours = convert(path, header.metadata());
      if (ours.isPresent()) {
        assertSame(header.metadata(), ours.get(), path.getFileName().toString());
      }
    }
  }

  @Test
  void giveTheExpectedIdsInLlamaCpp() throws IOException, InterruptedException {
    Path tool = tool();
    for (Path path : SharedData.files(SharedData.folder("data/vocab"), "*.gguf")) {
      GgufHeader header = GgufFile.readHeader(path);
      Optional<Map<String, MetadataValue>> ours = convert(path, header.metadata());
      if (ours.isEmpty()) {
        continue;
      }
      Path model = temporary.resolve("model.gguf");
      write(model, header, ours.get());
      List<String> texts =
          List.of(
              Files.readString(path.resolveSibling(path.getFileName() + ".inp"))
                  .split(SEPARATOR, -1));
      List<String> expected = Files.readAllLines(path.resolveSibling(path.getFileName() + ".out"));
      // A start of llama.cpp for each text takes its time, so not all of them.
      for (int i = 0; i < expected.size(); i += Integer.getInteger("vocabulary.step", 9)) {
        assertEquals(
            expected.get(i).strip(),
            ids(tool, model, texts.get(i)),
            path.getFileName() + " of \"" + texts.get(i) + "\"");
      }
    }
  }

  private Optional<Map<String, MetadataValue>> convert(Path path, Metadata metadata)
      throws IOException {
    Path directory = temporary.resolve(path.getFileName().toString());
    Optional<VocabularyKind> kind = RebuiltDirectory.write(directory, metadata);
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    int size = ((MetadataArray) metadata.get("tokenizer.ggml.tokens").orElseThrow()).length();
    VocabularyOptions options = VocabularyOptions.NONE.withSize(size).withSegments(2);
    return Optional.of(Vocabulary.read(directory, kind.get(), options).metadata());
  }

  private static void assertSame(Metadata expected, Map<String, MetadataValue> ours, String name) {
    for (String key : expected.keys()) {
      if (key.startsWith("tokenizer.") && !OUTDATED.contains(key)) {
        MetadataValue value = expected.get(key).orElseThrow();
        if (key.equals("tokenizer.ggml.pre")) {
          assertEquals(present(value.toString()), String.valueOf(ours.get(key)), name);
        } else if (!key.startsWith("tokenizer.ggml.token_type_count")) {
          assertEquals(value, ours.get(key), name + " " + key);
        }
      }
    }
    List<String> tokens =
        ((MetadataArray) Objects.requireNonNull(ours.get("tokenizer.ggml.tokens"))).strings();
    long[] was =
        ((MetadataArray) expected.get("tokenizer.ggml.token_type").orElseThrow()).integers();
    long[] is =
        ((MetadataArray) Objects.requireNonNull(ours.get("tokenizer.ggml.token_type"))).integers();
    for (int id = 0; id < is.length; id++) {
      boolean pad = tokens.get(id).equals("[PAD" + id + "]");
      boolean looksSpecial = was[id] == 4 && TokenList.looksSpecial(tokens.get(id));
      assertEquals(pad ? 5 : looksSpecial ? 3 : was[id], is[id], name + " " + tokens.get(id));
    }
  }

  /// The name that the present converter writes where it has two for the same.
  private static String present(String pre) {
    return switch (pre) {
      case "mpt" -> "olmo";
      case "bert-bge" -> "jina-v2-en";
      default -> pre;
    };
  }

  private static void write(Path target, GgufHeader header, Map<String, MetadataValue> vocabulary)
      throws IOException {
    GgufLayout.Builder layout = GgufLayout.builder();
    Metadata metadata = header.metadata();
    for (String key : metadata.keys()) {
      if (!key.startsWith("tokenizer.")) {
        layout.put(key, metadata.get(key).orElseThrow());
      }
    }
    vocabulary.forEach(layout::put);
    try (GgufWriter writer = GgufWriter.replace(target, layout.build())) {
      writer.commit();
    }
  }

  private static Path tool() {
    String peers = System.getProperty("peers", "");
    List<Path> places = new ArrayList<>();
    if (!peers.isEmpty()) {
      places.add(Path.of(peers, "bin", "llama-tokenize"));
    }
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(":", -1)) {
      places.add(Path.of(folder, "llama-tokenize"));
    }
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> Assumptions.abort("no llama-tokenize on the path or in -Dpeers=DIR/bin"));
  }

  private String ids(Path tool, Path model, String text) throws IOException, InterruptedException {
    Path prompt = Files.writeString(temporary.resolve("prompt"), text);
    Path log = temporary.resolve("log");
    Process process =
        new ProcessBuilder(
                tool.toString(),
                "-m",
                model.toString(),
                "-f",
                prompt.toString(),
                "--ids",
                "--no-bos",
                "--no-escape",
                "--no-parse-special",
                "--log-disable")
            .redirectError(log.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> out + " " + log);
    assertTrue(out.strip().startsWith("["), out);
    return out.strip().replaceAll("[\\[\\],]", "");
  }
}

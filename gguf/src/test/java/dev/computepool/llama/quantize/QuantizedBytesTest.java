package dev.computepool.llama.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.MetadataEdit;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitLimit;
import dev.computepool.gguf.split.SplitPlan;
import dev.computepool.hash.Sha256;
import dev.computepool.llama.FileType;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.Libraries;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import dev.computepool.llama.TinyModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bytes that come out are those of llama-quantize, which are checked in as hashes.
class QuantizedBytesTest {
  private static final int PARTS = 5; // of the sets

  @TempDir private static Path folder;
  private static LlamaLibrary library;

  /// One line of `llama-quantize.txt`.
  ///
  /// @param result a hash, or `refused`
  record Reference(String result, String model, String type, List<String> options) {
    static Reference parse(String line) {
      String[] fields = line.split("  ", -1);
      List<String> options = fields.length > 3 ? List.of(fields[3].split(" ", -1)) : List.of();
      return new Reference(fields[0], fields[1], fields[2], options);
    }

    @Override
    public String toString() {
      return model + " " + type + " " + String.join(" ", options);
    }

    QuantizeSettings settings() {
      @Nullable GgmlType output = null;
      @Nullable GgmlType embedding = null;
      List<TensorRule> rules = new ArrayList<>();
      List<MetadataOverride> overrides = new ArrayList<>();
      List<Integer> pruned = new ArrayList<>();
      boolean leave = false;
      boolean pure = false;
      boolean again = false;
      boolean split = false;
      for (int i = 0; i < options.size(); i++) {
        switch (options.get(i)) {
          case "--imatrix" -> i++;
          case "--pure" -> pure = true;
          case "--allow-requantize" -> again = true;
          case "--keep-split" -> split = true;
          case "--leave-output-tensor" -> leave = true;
          case "--output-tensor-type" -> output = TensorTypes.parse(options.get(++i));
          case "--token-embedding-type" -> embedding = TensorTypes.parse(options.get(++i));
          case "--tensor-type" -> rules.add(TensorTypes.parseRule(options.get(++i)));
          case "--override-kv" -> overrides.add(MetadataOverride.parse(options.get(++i)));
          case "--prune-layers" -> {
            for (String layer : options.get(++i).split(",", -1)) {
              pruned.add(Integer.valueOf(layer));
            }
          }
          default -> throw new IllegalArgumentException(options.get(i));
        }
      }
      return new QuantizeSettings(
          FileType.of(type).orElseThrow(),
          2,
          output,
          embedding,
          rules,
          overrides,
          pruned,
          again,
          leave,
          pure,
          split);
    }

    @Nullable ImportanceMatrix matrix() throws IOException {
      int at = options.indexOf("--imatrix");
      if (at < 0) {
        return null;
      }
      // It is recorded by the name it was given by there, in the folder itself.
      String name = options.get(at + 1);
      ImportanceMatrix matrix = ImatrixFile.read(folder.resolve(name));
      return new ImportanceMatrix(name, matrix.dataset(), matrix.chunks(), matrix.weights());
    }
  }

  static List<Reference> references() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    QuantizedBytesTest.class.getResourceAsStream("llama-quantize.txt")),
                StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).map(Reference::parse).toList();
    }
  }

  @BeforeAll
  static void prepare() throws Exception {
    library = Libraries.load();
    TinyModel.PLAIN.write(folder.resolve("tiny.gguf"));
    TinyModel.PLAIN.writeMatrix(folder.resolve("imatrix.gguf"));
    new TinyModel(288, 32, false).write(folder.resolve("odd.gguf"));
    TinyModel experts = new TinyModel(256, 32, false, 3);
    experts.write(folder.resolve("experts.gguf"));
    experts.writeMatrix(folder.resolve("experts-imatrix.gguf"));
    InProcess.quantize(
        library,
        folder.resolve("tiny.gguf"),
        List.of(folder.resolve("again.gguf")),
        QuantizeSettings.of(FileType.Q4_K_M, 2),
        null);
    MetadataEdit.plan(
            folder.resolve("again.gguf"),
            List.of(new MetadataEdit.Change.Remove("general.file_type")))
        .write(folder.resolve("untyped.gguf"), false, Progress.NONE);
    split("set", new SplitLimit.MaxTensors(8), false);
    split("bare", new SplitLimit.MaxTensors(10), true);
    SampleModel.write(
        SampleSpec.tiny(Architecture.LLAMA).ofBytes(ByteSize.parse("4MB")),
        folder.resolve("sample.gguf"),
        false,
        Progress.NONE);
  }

  private static void split(String name, SplitLimit limit, boolean emptyFirst) throws IOException {
    SplitPlan plan =
        SplitPlan.of(folder.resolve("tiny.gguf"), folder.resolve(name), limit, emptyFirst);
    SplitFiles.split(plan, false, 1, Progress.NONE);
    assertEquals(PARTS, plan.parts().size());
  }

  private static String sha256(Path... files) throws IOException {
    Sha256 hasher = Sha256.hasher();
    for (Path file : files) {
      hasher.update(ByteBuffer.wrap(Files.readAllBytes(file)));
    }
    return hasher.digest().hex();
  }

  @ParameterizedTest
  @MethodSource("references")
  void writesWhatLlamaQuantizeWrites(Reference reference) throws Exception {
    Path model = folder.resolve(reference.model);
    if (reference.type.equals("itself")) {
      assertEquals(reference.result, sha256(model));
      return;
    }
    if (reference.result.equals("refused")) {
      IOException e = assertThrows(IOException.class, () -> quantize(model, reference));
      assertTrue(
          e instanceof UnquantizableException || e instanceof LlamaException, () -> e.toString());
      return;
    }
    assertEquals(reference.result, sha256(quantize(model, reference)));
  }

  private static Path[] quantize(Path model, Reference reference) throws IOException {
    List<Path> outputs = new ArrayList<>(List.of(folder.resolve("out.gguf")));
    if (reference.settings().keepSplit()) {
      outputs.clear();
      for (int part = 1; part <= PARTS; part++) {
        outputs.add(folder.resolve("out-%05d-of-%05d.gguf".formatted(part, PARTS)));
      }
    }
    InProcess.quantize(library, model, outputs, reference.settings(), reference.matrix());
    return outputs.toArray(Path[]::new);
  }

  @Test
  void knowsEveryTypeThatIsCheckedHere() throws Exception {
    List<FileType> checked =
        references().stream()
            .filter(r -> !r.type.equals("itself"))
            .map(r -> FileType.of(r.type).orElseThrow())
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of(FileType.values()), checked);
  }
}

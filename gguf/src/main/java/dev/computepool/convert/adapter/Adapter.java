package dev.computepool.convert.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.convert.tensor.Decoder;
import dev.computepool.convert.tensor.Dense;
import dev.computepool.convert.tensor.LowRank;
import dev.computepool.convert.tensor.Stored;
import dev.computepool.safetensors.SafetensorsFile;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A PEFT adapter directory, its weights mapped until it is closed.
public final class Adapter implements AutoCloseable {
  static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  // module, then what of it; an adapter's own name may stand between.
  private static final Pattern FACTOR =
      Pattern.compile(
          "(?<module>.+)\\.(?<kind>lora_(embedding_)?[AB]|lora_magnitude_vector)"
              + "(\\.[^.]+)??(\\.(?<what>weight|bias))?");
  private static final Pattern SAVED =
      Pattern.compile("(?<module>.+?)(\\.modules_to_save(\\.[^.]+)??)?\\.(?<what>weight|bias)");

  private final Path path;
  private final PeftConfig config;
  private final SafetensorsFile file;
  private final List<Part> parts;

  private Adapter(Path path, PeftConfig config, SafetensorsFile file, List<Part> parts) {
    this.path = path;
    this.config = config;
    this.file = file;
    this.parts = parts;
  }

  /// What an adapter does to one tensor of the model.
  sealed interface Part {
    /// The name of the tensor in the model, such as `model.norm.weight`.
    String target();
  }

  /// Adds a product of two factors.
  ///
  /// @param module the name of the module in the model
  /// @param magnitudes of the rows of the sum (DoRA), or null
  /// @param bias what is added to the module's bias before scaling, or null
  /// @param embedding whether the product is transposed: one column for each token
  record Product(
      String module,
      LowRank factors,
      @Nullable Dense magnitudes,
      @Nullable Dense bias,
      boolean embedding)
      implements Part {
    @Override
    public String target() {
      return module + ".weight";
    }
  }

  /// Takes the place of a tensor.
  ///
  /// @param base whether it is the base's own, saved because it was resized
  record Replacement(String target, Dense numbers, boolean base) implements Part {}

  /// Whether a directory holds an adapter.
  public static boolean isAdapter(Path directory) {
    return Files.isRegularFile(directory.resolve(PeftConfig.FILE));
  }

  /// Opens a directory.
  ///
  /// @param problems receives what is wrong with it
  /// @return nothing if it cannot be read at all
  static Optional<Adapter> open(Path path, Problems problems) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException(path.toString());
    }
    Optional<ObjectNode> tree = JsonFile.object(path.resolve(PeftConfig.FILE), problems);
    if (tree.isEmpty() && !Files.exists(path.resolve(PeftConfig.FILE))) {
      problems.add(PeftConfig.FILE, "is missing");
    }
    Path weights = path.resolve(WEIGHTS);
    if (!Files.isRegularFile(weights)) {
      problems.add(
          WEIGHTS,
          Files.exists(path.resolve("adapter_model.bin"))
              ? "is missing; adapter_model.bin is a pickle, which is not read"
              : "is missing");
    }
    if (tree.isEmpty() || !Files.isRegularFile(weights)) {
      return Optional.empty();
    }
    PeftConfig config = PeftConfig.of(tree.get(), problems);
    try {
      SafetensorsFile file = SafetensorsFile.open(weights);
      return Optional.of(new Adapter(path, config, file, parts(file, problems)));
    } catch (FormatException e) {
      problems.addAll(WEIGHTS, e.problems());
      return Optional.empty();
    }
  }

  /// The factors of one module, as far as they were found.
  private static final class Found {
    @Nullable Dense a;
    @Nullable Dense b;
    @Nullable Dense magnitudes;
    @Nullable Dense bias;
    boolean embedding;
  }

  private static List<Part> parts(SafetensorsFile file, Problems problems) {
    Map<String, Found> modules = new LinkedHashMap<>();
    List<Part> parts = new ArrayList<>();
    for (StoredTensor tensor : file.header().tensors()) {
      if (!Decoder.reads(tensor.dtype())) {
        problems.add(
            "tensor " + tensor.name(), "is of type " + tensor.dtype() + ", which is not read");
        continue;
      }
      Dense numbers = new Stored(tensor.dtype(), tensor.shape(), file.bytes(tensor));
      String name = tensor.name().replace(PREFIX, "");
      Matcher factor = FACTOR.matcher(name);
      Matcher saved = SAVED.matcher(name);
      if (factor.matches()) {
        Found found = modules.computeIfAbsent(factor.group("module"), m -> new Found());
        keep(found, factor.group("kind"), "bias".equals(factor.group("what")), numbers);
      } else if (saved.matches()) {
        String module = saved.group("module");
        boolean base = module.endsWith(".base_layer");
        String target = module.replaceFirst("\\.base_layer$", "") + "." + saved.group("what");
        parts.add(new Replacement(target, numbers, base));
      } else {
        problems.add("tensor " + tensor.name(), "is neither a factor nor a saved module");
      }
    }
    modules.forEach((module, found) -> product(module, found, problems).ifPresent(parts::add));
    return parts;
  }

  private static void keep(Found found, String kind, boolean bias, Dense numbers) {
    found.embedding |= kind.startsWith("lora_embedding");
    switch (kind) {
      case "lora_A", "lora_embedding_A" -> found.a = numbers;
      case "lora_magnitude_vector" -> found.magnitudes = numbers;
      default -> {
        if (bias) {
          found.bias = numbers;
        } else {
          found.b = numbers;
        }
      }
    }
  }

  private static Optional<Part> product(String module, Found found, Problems problems) {
    if (found.a == null || found.b == null) {
      problems.add("module " + module, "has only one of lora_A and lora_B");
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Product(
              module,
              new LowRank(found.a, found.b),
              found.magnitudes,
              found.bias,
              found.embedding));
    } catch (IllegalArgumentException e) {
      problems.add("module " + module, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  Path path() {
    return path;
  }

  PeftConfig config() {
    return config;
  }

  /// Replacements in the order of the file, then products in that of their first factors.
  List<Part> parts() {
    return parts;
  }

  @Override
  public void close() {
    file.close();
  }
}

package dev.computepool.convert.adapter;

import dev.computepool.base.FormatException;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.MetadataEntry;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Families;
import dev.computepool.convert.family.Family;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ConversionPlan;
import dev.computepool.convert.model.GeneralMetadata;
import dev.computepool.convert.model.GgufOutput;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.PlannedTensor;
import dev.computepool.convert.model.SizeLabel;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.convert.model.TypePolicy;
import dev.computepool.convert.tensor.Dense;
import dev.computepool.convert.tensor.LowRank;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plans to make of an adapter a LoRA in GGUF, which llama.cpp adds to its model when it loads it.
public final class AdapterConversion {
  private static final int QUANTIZATION_VERSION = 2;

  private AdapterConversion() {}

  /// Reads an adapter and decides all that is to be written.
  ///
  /// @param base the directory of its model, whose `config.json` is needed and nothing else
  /// @param type of the factors; `AUTO` for that of the first
  /// @param name what the adapter is to be called, or null for what its files say
  /// @throws FormatException with all that is wrong with the adapter
  public static Conversion plan(Path path, Path base, OutputType type, @Nullable String name)
      throws IOException {
    Problems problems = new Problems();
    ModelDirectory model = ModelDirectory.readConfig(base, problems);
    problems.throwIfAny(base);
    Optional<Family> family = Families.of(model, problems);
    problems.throwIfAny(base);
    Optional<Adapter> adapter = Adapter.open(path, problems);
    if (family.isEmpty() || adapter.isEmpty()) {
      problems.throwIfAny(path);
      throw new IllegalStateException("adapter and family are known, or a problem is");
    }
    try {
      Planner planner = new Planner(adapter.get(), family.get(), type, problems);
      Conversion conversion = planner.plan(name);
      adapter = Optional.empty();
      return conversion;
    } finally {
      adapter.ifPresent(Adapter::close);
    }
  }

  /// Plans one adapter.
  private static final class Planner {
    private final Adapter adapter;
    private final PeftConfig config;
    private final Family family;
    private final OutputType type;
    private final Problems problems;
    private final List<PlannedTensor> tensors = new ArrayList<>();

    Planner(Adapter adapter, Family family, OutputType type, Problems problems) {
      this.adapter = adapter;
      this.config = adapter.config();
      this.family = family;
      this.type = type == OutputType.AUTO ? guess() : type;
      this.problems = problems;
    }

    private OutputType guess() {
      for (Adapter.Part part : adapter.parts()) {
        if (part instanceof Adapter.Product product) {
          return product.factors().a().dtype() == Dtype.BF16 ? OutputType.BF16 : OutputType.F16;
        }
      }
      return OutputType.F16;
    }

    Conversion plan(@Nullable String name) throws IOException {
      for (Adapter.Part part : adapter.parts()) {
        convert(part);
      }
      family.finish();
      if (tensors.isEmpty() && problems.isEmpty()) {
        problems.add(Adapter.WEIGHTS, "changes nothing that is in the model");
      }
      MetadataList metadata = new MetadataList();
      metadata.text("general.architecture", family.architecture());
      metadata.text("general.type", "adapter");
      metadata.text("adapter.type", "lora");
      SizeLabel size = SizeLabel.of(PlannedTensor.counted(tensors));
      Path path = adapter.path();
      GeneralMetadata.Origin origin =
          GeneralMetadata.Origin.of(
              path,
              JsonFile.object(path.resolve("config.json"), problems).orElse(null),
              JsonFile.object(path.resolve("generation_config.json"), problems).orElse(null),
              name);
      GeneralMetadata.add(origin, size, metadata, problems);
      metadata.float32("adapter.lora.alpha", alpha());
      if (!config.invocationTokens().isEmpty()) {
        long[] tokens = config.invocationTokens().stream().mapToLong(Long::longValue).toArray();
        metadata.put(
            "adapter.alora.invocation_tokens",
            MetadataArray.ofIntegers(MetadataType.UINT32, tokens));
      }
      metadata.uint32("general.quantization_version", QUANTIZATION_VERSION);
      problems.throwIfAny(path);
      List<MetadataEntry> entries = metadata.entries();
      GgufOutput output = GgufOutput.of(entries, tensors, SplitRule.NONE);
      ConversionPlan plan =
          new ConversionPlan(
              path,
              family.architecture(),
              type,
              List.copyOf(tensors),
              entries,
              output.byteSize(),
              problems.notes());
      return new Conversion(plan, output, adapter::close);
    }

    /// The alpha that llama.cpp divides by the rank.
    private double alpha() {
      if (!config.alphaPatterns().isEmpty()) {
        problems.add(
            PeftConfig.FILE,
            "has alpha_pattern, and a LoRA in GGUF has one alpha: only merging can keep it");
      }
      if (!config.rankStabilized()) {
        return config.alpha();
      }
      long rank = 0;
      for (Adapter.Part part : adapter.parts()) {
        if (part instanceof Adapter.Product product) {
          long own = product.factors().b().shape().getLast();
          if (rank != 0 && own != rank) {
            problems.add(
                PeftConfig.FILE,
                "has use_rslora and ranks %d and %d: one alpha cannot stand for both"
                    .formatted(rank, own));
            return config.alpha();
          }
          rank = own;
        }
      }
      problems.note(
          "use_rslora: alpha is written as %s times the square root of the rank, "
                  .formatted(config.alpha())
              + "because llama.cpp divides it by the rank");
      return config.alpha() * Math.sqrt((double) rank);
    }

    private void convert(Adapter.Part part) {
      Optional<String> name = family.accept(part.target());
      if (name.isEmpty()) {
        problems.note(part.target() + " is left out, as it is of the model itself");
        return;
      }
      switch (part) {
        case Adapter.Replacement saved -> convertSaved(name.get(), saved);
        case Adapter.Product product -> {
          if (product.magnitudes() != null || product.bias() != null) {
            problems.add(
                "module " + product.module(),
                "has %s, which a LoRA in GGUF cannot have: only merging can keep it"
                    .formatted(product.bias() != null ? "a bias" : "magnitudes (DoRA)"));
            return;
          }
          // The family expects the layout of the base's tensors.
          Tensor tensor = config.transposed() ? product.factors().transposed() : product.factors();
          family.convert(name.get(), tensor, this::put);
        }
      }
    }

    private void convertSaved(String name, Adapter.Replacement saved) {
      if (saved.base()) {
        return; // the model has it
      }
      if (name.contains("_layernorm") || name.contains(".norm")) {
        family.convert(name, saved.numbers(), this::put);
      } else {
        problems.add(
            "tensor " + saved.target(),
            "is saved whole, which a LoRA in GGUF cannot have: only merging can keep it");
      }
    }

    private void put(String name, Tensor tensor) {
      switch (tensor) {
        case Dense numbers -> add(name, numbers);
        case LowRank factors -> {
          Dense a = factors.a();
          Dense b = factors.b();
          // llama.cpp looks tokens up in the first factor of an embedding.
          add(name + ".lora_a", name.equals("token_embd.weight") ? a.transposed() : a);
          add(name + ".lora_b", b);
        }
      }
    }

    private void add(String name, Dense numbers) {
      tensors.add(
          new PlannedTensor(name, TypePolicy.typeOf(name, numbers.shape(), type.type()), numbers));
    }
  }
}

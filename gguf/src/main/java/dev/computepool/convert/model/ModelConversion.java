package dev.computepool.convert.model;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.convert.MetadataEntry;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Families;
import dev.computepool.convert.family.Family;
import dev.computepool.convert.tensor.Decoder;
import dev.computepool.convert.tensor.Dense;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.Vocabulary;
import dev.computepool.gguf.GgmlType;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans to make GGUF of a model directory.
public final class ModelConversion {
  private static final int QUANTIZATION_VERSION = 2;
  private static final String EMBEDDING = "token_embd.weight";

  private ModelConversion() {}

  /// What a user can choose.
  ///
  /// @param name what the model is to be called, or null for what its files say
  public record Options(OutputType type, @Nullable String name, SplitRule split) {
    public static final Options DEFAULT = new Options(OutputType.AUTO, null, SplitRule.NONE);
  }

  /// Reads a directory and decides all that is to be written.
  ///
  /// @throws FormatException with all that is wrong with the directory
  public static Conversion plan(Path path, Options options) throws IOException {
    Problems problems = new Problems();
    ModelDirectory directory = ModelDirectory.read(path, problems);
    SafetensorsSet weights = open(directory, problems);
    try {
      // Of incomplete weights what is there is checked too, but not what is made of all of them.
      boolean complete = problems.isEmpty();
      Optional<ScaledWeights> scaled = ScaledWeights.of(directory, weights, problems);
      if (scaled.isEmpty()) {
        problems.throwIfAny(path); // else every scale would be a tensor that no model has
        throw new IllegalStateException("the weights can be scaled, or there is a problem");
      }
      Optional<Family> family = Families.of(directory, problems);
      if (family.isEmpty()) {
        problems.throwIfAny(path);
        throw new IllegalStateException("the family is known, or a problem is");
      }
      Planner planner =
          new Planner(directory, weights, scaled.get(), family.get(), options, problems);
      Conversion conversion = planner.plan(complete);
      weights = null;
      return conversion;
    } finally {
      if (weights != null) {
        weights.close();
      }
    }
  }

  private static SafetensorsSet open(ModelDirectory directory, Problems problems)
      throws IOException {
    List<String> present =
        directory.parts().stream().filter(part -> directory.file(part).isPresent()).toList();
    boolean complete = present.size() == directory.parts().size();
    Map<String, String> index = complete ? directory.index().orElse(null) : null;
    List<Problem> found = new ArrayList<>();
    SafetensorsSet set = SafetensorsSet.openReadable(directory.path(), present, index, found);
    found.forEach(problem -> problems.add(problem.at(), problem.what()));
    return set;
  }

  /// Plans one model.
  private static final class Planner {
    private final ModelDirectory directory;
    private final SafetensorsSet weights;
    private final ScaledWeights scaled;
    private final Family family;
    private final Options options;
    private final Problems problems;
    private final List<PlannedTensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final OutputType type;

    Planner(
        ModelDirectory directory,
        SafetensorsSet weights,
        ScaledWeights scaled,
        Family family,
        Options options,
        Problems problems) {
      this.directory = directory;
      this.weights = weights;
      this.scaled = scaled;
      this.family = family;
      this.options = options;
      this.problems = problems;
      this.type = options.type == OutputType.AUTO ? guess() : options.type;
    }

    private OutputType guess() {
      for (StoredTensor tensor : weights.tensors()) {
        if (tensor.shape().size() >= 2 && family.accept(tensor.name()).isPresent()) {
          if (tensor.dtype() == Dtype.BF16) {
            return OutputType.BF16;
          }
          if (tensor.dtype() == Dtype.F16) {
            return OutputType.F16;
          }
        }
      }
      return OutputType.F16;
    }

    Conversion plan(boolean complete) throws IOException {
      MetadataList metadata = new MetadataList();
      metadata.text("general.architecture", family.architecture());
      family.extraTensors(this::put, metadata);
      for (StoredTensor tensor : weights.tensors()) {
        convert(tensor);
      }
      if (complete) {
        family.finish();
        for (String required : family.requiredTensors()) {
          if (!names.contains(required)) {
            problems.add("tensor " + required, "is made of nothing that is there");
          }
        }
      }
      SizeLabel size = SizeLabel.of(PlannedTensor.counted(tensors));
      metadata.text("general.type", "model");
      GeneralMetadata.add(
          new GeneralMetadata.Origin(
              directory.path(), directory.config(), directory.generationConfig(), options.name),
          size,
          metadata,
          problems);
      family.parameters(metadata, type.fileType());
      metadata.uint32("general.quantization_version", QUANTIZATION_VERSION);
      addVocabulary(metadata);
      problems.throwIfAny(directory.path());
      List<MetadataEntry> entries = metadata.entries();
      GgufOutput output = GgufOutput.of(entries, tensors, options.split);
      ConversionPlan plan =
          new ConversionPlan(
              directory.path(),
              family.architecture(),
              type,
              List.copyOf(tensors),
              entries,
              output.byteSize(),
              problems.notes());
      return new Conversion(plan, output, weights::close);
    }

    private void addVocabulary(MetadataList metadata) throws IOException {
      try {
        Vocabulary vocabulary =
            Vocabulary.read(directory.path(), family.vocabulary(), family.vocabularyOptions());
        vocabulary.metadata().forEach(metadata::put);
        for (PlannedTensor tensor : tensors) {
          if (tensor.name().equals(EMBEDDING)) {
            vocabulary
                .misfit(tensor.name(), tensor.numbers().shape().getFirst())
                .ifPresent(problem -> problems.add(problem.at(), problem.what()));
          }
        }
      } catch (FormatException e) {
        e.problems().forEach(problem -> problems.add(problem.at(), problem.what()));
      }
    }

    private void convert(StoredTensor tensor) {
      Optional<String> name = family.accept(tensor.name());
      if (name.isEmpty() || scaled.isFactor(tensor.name())) {
        return;
      }
      if (!Decoder.reads(tensor.dtype())) {
        problems.add(
            "tensor " + tensor.name(),
            "is of type " + tensor.dtype() + ", which no converter reads");
        return;
      }
      family.convert(name.get(), scaled.numbers(tensor, weights, problems), this::put);
    }

    private void put(String name, Tensor tensor) {
      if (!(tensor instanceof Dense numbers)) {
        throw new IllegalArgumentException(name + " is given by factors");
      }
      if (!names.add(name)) {
        problems.add("tensor " + name, "is made of two tensors of the source");
        return;
      }
      GgmlType target = TypePolicy.typeOf(name, numbers.shape(), type.type());
      boolean matrix = numbers.shape().size() > 1;
      if (matrix && target == GgmlType.F16 && type.type() == GgmlType.Q8_0) {
        problems.note(
            "%s is stored as F16: its rows of %d are not whole blocks of %d"
                .formatted(name, numbers.shape().getLast(), GgmlType.Q8_0.blockSize()));
      }
      tensors.add(new PlannedTensor(name, target, numbers));
    }
  }
}

package dev.computepool.train.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.base.Cancellation;
import dev.computepool.safetensors.Dtype;
import dev.computepool.train.lora.LoraFactors;
import dev.computepool.train.lora.LoraLayout;
import dev.computepool.train.lora.PeftDirectory;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.CausalModel;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.model.Parameter;
import dev.computepool.train.model.TinyModels;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorFile;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every family against transformers and peft, on the same weights.
final class ReferenceTest {
  private static final Cancellation RUNNING = new Cancellation();
  @TempDir Path folder;

  @BeforeAll
  static void needsTorch() {
    assumeTrue(TorchFiles.arePresent(), "no PyTorch library in " + TorchFiles.folder());
  }

  private static List<Reference> all() {
    return Reference.all().toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void computesTheGradientsOfAdapters(Reference reference) throws IOException {
    compareAdapter(reference, false);
  }

  @ParameterizedTest
  @MethodSource("all")
  void computesTheSameWithCheckpointing(Reference reference) throws IOException {
    compareAdapter(reference, true);
  }

  private void compareAdapter(Reference reference, boolean checkpointing) throws IOException {
    Path base = TinyModels.write(folder, reference.config(), Dtype.F32);
    Torch torch = Torch.start(Torch.Target.CPU, 1);
    LoraLayout layout = LoraLayout.of(ModelConfig.read(base), reference.options());
    try (TensorScope scope = torch.open()) {
      LoraFactors factors = factors(scope, layout);
      try (CausalModel model =
          CausalModel.open(torch, base, layout.adaptation(), checkpointing, factors.tensors())) {
        JsonNode expected = reference.json().get("adapter");
        compare(model, scope, expected, factors.names());
        assertEquals(0, model.memory().copied());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void computesTheGradientsOfAllWeights(Reference reference) throws IOException {
    compareFull(reference, false);
  }

  @ParameterizedTest
  @MethodSource("all")
  void computesThoseOfAllWeightsWithCheckpointing(Reference reference) throws IOException {
    compareFull(reference, true);
  }

  private void compareFull(Reference reference, boolean checkpointing) throws IOException {
    Path base = TinyModels.write(folder, reference.config(), Dtype.F32);
    Torch torch = Torch.start(Torch.Target.CPU, 1);
    try (TensorScope scope = torch.open();
        CausalModel model = CausalModel.open(torch, base, null, checkpointing, List.of())) {
      List<String> names = model.parameters().stream().map(Parameter::name).toList();
      compare(model, scope, reference.json().get("full"), names);
      assertEquals(0, model.memory().mapped());
    }
  }

  private static void compare(
      CausalModel model, TensorScope scope, JsonNode expected, List<String> names)
      throws IOException {
    Batch batch = Reference.batch();
    int learned = batch.lossTokens();
    List<Tensor> results = model.gradients(scope, batch, 1.0 / learned, 1);
    double loss = expected.get("loss").asDouble();
    assertEquals(loss, results.getFirst().scalar() / learned, 1e-4 * loss);
    assertEquals(loss, model.evaluate(batch) / learned, 1e-4 * loss);
    for (int i = 0; i < names.size(); i++) {
      JsonNode gradient = expected.get("gradients").get(names.get(i));
      Reference.assertClose(gradient, names.get(i), results.get(i + 1).floats(), names.get(i));
    }
    assertEquals(expected.get("gradients").size(), results.size() - 1);
    float[] logits = model.logits(scope, batch).floats();
    int vocabulary = model.config().vocabulary();
    int whole = (Reference.ROWS * Reference.LENGTH - Reference.PADDED) * vocabulary;
    Reference.assertClose(expected.get("logits"), "logits", Arrays.copyOf(logits, whole), "logits");
  }

  @ParameterizedTest
  @MethodSource("all")
  void widensSmallerFloats(Reference reference) throws IOException {
    Torch torch = Torch.start(Torch.Target.CPU, 1);
    for (Dtype dtype : List.of(Dtype.BF16, Dtype.F16)) {
      Path base = TinyModels.write(folder.resolve(dtype.name()), reference.config(), dtype);
      LoraLayout layout = LoraLayout.of(ModelConfig.read(base), reference.options());
      try (TensorScope scope = torch.open();
          CausalModel model =
              CausalModel.open(
                  torch, base, layout.adaptation(), false, factors(scope, layout).tensors())) {
        Batch batch = Reference.batch();
        double loss = reference.json().get("halves").get(dtype.name()).asDouble();
        assertEquals(loss, model.evaluate(batch) / batch.lossTokens(), 1e-4 * loss);
        assertEquals(0, model.memory().mapped());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void followsTenStepsOfAdamW(Reference reference) throws IOException {
    Path base = TinyModels.write(folder, reference.config(), Dtype.F32);
    AdamWOptions optimizer = new AdamWOptions(0.9, 0.999, 1e-8, 0.1, 1);
    TrainerOptions options =
        new TrainerOptions(base, reference.options(), optimizer, false, 1, 1, Torch.Target.CPU);
    Path begin = Files.createDirectory(folder.resolve("begin"));
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      trainer.saveModel(begin);
      trainer.saveState(begin);
      overwriteFactors(begin, LoraLayout.of(ModelConfig.read(base), reference.options()));
      trainer.restore(begin);
      JsonNode expected = reference.json().get("adapter");
      double[] losses = new double[10];
      double[] norms = new double[10];
      for (int step = 0; step < 10; step++) {
        StepResult result = trainer.step(List.of(Reference.batch()), 1e-2, step, RUNNING);
        losses[step] = result.loss();
        norms[step] = result.gradientNorm();
      }
      assertArrayEquals(doubles(expected.get("losses")), losses, 1e-4);
      assertArrayEquals(doubles(expected.get("norms")), norms, 1e-3);
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static LoraFactors factors(TensorScope scope, LoraLayout layout) throws IOException {
    LoraFactors factors = LoraFactors.begin(scope, layout, 1);
    for (int i = 0; i < factors.tensors().size(); i++) {
      Tensor tensor = factors.tensors().get(i);
      float[] values = TinyModels.weight(factors.names().get(i), tensor.elements(), false);
      scope.write(tensor, 0, values, values.length);
    }
    return factors;
  }

  private static void overwriteFactors(Path directory, LoraLayout layout) throws IOException {
    try (TensorScope scope = Torch.start(Torch.Target.CPU, 1).open()) {
      LoraFactors factors = factors(scope, layout);
      List<Tensor> tensors = new ArrayList<>(factors.tensors());
      Path file = directory.resolve(PeftDirectory.WEIGHTS);
      TensorFile.write(scope, file, factors.names(), tensors, Map.of());
    }
  }
}

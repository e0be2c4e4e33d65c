package dev.computepool.train.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.convert.Problems;
import dev.computepool.convert.sample.SampleDirectory;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.preflight.ModelFacts;
import dev.computepool.train.preflight.Speed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What measurements of steps say of other runs, on a Llama of two layers of 64.
class MeasuredSpeedTest {
  private static final Machine HERE =
      new Machine("EPYC", 2, 1L << 30, "cpu", "Linux 6", "25", "2.7.1", "0.1.0");

  // q, k, v, o, gate, up, down of both layers
  private static final double LINEAR = 2.0 * (64 * 64 + 2 * 64 * 32 + 64 * 64 + 3 * 64 * 160);

  @TempDir Path folder;
  private ModelFacts model = new ModelFacts(Path.of(""), "", 0, 0, List.of(), null);

  @BeforeEach
  void prepare() throws IOException {
    SampleDirectory.write(folder.resolve("model"), SampleDirectory.tiny(1), false);
    Problems problems = new Problems();
    model = ModelFacts.read(folder.resolve("model"), problems);
    assertTrue(problems.isEmpty());
  }

  private TrainConfig config(String training) throws IOException {
    Path file = folder.resolve("c.yml");
    Files.writeString(
        file,
        "base_model: model\ninput: {dataset: d.jsonl}\ntraining: {batch_size: 4, max_seq_len: 128"
            + training
            + "}\n");
    return TrainConfigFile.read(file).config();
  }

  private static StepMeasurement measured(
      int rows, boolean checkpointing, int threads, double work, double tokens, Machine machine) {
    return new StepMeasurement(
        "m", 10, 1, rows, 128, checkpointing, threads, work, tokens, 1, 5L, "2026-11-21", machine);
  }

  private double work(boolean checkpointing) {
    LoraOptions lora =
        new LoraOptions(16, 32, 0, false, new LoraTargets.Named(List.of("q_proj", "v_proj")));
    return StepWork.perToken(
        model, Objects.requireNonNull(model.shape()), lora, checkpointing, 128);
  }

  @Test
  void theWorkOfATokenIsThatOfItsProducts() {
    double factors = 2 * 16 * ((64 + 64) + (64 + 32));
    double attention = 2 * 64 * 128;
    double head = 64 * 693;
    double once = 4 * LINEAR + 6 * factors + 7 * attention + 4 * head;
    assertEquals(once, work(false));
    assertEquals(once + 2 * LINEAR + 2 * factors + 2 * attention, work(true));
    assertEquals(
        6 * LINEAR + 7 * attention + 6 * head,
        StepWork.perToken(model, Objects.requireNonNull(model.shape()), null, false, 128));
  }

  @Test
  void theNearestMeasurementDecides() throws IOException {
    double work = work(false);
    List<StepMeasurement> known =
        List.of(
            measured(1, false, 2, work, 100, HERE),
            measured(4, false, 2, 1.5 * work, 400, HERE),
            measured(4, true, 2, work, 900, HERE),
            measured(4, false, 1, work, 50, HERE),
            measured(4000, false, 2, 1000 * work, 7, HERE));
    Speed speed = new MeasuredSpeed(known, HERE, 2);
    assertEquals(
        Optional.of(
            new Speed.Measured(
                600,
                "measured 2026-11-21 by 'bench train' on this machine: m, 4 × 128 tokens, 2"
                    + " threads")),
        speed.of(model, config("")));
    assertEquals(
        900 * work / work(true),
        speed.of(model, config(", gradient_checkpointing: true")).orElseThrow().tokensPerSecond(),
        1e-9);
    assertEquals(50, speed.of(model, config(", threads: 1")).orElseThrow().tokensPerSecond(), 1e-9);
    assertEquals(Optional.empty(), speed.of(model, config(", threads: 3")));
    assertEquals(Optional.empty(), speed.of(model, config(", device: cuda")));
  }

  @Test
  void whatWasMeasuredElsewhereSaysNothing() throws IOException {
    List<Machine> others =
        List.of(
            new Machine("Xeon", 2, 1L << 30, "cpu", "Linux 6", "25", "2.7.1", "0.1.0"),
            new Machine("EPYC", 4, 1L << 30, "cpu", "Linux 6", "25", "2.7.1", "0.1.0"),
            new Machine("EPYC", 2, 1L << 30, "cuda", "Linux 6", "25", "2.7.1", "0.1.0"),
            new Machine("EPYC", 2, 1L << 30, "cpu", "Linux 6", "25", "2.8.0", "0.1.0"),
            new Machine("EPYC", 2, 1L << 30, "cpu", "Linux 6", "25", "2.7.1", "0.2.0"));
    for (Machine other : others) {
      Speed speed = new MeasuredSpeed(List.of(measured(4, false, 2, 1e6, 9, other)), HERE, 2);
      assertEquals(Optional.empty(), speed.of(model, config("")), other.toString());
    }
    Machine newerKernel = new Machine("EPYC", 2, 9, "cpu", "Linux 7", "26", "2.7.1", "0.1.0");
    Speed speed = new MeasuredSpeed(List.of(measured(4, false, 2, 1e6, 9, newerKernel)), HERE, 2);
    assertTrue(speed.of(model, config("")).isPresent());
  }

  @Test
  void aNewMeasurementTakesThePlaceOfTheSame() throws IOException {
    Path file = folder.resolve("deep/train.json");
    assertEquals(List.of(), MeasurementFile.read(file));
    StepMeasurement first = measured(4, false, 2, 1e6, 100, HERE);
    StepMeasurement other = measured(8, false, 2, 1e6, 200, HERE);
    MeasurementFile.add(file, List.of(first, other));
    assertEquals(List.of(first, other), MeasurementFile.read(file));
    StepMeasurement again = measured(4, false, 2, 1e6, 150, HERE);
    MeasurementFile.add(file, List.of(again));
    assertEquals(List.of(other, again), MeasurementFile.read(file));
  }

  @Test
  void aFileThatHoldsNoMeasurementsIsRefusedAndLeftAlone() throws IOException {
    Path file = folder.resolve("train.json");
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "{\"steps\": [{\"model\": \"m\"}]}",
            "{\"steps\": [{\"rows\": \"many\"}]}")) {
      Files.writeString(file, text);
      assertThrows(FormatException.class, () -> MeasurementFile.read(file), text);
      assertThrows(
          FormatException.class,
          () -> MeasurementFile.add(file, List.of(measured(4, false, 2, 1, 1, HERE))));
      assertEquals(text, Files.readString(file));
    }
  }
}

package dev.computepool.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What transformers and peft compute, from `bench/train-reference.py`.
record Reference(String name, JsonNode json) {
  static final int RANK = 4;
  static final double ALPHA = 6;
  static final int ROWS = 2;
  static final int LENGTH = 20;
  static final int PADDED = 5;
  private static final int PROMPT = 4;

  static Stream<Reference> all() {
    try (InputStream in =
        Reference.class.getResourceAsStream("/dev/computepool/train/reference.json")) {
      return new ObjectMapper()
          .readTree(in).get("cases").properties().stream()
              .map(entry -> new Reference(entry.getKey(), entry.getValue()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reference of(String name) {
    return all().filter(reference -> reference.name.equals(name)).findFirst().orElseThrow();
  }

  JsonNode config() {
    return json.get("config");
  }

  LoraOptions options() {
    JsonNode targets = json.get("targets");
    LoraTargets meant;
    if (targets.isArray()) {
      List<String> names = new ArrayList<>();
      targets.forEach(target -> names.add(target.asText()));
      meant = new LoraTargets.Named(names);
    } else if (targets.asText().equals("all-linear")) {
      meant = new LoraTargets.AllLinear();
    } else {
      meant = new LoraTargets.Matching(Pattern.compile(targets.asText()));
    }
    return new LoraOptions(RANK, ALPHA, 0, json.get("rankStabilized").asBoolean(), meant);
  }

  /// Two rows, the second with padding.
  static Batch batch() {
    int[] ids = new int[ROWS * LENGTH];
    int[] labels = new int[ids.length];
    int[] positions = new int[ids.length];
    int[] segments = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int column = i % LENGTH;
      boolean padding = i >= ids.length - PADDED;
      ids[i] = i % 3 != 0 ? i * 7 % 96 : (i * i + 5) % 96;
      labels[i] = column < PROMPT || padding ? Batch.NO_LOSS : ids[i];
      positions[i] = column;
      segments[i] = padding ? 0 : 1;
    }
    return new Batch(ROWS, LENGTH, ids, labels, positions, segments);
  }

  /// The first row alone, all of it learned.
  static Batch row() {
    int[] ids = Arrays.copyOf(batch().ids(), LENGTH);
    int[] positions = Arrays.copyOf(batch().positions(), LENGTH);
    int[] segments = Arrays.copyOf(batch().segments(), LENGTH);
    return new Batch(1, LENGTH, ids, ids, positions, segments);
  }

  /// Compares numbers with their length and their projection.
  static void assertClose(JsonNode expected, String direction, float[] actual, String what) {
    double[] to = TinyModels.numbers("direction " + direction, actual.length);
    double squares = 0;
    double projection = 0;
    for (int i = 0; i < actual.length; i++) {
      squares += (double) actual[i] * actual[i];
      projection += actual[i] * to[i];
    }
    double length = expected.get(0).asDouble();
    double tolerance = 1e-4 * length;
    assertEquals(length, Math.sqrt(squares), tolerance, what + ", length");
    assertEquals(expected.get(1).asDouble(), projection, tolerance, what + ", projection");
  }

  @Override
  public String toString() {
    return name;
  }
}

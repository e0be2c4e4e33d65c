package dev.computepool.train.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The file that measurements of steps are kept in: a JSON object, the oldest of them first.
public final class MeasurementFile {
  private static final long MAX_BYTES = 4 << 20;
  private static final int KEPT = 500;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private MeasurementFile() {}

  private record Content(List<StepMeasurement> steps) {}

  /// What was measured; nothing if there is no such file.
  ///
  /// @throws FormatException if the file is not one of these
  public static List<StepMeasurement> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    if (Files.size(file) > MAX_BYTES) {
      throw broken(file, "has %d bytes, more than measurements take".formatted(Files.size(file)));
    }
    try {
      Content content = JSON.readValue(file.toFile(), Content.class);
      return Optional.ofNullable(content).map(Content::steps).map(List::copyOf).orElse(List.of());
    } catch (JsonProcessingException e) {
      String what = SyntaxProblem.words(e);
      throw broken(file, "holds no measurements: " + what);
    }
  }

  private static FormatException broken(Path file, String what) {
    return new FormatException(file.toString(), new Problem("", what));
  }

  /// Adds measurements; they take the place of older ones of the same.
  ///
  /// @throws FormatException if the file is there and not one of these
  public static void add(Path file, List<StepMeasurement> measured) throws IOException {
    List<StepMeasurement> all = new ArrayList<>(read(file));
    all.removeIf(old -> measured.stream().anyMatch(old::isOfTheSame));
    all.addAll(measured);
    List<StepMeasurement> newest = all.subList(Math.max(0, all.size() - KEPT), all.size());
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFile.writeString(file, JSON.writeValueAsString(new Content(newest)) + "\n");
  }
}

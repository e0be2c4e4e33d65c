package dev.computepool.train.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// Models of a few thousand weights that `bench/train-reference.py` makes as well.
public final class TinyModels {
  private TinyModels() {}

  /// Numbers from -1 to 1 that follow from a name.
  public static double[] numbers(String name, int count) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long state = crc.getValue() & 0x7fffffff;
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      numbers[i] = (double) (state >> 7) / (1 << 23) - 1;
    }
    return numbers;
  }

  /// The weight of a name.
  public static float[] weight(String name, long elements, boolean gemma) {
    double[] numbers = numbers(name, (int) elements);
    float[] weight = new float[numbers.length];
    boolean norm = name.contains("norm") && name.endsWith("weight");
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (norm && !gemma ? 1 + numbers[i] / 4 : numbers[i] / 4);
    }
    return weight;
  }

  /// Writes a directory.
  ///
  /// @param dtype F32, BF16 or F16
  public static Path write(Path directory, JsonNode json, Dtype dtype) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), json.toString());
    ModelConfig config = ModelConfig.read(directory);
    List<Parameter> parameters = new ArrayList<>(Parameter.globals(config));
    for (int layer = 0; layer < config.layers(); layer++) {
      parameters.addAll(Parameter.layer(config, layer));
    }
    List<SafetensorsLayout.Entry> entries = new ArrayList<>();
    parameters.forEach(p -> entries.add(new SafetensorsLayout.Entry(p.name(), dtype, p.shape())));
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    Path file = directory.resolve("model.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.replace(file, layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        float[] values = weight(tensor.name(), tensor.elements(), config.family().isGemma());
        writer.write(tensor, encode(values, dtype));
      }
      writer.commit();
    }
    return directory;
  }

  private static ByteBuffer encode(float[] values, Dtype dtype) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (dtype) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> {
          int bits = Float.floatToRawIntBits(value);
          bytes.putShort((short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16));
        }
        default -> throw new IllegalArgumentException("dtype: " + dtype);
      }
    }
    return bytes.flip();
  }
}

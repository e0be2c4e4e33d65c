package dev.computepool.publish.ollama;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;

/// Small GGUF files.
public final class Models {
  private Models() {}

  /// A model of one tensor with `elements` bytes in it and invented numbers.
  public static Path gguf(Path file, long elements, Consumer<GgufLayout.Builder> metadata)
      throws IOException {
    GgufLayout.Builder builder = GgufLayout.builder();
    metadata.accept(builder);
    builder.tensor("output.weight", GgmlType.I8, Shape.of(elements));
    GgufLayout layout = builder.build();
    TensorInfo tensor = layout.tensors().getFirst();
    byte[] bytes = new byte[(int) elements];
    new Random(elements).nextBytes(bytes);
    try (GgufWriter writer = GgufWriter.replace(file, layout)) {
      writer.write(tensor, ByteBuffer.wrap(bytes));
      writer.commit();
    }
    return file;
  }

  /// The metadata of a model of architecture `qwen2`, mostly `Q4_K_M`.
  public static void qwen2(GgufLayout.Builder builder) {
    builder.put("general.architecture", MetadataValue.Text.of("qwen2"));
    builder.put("general.file_type", new MetadataValue.Int(MetadataType.UINT32, 15));
  }

  /// The metadata of an adapter for models of architecture `qwen2`.
  public static void adapter(GgufLayout.Builder builder) {
    builder.put("general.architecture", MetadataValue.Text.of("qwen2"));
    builder.put("general.type", MetadataValue.Text.of("adapter"));
  }
}

package dev.computepool.gguf.sample;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.sample.Blueprint.Content;
import dev.computepool.gguf.sample.Blueprint.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/// Writes models of invented weights.
public final class SampleModel {
  private static final int BUFFER = 16_384 * Weights.GRAIN;

  private SampleModel() {}

  /// The header of a sample, from which its size is known.
  public static GgufLayout layout(SampleSpec spec) {
    return layout(spec, SampleVocabulary.of(spec));
  }

  static GgufLayout layout(SampleSpec spec, SampleVocabulary vocabulary) {
    return layout(spec, vocabulary, Blueprint.parts(spec, vocabulary.size()));
  }

  private static GgufLayout layout(SampleSpec spec, SampleVocabulary vocabulary, List<Part> parts) {
    GgufLayout.Builder file = GgufLayout.builder();
    Blueprint.putInto(file, spec, vocabulary.size());
    vocabulary.putInto(file);
    for (Part part : parts) {
      file.tensor(part.name(), part.type(), part.shape());
    }
    return file.build();
  }

  /// Writes a sample.
  ///
  /// @param replace whether `target` may be replaced
  /// @throws java.nio.file.FileAlreadyExistsException if it is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  public static void write(SampleSpec spec, Path target, boolean replace, Progress progress)
      throws IOException {
    SampleVocabulary vocabulary = SampleVocabulary.of(spec);
    List<Part> parts = Blueprint.parts(spec, vocabulary.size());
    GgufLayout layout = layout(spec, vocabulary, parts);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try (GgufWriter writer =
            replace ? GgufWriter.replace(target, layout) : GgufWriter.create(target, layout);
        Progress.Step step = progress.begin("Writing", layout.fileSize(), Progress.Unit.BYTES)) {
      step.advance(layout.header().remaining());
      for (int i = 0; i < parts.size(); i++) {
        TensorInfo tensor = layout.tensors().get(i);
        Weights weights = new Weights(spec.seed(), i);
        for (long at = 0; at < tensor.byteSize(); at += BUFFER) {
          buffer.clear().limit((int) Math.min(BUFFER, tensor.byteSize() - at));
          fill(parts.get(i), weights, at, buffer);
          int bytes = buffer.flip().remaining();
          writer.write(tensor, buffer);
          step.advance(bytes);
        }
      }
      writer.commit();
    }
  }

  private static void fill(Part part, Weights weights, long at, ByteBuffer buffer) {
    switch (part.content()) {
      case Content.Matrix(double deviation) -> weights.matrix(part.type(), deviation, at, buffer);
      case Content.Vector(float center, double deviation) ->
          weights.vector(center, deviation, at, buffer);
      case Content.RopeFactors(float slowest) -> {
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        long last = Math.max(1, part.shape().elements() - 1);
        for (int i = 0; buffer.hasRemaining(); i++) {
          buffer.putFloat(1 + (slowest - 1) * i / last);
        }
      }
    }
  }
}

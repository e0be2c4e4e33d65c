package dev.computepool.llama.quantize;

import dev.computepool.base.FormatException;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.ImportanceMatrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads importance matrices in both of llama.cpp's formats.
///
/// A GGUF file has for each tensor the sums of the squares of its inputs, and how often each
/// expert was used. The older format, whose files are called `.dat`, begins with the number of
/// entries; each is a name, a number of calls and the sums, all numbers little-endian:
///
/// ```
/// int32 entries
/// { int32 length, name, int32 calls, int32 count, float32 sums[count] } ...
/// int32 chunks, int32 length, dataset      (may be missing)
/// ```
///
/// The means are computed as llama-quantize does it, in single precision, so that what is
/// quantized with them has the same bytes.
final class ImatrixFile {
  private static final String SUMS = ".in_sum2";
  private static final String COUNTS = ".counts";
  private static final int MAX_NAME = 4096;

  private ImatrixFile() {}

  /// Reads a file.
  ///
  /// @param file named as it is to be recorded in what is quantized
  /// @throws FormatException with all that is wrong with the file
  static ImportanceMatrix read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
      channel.read(magic, 0);
      boolean gguf = new String(magic.array(), StandardCharsets.US_ASCII).equals("GGUF");
      return gguf ? readGguf(file) : readLegacy(file, channel);
    }
  }

  private static ImportanceMatrix readGguf(Path file) throws IOException {
    try (GgufFile source = GgufFile.open(file)) {
      List<FormatException.Problem> problems = new ArrayList<>();
      Metadata metadata = source.header().metadata();
      for (String key : List.of("datasets", "chunk_count", "chunk_size")) {
        if (!metadata.contains("imatrix." + key)) {
          problems.add(new FormatException.Problem("", "has no key imatrix." + key));
        }
      }
      SortedMap<String, float[]> weights = new TreeMap<>();
      for (TensorInfo sums : source.header().tensors()) {
        if (sums.name().endsWith(SUMS)) {
          String name = sums.name().substring(0, sums.name().length() - SUMS.length());
          TensorInfo counts = source.header().tensor(name + COUNTS);
          if (counts == null) {
            problems.add(problem(sums, "has no counts beside it"));
          } else if (isSound(sums, counts, problems)) {
            weights.put(name, means(floats(source, sums), floats(source, counts)));
          }
        }
      }
      if (weights.isEmpty() && problems.isEmpty()) {
        problems.add(new FormatException.Problem("", "holds no importance matrix"));
      }
      if (!problems.isEmpty()) {
        throw new FormatException(file.toString(), problems);
      }
      return new ImportanceMatrix(
          file.toString(),
          firstText(metadata.array("imatrix.datasets").orElseThrow()),
          (int) metadata.integer("imatrix.chunk_count").orElseThrow(),
          weights);
    }
  }

  private static boolean isSound(
      TensorInfo sums, TensorInfo counts, List<FormatException.Problem> problems) {
    for (TensorInfo tensor : List.of(sums, counts)) {
      if (tensor.type() != GgmlType.F32) {
        problems.add(problem(tensor, "is " + tensor.type() + ", expected F32"));
        return false;
      }
    }
    long experts = counts.shape().elements();
    if (experts == 0 || sums.shape().elements() % experts != 0) {
      problems.add(
          problem(sums, "has %d sums for %d counts".formatted(sums.shape().elements(), experts)));
      return false;
    }
    return true;
  }

  private static FormatException.Problem problem(TensorInfo tensor, String what) {
    return new FormatException.Problem("tensor " + tensor.name(), what);
  }

  private static float[] floats(GgufFile source, TensorInfo tensor) {
    MemorySegment bytes = source.bytes(tensor);
    return bytes.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(source.header().byteOrder()));
  }

  /// An expert that was never used gets 1 for every input.
  private static float[] means(float[] sums, float[] counts) {
    int inputs = sums.length / counts.length;
    float[] means = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      float count = Math.round((double) counts[i / inputs]);
      means[i] = count > 0 ? sums[i] / count : 1;
    }
    return means;
  }

  private static @Nullable String firstText(MetadataArray datasets) {
    return datasets.length() > 0 && datasets.element(0) instanceof MetadataValue.Text text
        ? text.value()
        : null;
  }

  private static ImportanceMatrix readLegacy(Path file, FileChannel channel) throws IOException {
    if (channel.size() > Integer.MAX_VALUE) {
      throw legacy(file, 0, "is larger than an importance matrix can be");
    }
    ByteBuffer in =
        channel
            .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    int entries = number(file, in, "the number of entries", 1, Integer.MAX_VALUE);
    SortedMap<String, float[]> weights = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      String name = text(file, in, number(file, in, "a name's length", 1, MAX_NAME));
      float calls = number(file, in, "the calls of " + name, 0, Integer.MAX_VALUE);
      int count = number(file, in, "the sums of " + name, 1, in.remaining() / Float.BYTES);
      float[] means = new float[count];
      in.asFloatBuffer().get(means);
      in.position(in.position() + count * Float.BYTES);
      for (int k = 0; calls > 0 && k < count; k++) {
        means[k] /= calls;
      }
      weights.put(name, means);
    }
    int chunks = 0;
    @Nullable String dataset = null;
    if (in.hasRemaining()) {
      chunks = number(file, in, "the number of chunks", 0, Integer.MAX_VALUE);
      if (in.hasRemaining()) {
        int length = number(file, in, "the data set's length", 0, in.remaining());
        dataset = length == 0 ? null : text(file, in, length);
      }
    }
    return new ImportanceMatrix(file.toString(), dataset, chunks, weights);
  }

  private static int number(Path file, ByteBuffer in, String what, int least, int most)
      throws FormatException {
    int at = in.position();
    if (in.remaining() < Integer.BYTES) {
      throw legacy(file, at, "the file ends where %s should be".formatted(what));
    }
    int number = in.getInt();
    if (number < least || number > Math.max(least, most)) {
      throw legacy(file, at, "%s is %d: no importance matrix".formatted(what, number));
    }
    return number;
  }

  private static String text(Path file, ByteBuffer in, int length) throws FormatException {
    if (in.remaining() < length) {
      throw legacy(file, in.position(), "the file ends in a text of %d bytes".formatted(length));
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static FormatException legacy(Path file, int at, String what) {
    return new FormatException(file.toString(), FormatException.Problem.atByte(at, what));
  }
}

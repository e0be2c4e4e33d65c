package dev.computepool.gguf.split;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SourceStamp;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a model is cut into parts.
///
/// @param stamp the model as it was
/// @param header its header, which still reads from the file
/// @param lost what a later merge will not restore, in words; empty where it restores every bit
public record SplitPlan(SourceStamp stamp, GgufHeader header, List<Part> parts, List<String> lost) {
  static final String ALIGNMENT = "general.alignment";
  static final String NO = "split.no";
  static final String COUNT = "split.count";
  static final String TENSORS = "split.tensors.count";

  /// One part.
  ///
  /// @param file where it will be
  /// @param from index of its first tensor in the model
  /// @param to index after its last tensor
  /// @param bytes of the file
  public record Part(Path file, int from, int to, long bytes) {}

  public SplitPlan {
    parts = List.copyOf(parts);
    lost = List.copyOf(lost);
  }

  /// The model.
  public Path source() {
    return stamp.path();
  }

  /// Bytes of all parts.
  public long totalBytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /// Decides where to cut, as llama.cpp's own tool does.
  ///
  /// @param prefix folder and name of the parts up to the number
  /// @param emptyFirst whether the first part holds metadata alone, so that it can be read alone
  /// @throws GgufFormatException if the file is not valid, is part of a set already, or big-endian
  /// @throws IllegalArgumentException if there would be more than {@link SplitName#MAX_COUNT}
  ///     parts
  public static SplitPlan of(Path source, Path prefix, SplitLimit limit, boolean emptyFirst)
      throws IOException {
    SourceStamp stamp = SourceStamp.of(source);
    try (GgufFile file = GgufFile.open(source)) {
      GgufHeader header = file.header();
      requireSplittable(header);
      List<Integer> starts = starts(header, limit, emptyFirst);
      SplitName name = new SplitName(prefix, starts.size());
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < starts.size(); i++) {
        boolean last = i == starts.size() - 1;
        int from = starts.get(i);
        int to = last ? header.tensors().size() : starts.get(i + 1);
        long bytes = assembly(header, i, starts.size(), from, to).bytes();
        parts.add(new Part(name.part(i), from, to, bytes));
      }
      return new SplitPlan(stamp, GgufFile.readHeader(source), parts, lost(file));
    }
  }

  /// The tensors of a part, with their offsets in the model.
  public List<TensorInfo> tensors(Part part) {
    return header.tensors().subList(part.from(), part.to());
  }

  /// What makes up the part of this index.
  Assembly assembly(int index) {
    Part part = parts.get(index);
    return assembly(header, index, parts.size(), part.from(), part.to());
  }

  private static void requireSplittable(GgufHeader header) throws GgufFormatException {
    List<Problem> problems = new ArrayList<>();
    if (header.byteOrder() == ByteOrder.BIG_ENDIAN) {
      problems.add(new Problem("", "a big-endian file can be read, but not split"));
    }
    partOf(header)
        .ifPresent(part -> problems.add(new Problem(COUNT, "is " + part + "; merge it first")));
    if (!problems.isEmpty()) {
      throw new GgufFormatException(header.file(), problems);
    }
  }

  /// Which part of a set a file is.
  ///
  /// @param number from 1
  /// @param count parts of the set, at least 2
  public record Membership(long number, long count) {
    @Override
    public String toString() {
      return "part %d of a set of %d".formatted(number, count);
    }
  }

  /// Which part of a set a file says it is, if it does.
  public static Optional<Membership> partOf(GgufHeader header) {
    return header.isPart()
        ? Optional.of(new Membership(number(header, NO) + 1, number(header, COUNT)))
        : Optional.empty();
  }

  /// The number at a key, or 0 where there is none.
  private static long number(GgufHeader header, String key) {
    return header.metadata().get(key).orElse(null) instanceof MetadataValue.Int number
        ? number.bits()
        : 0;
  }

  /// The index of each part's first tensor.
  private static List<Integer> starts(GgufHeader header, SplitLimit limit, boolean emptyFirst) {
    List<Integer> starts = new ArrayList<>();
    starts.add(0);
    if (emptyFirst) {
      starts.add(0);
    }
    long bytes = 0;
    for (int i = 0; i < header.tensors().size(); i++) {
      long next = Assembly.padded(header.tensors().get(i).byteSize(), header.alignment());
      boolean full =
          switch (limit) {
            case SplitLimit.MaxBytes(var size) -> bytes + next > size.bytes();
            case SplitLimit.MaxTensors(int count) -> i % count == 0;
          };
      if (full && i > 0) {
        starts.add(i);
        bytes = 0;
      }
      bytes += next;
    }
    return starts;
  }

  private static Assembly assembly(GgufHeader header, int index, int count, int from, int to) {
    GgufLayout.Builder builder = GgufLayout.builder().version(header.version());
    if (index == 0) {
      for (int i = 0; i < header.metadata().size(); i++) {
        builder.putFrom(header.metadata(), i);
      }
      // llama.cpp's tool puts these last, wherever they were.
      builder.remove(NO).remove(TENSORS).remove(COUNT);
    } else if (header.metadata().contains(ALIGNMENT)) {
      // Each part is read as a file of its own, and so would fall back to an alignment of 32.
      builder.put(ALIGNMENT, new MetadataValue.Int(MetadataType.UINT32, header.alignment()));
    }
    builder
        .put(NO, new MetadataValue.Int(MetadataType.UINT16, index))
        .put(TENSORS, new MetadataValue.Int(MetadataType.INT32, header.tensors().size()))
        .put(COUNT, new MetadataValue.Int(MetadataType.UINT16, count));
    for (TensorInfo tensor : header.tensors().subList(from, to)) {
      builder.tensor(tensor.name(), tensor.type(), tensor.shape());
    }
    boolean last = index == count - 1;
    if (from < to) {
      List<Assembly.Run> data = Assembly.runs(0, header, from, to, header.alignment(), last);
      return new Assembly(builder.build(), data);
    }
    if (!last || header.fileSize() >= header.dataOffset()) {
      builder.padHeader();
    }
    boolean ends = last && header.tensors().isEmpty();
    return new Assembly(builder.build(), ends ? Assembly.rest(0, header) : List.of());
  }

  private static List<String> lost(GgufFile file) {
    GgufHeader header = file.header();
    List<String> lost = new ArrayList<>();
    if (!header.isConsecutive()) {
      lost.add("the place of tensors that do not follow each other in the order of the header");
    }
    long end = Math.min(header.dataOffset(), header.fileSize());
    MemorySegment padding = file.bytes(header.end(), end - header.end());
    if (!isZero(padding)) {
      lost.add("the padding of the header, which is not zero");
    } else if (end < header.dataOffset() && end > header.end()) {
      lost.add("the padding of the header, which is incomplete");
    }
    for (String key : List.of(NO, TENSORS, COUNT)) {
      if (header.metadata().contains(key)) {
        lost.add("the key " + key + ", which an earlier merge left");
      }
    }
    return lost;
  }

  private static boolean isZero(MemorySegment bytes) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) != 0) {
        return false;
      }
    }
    return true;
  }
}

package dev.computepool.gguf;

import dev.computepool.base.FormatException.Problem;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a header from the start of a file, and checks everything that the rest of the file is
/// later believed for.
///
/// Every length is compared with the size of the file before anything is taken for it. What does
/// not hinder reading on is collected; what does ends the reading with all that was found.
final class HeaderReader {
  static final int OLDEST_VERSION = 2;
  static final int NEWEST_VERSION = 3;
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;
  static final int MAX_ALIGNMENT = 1 << 30;

  // From the specification.
  static final int MAX_NAME_BYTES = 64;
  static final int MAX_KEY_BYTES = 65535;
  // ggml's limits for strings and arrays, ours for the rest: thousands of times what models have.
  private static final int MAX_LENGTH = 1 << 30;
  private static final int MAX_ENTRIES = 1 << 20;
  static final int MAX_NESTING = 16;
  private static final int MAX_PROBLEMS = 100;
  private static final long MAX_OFFSET = 1L << 61; // to this a header can be added
  static final int MAX_HEADER = Integer.MAX_VALUE - 8; // no buffer can be larger

  // The least that an entry, a tensor, a string and a nested array take in a file.
  private static final int MIN_ENTRY = Encoding.LENGTH + 1 + Encoding.TYPE + 1;
  static final int MIN_TENSOR = Encoding.LENGTH + Integer.BYTES + Integer.BYTES + Long.BYTES;
  private static final int MIN_ARRAY = Encoding.TYPE + Encoding.LENGTH;

  private static final int MAGIC = 0x47475546; // GGUF, read as big-endian
  private static final int SWAPPED_MAGIC = 0x46554747;

  private final String file;
  private final ByteBuffer bytes;
  private final long fileSize;
  private final List<Problem> problems = new ArrayList<>();
  private boolean alignmentKnown = true;
  private int suppressed;
  private int at;

  private HeaderReader(String file, ByteBuffer bytes, long fileSize) {
    this.file = file;
    this.bytes = bytes;
    this.fileSize = fileSize;
  }

  /// The prefix ends before what is to be read; the file does not.
  private static final class PrefixTooShort extends Exception {
    private static final long serialVersionUID = 1L;
    final long needed;

    PrefixTooShort(long needed) {
      super(null, null, false, false);
      this.needed = needed;
    }
  }

  static HeaderRead read(String file, MemorySegment prefix, long fileSize)
      throws GgufFormatException {
    if (prefix.byteSize() > fileSize) {
      throw new IllegalArgumentException(
          "prefix of " + prefix.byteSize() + " bytes of a file of " + fileSize);
    }
    long visible = Math.min(prefix.byteSize(), MAX_HEADER);
    ByteBuffer bytes = prefix.asSlice(0, visible).asByteBuffer().asReadOnlyBuffer();
    try {
      return new HeaderRead.Complete(new HeaderReader(file, bytes, fileSize).read());
    } catch (PrefixTooShort e) {
      return new HeaderRead.Incomplete(e.needed);
    }
  }

  private GgufHeader read() throws GgufFormatException, PrefixTooShort {
    int version = readVersion();
    long tensorCount = readCount("tensor", MIN_TENSOR);
    long metadataCount = readCount("metadata", MIN_ENTRY);
    Metadata metadata = readMetadata((int) metadataCount);
    int alignment = readAlignment(metadata);
    int tensorInfos = at;
    List<TensorInfo> tensors = readTensors((int) tensorCount, alignment);
    int end = at;
    long dataOffset = padded(end, alignment);
    if (alignmentKnown && tensorCount > 0) {
      checkPlacement(tensors, dataOffset);
    }
    throwProblems();
    return new GgufHeader(
        file,
        fileSize,
        version,
        bytes.order(),
        alignment,
        tensorInfos,
        end,
        dataOffset,
        metadata,
        tensors);
  }

  private int readVersion() throws GgufFormatException, PrefixTooShort {
    if (fileSize == 0) {
      throw fatal(0, "the file is empty");
    }
    if (fileSize >= Integer.BYTES) {
      need(Integer.BYTES, "the magic");
      bytes.order(ByteOrder.BIG_ENDIAN);
      int magic = bytes.getInt(0);
      if (magic != MAGIC) {
        throw fatal(0, Misnomer.describe(bytes, magic == SWAPPED_MAGIC));
      }
    }
    at = Integer.BYTES;
    need(Integer.BYTES, "the version");
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    int version = bytes.getInt(at);
    // Versions are small, so a number with empty low bytes is one of the other byte order.
    if ((version & 0xffff) == 0 && version != 0) {
      bytes.order(ByteOrder.BIG_ENDIAN);
      version = bytes.getInt(at);
    }
    if (version == 1) {
      throw fatal(at, "version 1 of GGUF is no longer readable; convert the model again");
    }
    if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
      throw fatal(
          at,
          "version " + Integer.toUnsignedString(version) + " is unknown; 2 and 3 are supported");
    }
    at += Integer.BYTES;
    return version;
  }

  /// Reads the number of entries that come later, each of which takes at least `least` bytes.
  private long readCount(String what, int least) throws GgufFormatException, PrefixTooShort {
    need(Long.BYTES, "the counts");
    long count = bytes.getLong(at);
    if (count < 0 || count > (fileSize - at) / least) {
      throw fatal(
          at,
          "%s count %s does not fit a file of %d bytes"
              .formatted(what, Long.toUnsignedString(count), fileSize));
    }
    if (count > MAX_ENTRIES) {
      throw fatal(at, "%s count %d exceeds the limit of %d".formatted(what, count, MAX_ENTRIES));
    }
    at += Long.BYTES;
    return count;
  }

  private Metadata readMetadata(int count) throws GgufFormatException, PrefixTooShort {
    KeyIndex index = new KeyIndex(bytes);
    for (int i = 0; i < count; i++) {
      int start = at;
      int length = readLength("a metadata key", MAX_KEY_BYTES);
      if (length == 0) {
        problem(start, "metadata key " + i + " is empty");
      }
      if (!isUtf8(at, length)) {
        problem(start, "metadata key " + i + " is not UTF-8");
      }
      at += length;
      if (index.add(start) >= 0) {
        problem(start, "metadata key '" + keyAt(start) + "' occurs twice");
      }
      skipValue(readType(start), 1);
    }
    return new Metadata(file, bytes, index, index.startsAndEnd(at));
  }

  private MetadataType readType(int keyStart) throws GgufFormatException, PrefixTooShort {
    need(Encoding.TYPE, "a metadata type");
    int id = bytes.getInt(at);
    MetadataType type = MetadataType.ofId(id);
    if (type == null) {
      throw fatal(
          at,
          "metadata key '%s' has unknown type %s"
              .formatted(keyAt(keyStart), Integer.toUnsignedString(id)));
    }
    at += Encoding.TYPE;
    return type;
  }

  private void skipValue(MetadataType type, int nesting)
      throws GgufFormatException, PrefixTooShort {
    switch (type) {
      case STRING -> {
        int length = readLength("a string", MAX_LENGTH); // moves `at`
        at += length;
      }
      case ARRAY -> skipArray(nesting);
      default -> {
        need(type.bytes(), "a metadata value");
        at += type.bytes();
      }
    }
  }

  private void skipArray(int nesting) throws GgufFormatException, PrefixTooShort {
    if (nesting > MAX_NESTING) {
      throw fatal(at, "arrays are nested more than " + MAX_NESTING + " deep");
    }
    need(MIN_ARRAY, "an array");
    int id = bytes.getInt(at);
    MetadataType elementType = MetadataType.ofId(id);
    if (elementType == null) {
      throw fatal(at, "array has unknown element type " + Integer.toUnsignedString(id));
    }
    at += Encoding.TYPE;
    long length = bytes.getLong(at);
    int least =
        switch (elementType) {
          case STRING -> Encoding.LENGTH;
          case ARRAY -> MIN_ARRAY;
          default -> elementType.bytes();
        };
    if (length < 0 || length > (fileSize - at) / least) {
      throw fatal(
          at,
          "array of %s %s does not fit a file of %d bytes"
              .formatted(Long.toUnsignedString(length), elementType, fileSize));
    }
    if (length > MAX_LENGTH) {
      throw fatal(at, "array length " + length + " exceeds the limit of " + MAX_LENGTH);
    }
    at += Encoding.LENGTH;
    need(length * least, "an array");
    switch (elementType) {
      case STRING -> skipStrings((int) length);
      case ARRAY -> {
        for (int i = 0; i < length; i++) {
          skipArray(nesting + 1);
        }
      }
      default -> at += (int) length * least;
    }
  }

  // Vocabularies have some hundred thousand strings, and this runs before the JIT is warm: no
  // calls.
  private void skipStrings(int count) throws GgufFormatException, PrefixTooShort {
    ByteBuffer source = bytes;
    int limit = source.limit() - Encoding.LENGTH;
    int position = at;
    for (int i = 0; i < count; i++) {
      long length = position > limit ? -1 : source.getLong(position);
      if (length < 0 || length > limit - position || length > MAX_LENGTH) {
        at = position;
        length = readLength("a string", MAX_LENGTH); // finds out what is wrong
        position = at + (int) length;
      } else {
        position += Encoding.LENGTH + (int) length;
      }
    }
    at = position;
  }

  /// Reads a length and checks that as many bytes follow; leaves `at` before them.
  private int readLength(String what, int limit) throws GgufFormatException, PrefixTooShort {
    need(Encoding.LENGTH, what);
    long length = bytes.getLong(at);
    if (length < 0 || length > fileSize - at - Encoding.LENGTH) {
      throw fatal(
          at,
          "%s of %s bytes goes beyond the end of the file at %d"
              .formatted(what, Long.toUnsignedString(length), fileSize));
    }
    if (length > limit) {
      throw fatal(at, "%s of %d bytes exceeds the limit of %d".formatted(what, length, limit));
    }
    need(Encoding.LENGTH + length, what);
    at += Encoding.LENGTH;
    return (int) length;
  }

  private int readAlignment(Metadata metadata) {
    int position = metadata.position(ALIGNMENT_KEY);
    if (position < 0) {
      return DEFAULT_ALIGNMENT;
    }
    MetadataValue value = metadata.value(position);
    if (!(value instanceof MetadataValue.Int(MetadataType type, long alignment))
        || type != MetadataType.UINT32) {
      alignmentKnown = false;
      problem(ALIGNMENT_KEY, "is " + value.type() + ", expected uint32");
      return DEFAULT_ALIGNMENT;
    }
    if (alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
      alignmentKnown = false;
      problem(ALIGNMENT_KEY, alignment + " is not a power of two up to 2^30");
      return DEFAULT_ALIGNMENT;
    }
    return (int) alignment;
  }

  private List<TensorInfo> readTensors(int count, int alignment)
      throws GgufFormatException, PrefixTooShort {
    List<TensorInfo> tensors = new ArrayList<>();
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int start = at;
      // Ask a remote reader for all that remains at least, not for one tensor after the other.
      need((long) (count - i) * MIN_TENSOR, "the tensor list");
      int length = readLength("a tensor name", MAX_NAME_BYTES);
      String name = text(at, length);
      boolean utf8 = isUtf8(at, length);
      at += length;
      if (!utf8) {
        problem(start, "the name of tensor " + i + " is not UTF-8");
      } else {
        Integer earlier = names.putIfAbsent(name, i);
        if (earlier != null) {
          problem(start, "tensor name '" + name + "' occurs twice");
        }
      }
      TensorInfo tensor = readTensor(name, alignment);
      if (tensor != null) {
        tensors.add(tensor);
      }
    }
    return tensors;
  }

  private @Nullable TensorInfo readTensor(String name, int alignment)
      throws GgufFormatException, PrefixTooShort {
    need(Integer.BYTES, "a tensor");
    int dimensions = bytes.getInt(at);
    if (dimensions < 0 || dimensions > Shape.MAX_DIMENSIONS) {
      throw fatal(
          at,
          "tensor '%s' has %s dimensions; the limit is %d"
              .formatted(name, Integer.toUnsignedString(dimensions), Shape.MAX_DIMENSIONS));
    }
    need(Integer.BYTES + dimensions * Long.BYTES + Integer.BYTES + Long.BYTES, "a tensor");
    int start = at;
    at += Integer.BYTES;
    long[] extents = new long[dimensions];
    boolean sound = true;
    for (int i = 0; i < dimensions; i++) {
      extents[i] = bytes.getLong(at);
      if (extents[i] < 0) {
        problem(
            at,
            "tensor '%s' has an extent of %s".formatted(name, Long.toUnsignedString(extents[i])));
        sound = false;
      }
      at += Long.BYTES;
    }
    int id = bytes.getInt(at);
    GgmlType type = GgmlType.ofId(id);
    if (type == null) {
      problem(at, unknownType(name, id));
    }
    at += Integer.BYTES;
    long offset = bytes.getLong(at);
    if (offset < 0 || offset > MAX_OFFSET) {
      problem(
          at,
          "tensor '%s' starts at %s of the data section, beyond the end of any file"
              .formatted(name, Long.toUnsignedString(offset)));
      sound = false;
    } else if (alignmentKnown && (offset & (alignment - 1)) != 0) {
      problem(
          at,
          "tensor '%s' starts at %d of the data section, no multiple of the alignment %d"
              .formatted(name, offset, alignment));
    }
    at += Long.BYTES;
    if (!sound || type == null) {
      return null;
    }
    Shape shape = Shape.of(extents);
    if (shape.extent(0) % type.blockSize() != 0) {
      problem(
          start,
          "tensor '%s' has rows of %d elements, which are not whole %s blocks of %d"
              .formatted(name, shape.extent(0), type, type.blockSize()));
      return null;
    }
    try {
      return new TensorInfo(name, type, shape, offset);
    } catch (ArithmeticException e) {
      problem(start, "tensor '%s' of shape %s is larger than 2^63".formatted(name, shape));
      return null;
    }
  }

  private static String unknownType(String name, int id) {
    String removed = GgmlType.removedName(id);
    return removed == null
        ? "tensor '%s' has unknown type %s".formatted(name, Integer.toUnsignedString(id))
        : "tensor '%s' has type %d (%s), which ggml no longer reads; quantize the model again"
            .formatted(name, id, removed);
  }

  /// Checks that every tensor lies in the file and that no two share a byte.
  private void checkPlacement(List<TensorInfo> tensors, long dataOffset) {
    if (dataOffset > fileSize) {
      problem(
          "", "the file ends at %d, before its tensor data at %d".formatted(fileSize, dataOffset));
      return;
    }
    boolean ordered = true;
    long reached = 0;
    List<TensorInfo> beyond = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      if (tensor.byteSize() > fileSize - dataOffset - tensor.offset()) {
        beyond.add(tensor);
      }
      ordered &= tensor.offset() >= reached;
      reached = tensor.offset() + Math.min(tensor.byteSize(), fileSize);
    }
    if (!beyond.isEmpty()) {
      reportEnd(beyond, dataOffset);
    }
    if (!ordered) {
      checkOverlaps(tensors);
    }
  }

  /// One problem for all tensors that do not fit: most often the file was cut, and then they are
  /// many.
  private void reportEnd(List<TensorInfo> beyond, long dataOffset) {
    TensorInfo first = beyond.getFirst();
    String what =
        "its %d bytes from %d go beyond the end of the file at %d"
            .formatted(first.byteSize(), dataOffset + first.offset(), fileSize);
    if (beyond.size() > 1) {
      long needed = 0;
      for (TensorInfo tensor : beyond) {
        long end = dataOffset + tensor.offset() + tensor.byteSize();
        needed = Math.max(needed, end < 0 ? Long.MAX_VALUE : end);
      }
      what +=
          ", as do %d more tensors; the whole file has at least %d bytes"
              .formatted(beyond.size() - 1, needed);
    }
    problem("tensor " + first.name(), what);
  }

  private void checkOverlaps(List<TensorInfo> tensors) {
    TensorInfo[] sorted = tensors.toArray(new TensorInfo[0]);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.offset(), b.offset()));
    TensorInfo last = null; // the one that reaches farthest so far
    for (TensorInfo tensor : sorted) {
      if (tensor.byteSize() == 0) {
        continue;
      }
      if (last != null && tensor.offset() - last.offset() < last.byteSize()) {
        problem(
            "tensor " + tensor.name(),
            "its %d bytes from %d of the data section overlap tensor %s, %d bytes from %d"
                .formatted(
                    tensor.byteSize(),
                    tensor.offset(),
                    last.name(),
                    last.byteSize(),
                    last.offset()));
      }
      if (last == null || tensor.byteSize() > last.byteSize() - (tensor.offset() - last.offset())) {
        last = tensor;
      }
    }
  }

  private String keyAt(int start) {
    return text(start + Encoding.LENGTH, Math.min((int) bytes.getLong(start), 100));
  }

  private String text(int start, int length) {
    byte[] raw = new byte[length];
    bytes.get(start, raw);
    return new String(raw, StandardCharsets.UTF_8);
  }

  private boolean isUtf8(int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes.get(i) < 0) {
        ByteBuffer encoded = ByteBuffer.wrap(text(start, length).getBytes(StandardCharsets.UTF_8));
        return encoded.equals(bytes.slice(start, length));
      }
    }
    return true;
  }

  /// Checks that `count` more bytes are there.
  private void need(long count, String what) throws GgufFormatException, PrefixTooShort {
    if (count > fileSize - at) {
      throw fatal(
          fileSize,
          "the file ends within "
              + what
              + " at byte "
              + at
              + ": at least "
              + (at + count)
              + " bytes needed");
    }
    if (count > MAX_HEADER - at) {
      throw fatal(at, "the header is larger than 2 GiB");
    }
    if (count > bytes.limit() - at) {
      throw new PrefixTooShort(at + count);
    }
  }

  private void problem(long offset, String what) {
    problem("byte " + offset, what);
  }

  private void problem(String place, String what) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(place, what));
    } else {
      suppressed++;
    }
  }

  private GgufFormatException fatal(long offset, String what) {
    problems.add(Problem.atByte(offset, what));
    return exception();
  }

  private void throwProblems() throws GgufFormatException {
    if (!problems.isEmpty()) {
      throw exception();
    }
  }

  private GgufFormatException exception() {
    if (suppressed > 0) {
      problems.add(new Problem("", suppressed + " more problems"));
    }
    return new GgufFormatException(file, problems);
  }

  /// The next multiple of `alignment`, a power of two.
  ///
  /// @throws ArithmeticException if it does not fit 63 bits
  static long padded(long offset, int alignment) {
    return Math.addExact(offset, alignment - 1) & -(long) alignment;
  }
}

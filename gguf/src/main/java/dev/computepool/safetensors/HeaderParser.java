package dev.computepool.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a header, and checks everything that the rest of the file is later believed for.
///
/// The length is compared with the file before anything is read. Broken UTF-8 or JSON ends the
/// reading; everything else is collected.
final class HeaderParser {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final String METADATA = "__metadata__";
  private static final int MAX_PROBLEMS = 100;

  // A header is an object of objects of arrays; anything deeper is skipped by a machine, not by
  // our stack, and refused soon.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private final String source;
  private final MemorySegment prefix;
  private final long fileSize;
  private final List<Problem> problems = new ArrayList<>();
  private int suppressed;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  HeaderParser(String source, MemorySegment prefix, long fileSize) {
    this.source = source;
    this.prefix = prefix;
    this.fileSize = fileSize;
  }

  SafetensorsHeader parse() throws SafetensorsFormatException {
    SafetensorsHeader header = parseReadable();
    if (!problems.isEmpty()) {
      throw refused();
    }
    return header;
  }

  /// Reads a header with those of its tensors that can be believed.
  ///
  /// @param found receives what is wrong with the others
  /// @throws SafetensorsFormatException if nothing of it can be believed
  SafetensorsHeader parseReadable(List<Problem> found) throws SafetensorsFormatException {
    SafetensorsHeader header = parseReadable();
    if (!problems.isEmpty()) {
      found.addAll(refused().problems());
    }
    return header;
  }

  private SafetensorsHeader parseReadable() throws SafetensorsFormatException {
    int length = headerLength();
    ByteBuffer bytes =
        prefix.asSlice(SafetensorsHeader.LENGTH_BYTES, length).asByteBuffer().asReadOnlyBuffer();
    requireUtf8(bytes.duplicate());
    if (bytes.get(0) != '{') {
      throw refused(problem(SafetensorsHeader.LENGTH_BYTES, "the header does not begin with {"));
    }
    try (JsonParser json = JSON.createParser(new ByteBufferBackedInputStream(bytes))) {
      json.nextToken();
      readTensors(json);
      if (json.nextToken() != null) {
        throw refused(problem(at(json), "something follows the header's object"));
      }
    } catch (JsonProcessingException e) {
      JsonLocation where = e.getLocation();
      long offset = where == null ? 0 : Math.max(0, where.getByteOffset());
      throw refused(
          problem(SafetensorsHeader.LENGTH_BYTES + offset, "not JSON: " + SyntaxProblem.words(e)));
    } catch (SafetensorsFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be read", e);
    }
    long dataOffset = SafetensorsHeader.LENGTH_BYTES + (long) length;
    tensors.sort(
        Comparator.comparingLong((StoredTensor t) -> t.range().start())
            .thenComparingLong(t -> t.range().end()));
    checkRanges(fileSize - dataOffset);
    tensors.removeIf(tensor -> tensor.range().end() > fileSize - dataOffset);
    return new SafetensorsHeader(metadata, tensors, dataOffset);
  }

  private int headerLength() throws SafetensorsFormatException {
    if (fileSize < SafetensorsHeader.LENGTH_BYTES) {
      throw refused(problem(0, "%d bytes are too few for safetensors".formatted(fileSize)));
    }
    long length = prefix.get(LENGTH, 0);
    if (length < 0 || length > fileSize - SafetensorsHeader.LENGTH_BYTES) {
      throw refused(
          problem(
              0,
              "a header of %s bytes exceeds the file of %d"
                  .formatted(Long.toUnsignedString(length), fileSize)));
    }
    if (length > SafetensorsHeader.MAX_BYTES) {
      throw refused(
          problem(
              0,
              "a header of %d bytes exceeds the limit of %d"
                  .formatted(length, SafetensorsHeader.MAX_BYTES)));
    }
    if (length < 2) {
      throw refused(problem(0, "a header of " + length + " bytes holds no object"));
    }
    if (length > prefix.byteSize() - SafetensorsHeader.LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "a prefix of %d bytes for a header of %d".formatted(prefix.byteSize(), length));
    }
    return (int) length;
  }

  private void requireUtf8(ByteBuffer bytes) throws SafetensorsFormatException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer scratch = CharBuffer.allocate(8192);
    CoderResult result;
    do {
      scratch.clear();
      result = decoder.decode(bytes, scratch, true);
      if (result.isError()) {
        throw refused(
            problem(
                SafetensorsHeader.LENGTH_BYTES + (long) bytes.position(),
                "the header is not UTF-8"));
      }
    } while (result.isOverflow());
  }

  private void readTensors(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      long at = at(json);
      json.nextToken();
      if (!names.add(name)) {
        note(at, "tensor " + quoted(name) + " occurs twice");
        json.skipChildren();
      } else if (name.equals(METADATA)) {
        readMetadata(json);
      } else {
        readTensor(json, name, at);
      }
    }
  }

  private void readMetadata(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      note(at(json), METADATA + " is no object");
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      long at = at(json);
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        note(at, METADATA + "." + key + " is no string");
        json.skipChildren();
      } else if (metadata.putIfAbsent(key, json.getText()) != null) {
        note(at, METADATA + "." + key + " occurs twice");
      }
    }
  }

  private void readTensor(JsonParser json, String name, long at) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      note(at, "tensor " + quoted(name) + " is no object");
      json.skipChildren();
      return;
    }
    int before = problems.size() + suppressed;
    Dtype dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    Set<String> keys = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      long keyAt = at(json);
      json.nextToken();
      if (!keys.add(key)) {
        note(keyAt, "tensor %s has %s twice".formatted(quoted(name), key));
        json.skipChildren();
        continue;
      }
      switch (key) {
        case "dtype" -> dtype = dtype(json, name);
        case "shape" -> shape = integers(json, name, key);
        case "data_offsets" -> offsets = integers(json, name, key);
        default -> {
          note(keyAt, "tensor %s has an unknown key %s".formatted(quoted(name), quoted(key)));
          json.skipChildren();
        }
      }
    }
    for (String key : List.of("dtype", "shape", "data_offsets")) {
      if (!keys.contains(key)) {
        note(at, "tensor %s has no %s".formatted(quoted(name), key));
      }
    }
    if (problems.size() + suppressed == before
        && dtype != null
        && shape != null
        && offsets != null) {
      addTensor(name, dtype, shape, offsets, at);
    }
  }

  private @Nullable Dtype dtype(JsonParser json, String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      note(at(json), "dtype of tensor " + quoted(name) + " is no string");
      json.skipChildren();
      return null;
    }
    Dtype dtype = Dtype.ofName(json.getText());
    if (dtype == null) {
      note(
          at(json),
          "tensor %s has an unknown dtype %s".formatted(quoted(name), quoted(json.getText())));
    }
    return dtype;
  }

  private @Nullable List<Long> integers(JsonParser json, String name, String key)
      throws IOException {
    if (!json.isExpectedStartArrayToken()) {
      note(at(json), "%s of tensor %s is no array".formatted(key, quoted(name)));
      json.skipChildren();
      return null;
    }
    List<Long> values = new ArrayList<>();
    boolean right = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      boolean fits =
          json.currentToken() == JsonToken.VALUE_NUMBER_INT
              && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && json.getLongValue() >= 0;
      if (fits) {
        values.add(json.getLongValue());
      } else {
        right = false;
        if (json.currentToken().isStructStart()) {
          json.skipChildren();
        }
      }
    }
    if (!right) {
      note(at(json), "%s of tensor %s holds no sizes".formatted(key, quoted(name)));
      return null;
    }
    return values;
  }

  private void addTensor(String name, Dtype dtype, List<Long> shape, List<Long> offsets, long at) {
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      note(
          at,
          "data_offsets %s of tensor %s are no range of bytes".formatted(offsets, quoted(name)));
      return;
    }
    ByteRange range = new ByteRange(offsets.get(0), offsets.get(1));
    long bytes;
    try {
      bytes = dtype.bytesFor(StoredTensor.elements(shape));
    } catch (ArithmeticException e) {
      note(at, "the size of tensor %s, %s of %s, overflows".formatted(quoted(name), shape, dtype));
      return;
    } catch (IllegalArgumentException e) {
      note(at, "tensor %s: %s".formatted(quoted(name), e.getMessage()));
      return;
    }
    if (bytes != range.length()) {
      note(
          at,
          "tensor %s, %s of %s, takes %d bytes, but its data_offsets %s hold %d"
              .formatted(quoted(name), shape, dtype, bytes, range, range.length()));
      return;
    }
    tensors.add(new StoredTensor(name, dtype, shape, range));
  }

  private void checkRanges(long available) {
    if (!problems.isEmpty() && tensors.size() < names.size() - 1) {
      return; // what is missing would show as gaps that are not there
    }
    long end = 0;
    for (StoredTensor tensor : tensors) {
      long at = SafetensorsHeader.LENGTH_BYTES;
      long start = tensor.range().start();
      if (start > end) {
        note(
            at,
            "%d bytes before tensor %s belong to no tensor"
                .formatted(start - end, quoted(tensor.name())));
      } else if (start < end) {
        note(
            at,
            "tensor %s at %s overlaps the one before, which ends at %d"
                .formatted(quoted(tensor.name()), tensor.range(), end));
      }
      if (tensor.range().end() > available) {
        note(
            at,
            "tensor %s at %s ends behind the file's %d bytes of data"
                .formatted(quoted(tensor.name()), tensor.range(), available));
      }
      end = Math.max(end, tensor.range().end());
    }
    if (end < available) {
      note(
          fileSize - available + end,
          "%d bytes at the end belong to no tensor".formatted(available - end));
    }
  }

  private static long at(JsonParser json) {
    return SafetensorsHeader.LENGTH_BYTES
        + Math.max(0, json.currentTokenLocation().getByteOffset());
  }

  private void note(long at, String what) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(problem(at, what));
    } else {
      suppressed++;
    }
  }

  private static Problem problem(long at, String what) {
    return Problem.atByte(at, what);
  }

  private SafetensorsFormatException refused(Problem last) {
    problems.add(last);
    return refused();
  }

  private SafetensorsFormatException refused() {
    if (suppressed > 0) {
      problems.add(new Problem("", suppressed + " more problems"));
    }
    return new SafetensorsFormatException(source, problems);
  }

  /// A name for a message: control characters escaped, long ones cut.
  private static String quoted(String name) {
    String shown = name.length() <= 200 ? name : name.substring(0, 200) + "…";
    StringBuilder text = new StringBuilder("'");
    shown
        .codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                text.append("\\u%04x".formatted(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.append('\'').toString();
  }
}

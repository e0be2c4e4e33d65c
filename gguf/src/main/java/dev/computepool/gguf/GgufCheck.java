package dev.computepool.gguf;

import dev.computepool.base.FormatException.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds what is odd about a valid file: what the specification asks for and the file lacks, and
/// what llama.cpp would not read.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
public final class GgufCheck {
  private static final int MAX_NAME_OF_GGML = 63;
  private static final int SPECIFIED_ALIGNMENT = 8;

  private final GgufFile file;
  private final GgufHeader header;
  private final List<Problem> findings = new ArrayList<>();

  private GgufCheck(GgufFile file) {
    this.file = file;
    this.header = file.header();
  }

  /// All findings, in the order of the file; none is the usual case.
  public static List<Problem> findings(GgufFile file) {
    return findings(file, true);
  }

  /// The same of a later part of a set, which has next to no metadata.
  public static List<Problem> findingsOfLaterPart(GgufFile file) {
    return findings(file, false);
  }

  private static List<Problem> findings(GgufFile file, boolean described) {
    GgufCheck check = new GgufCheck(file);
    check.checkFrame();
    check.checkMetadata(described);
    check.checkTensors();
    check.checkPadding();
    return List.copyOf(check.findings);
  }

  private void checkFrame() {
    if (header.byteOrder() == ByteOrder.BIG_ENDIAN) {
      found("byte 4", "big-endian: only llama.cpp on a big-endian machine reads it");
    }
    if (header.alignment() % SPECIFIED_ALIGNMENT != 0) {
      found(
          HeaderReader.ALIGNMENT_KEY,
          header.alignment() + " is no multiple of 8, as the specification demands");
    }
  }

  /// @param described whether this is the file that says what the model is
  private void checkMetadata(boolean described) {
    Metadata metadata = header.metadata();
    if (described && !metadata.contains("general.architecture")) {
      found("general.architecture", "is missing; the specification demands it");
    }
    for (int i = 0; i < metadata.size(); i++) {
      String key = metadata.key(i);
      if (!isAscii(key)) {
        found(key, "the specification demands a key of ASCII characters");
      }
      checkValue(key, metadata.value(i));
    }
    boolean quantized = header.tensors().stream().anyMatch(t -> t.type().isQuantized());
    if (described && quantized && !metadata.contains("general.quantization_version")) {
      found(
          "general.quantization_version",
          "is missing; the specification demands it of a file with quantized tensors");
    }
  }

  private void checkValue(String key, MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text -> checkText(key, text);
      case MetadataArray array -> checkArray(key, array);
      case MetadataValue.Int _, MetadataValue.Float32 _, MetadataValue.Float64 _ -> {}
      case MetadataValue.Bool _ -> {
        ByteBuffer raw = header.metadata().rawValue(header.metadata().position(key));
        checkBool(key, raw.get(raw.remaining() - 1));
      }
    }
  }

  private void checkArray(String key, MetadataArray array) {
    switch (array.elementType()) {
      case ARRAY -> found(key, "llama.cpp does not read arrays of arrays");
      case STRING -> {
        int before = findings.size();
        for (MetadataValue element : array) {
          checkText(key, (MetadataValue.Text) element);
          if (findings.size() > before) {
            return; // one of many says enough
          }
        }
      }
      case BOOL -> {
        ByteBuffer raw = array.encoded();
        while (raw.hasRemaining() && checkBool(key, raw.get())) {}
      }
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FLOAT32, FLOAT64 -> {}
    }
  }

  private boolean checkBool(String key, byte value) {
    if (value != 0 && value != 1) {
      found(key, "a bool is stored as %d, neither 0 nor 1".formatted(value & 0xff));
      return false;
    }
    return true;
  }

  private void checkText(String key, MetadataValue.Text text) {
    byte[] bytes = text.bytes();
    String value = new String(bytes, StandardCharsets.UTF_8);
    if (value.indexOf('\ufffd') >= 0
        && !Arrays.equals(bytes, value.getBytes(StandardCharsets.UTF_8))) {
      found(key, "a string is not UTF-8");
    } else if (value.indexOf('\0') >= 0) {
      found(key, "a string has a NUL, at which llama.cpp's tools cut it");
    }
  }

  private void checkTensors() {
    for (TensorInfo tensor : header.tensors()) {
      if (tensor.name().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_OF_GGML) {
        found("tensor " + tensor.name(), "llama.cpp reads no names of more than 63 bytes");
      }
      if (tensor.name().isEmpty()) {
        found("tensor at " + header.positionOf(tensor), "has an empty name");
      }
    }
    long expected = 0;
    for (TensorInfo tensor : header.tensors()) {
      if (tensor.offset() != expected) {
        found(
            "tensor " + tensor.name(),
            "starts at %d of the data section; llama.cpp demands %d, right after the one before"
                .formatted(tensor.offset(), expected));
        return;
      }
      expected = HeaderReader.padded(expected + tensor.byteSize(), header.alignment());
    }
  }

  private void checkPadding() {
    if (header.tensors().isEmpty()) {
      return;
    }
    if (!isZero(header.end(), header.dataOffset())) {
      found("byte " + header.end(), "the padding of the header is not zero");
    }
    long end = header.dataOffset();
    for (TensorInfo tensor : header.tensors()) {
      long unpadded = header.positionOf(tensor) + tensor.byteSize();
      long padded = HeaderReader.padded(unpadded, header.alignment());
      if (header.isConsecutive() && !isZero(unpadded, Math.min(padded, file.size()))) {
        found("tensor " + tensor.name(), "the padding after it is not zero");
      }
      end = Math.max(end, padded);
    }
    if (file.size() < end) {
      found(
          "byte " + file.size(),
          "the padding of the last tensor is missing; some readers demand it");
    } else if (file.size() > end) {
      found("byte " + end, "%d bytes follow the last tensor".formatted(file.size() - end));
    }
  }

  private boolean isZero(long from, long to) {
    MemorySegment bytes = file.bytes(from, Math.max(0, to - from));
    for (long i = 0; i < bytes.byteSize(); i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  private void found(String at, String what) {
    findings.add(new Problem(at, what));
  }
}

package dev.computepool.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/// Safetensors files, read and written with none of the program's code.
final class SafetensorsEdit {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 20;

  private SafetensorsEdit() {}

  /// The JSON at the start of a file.
  static String header(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return new String(bytes, Long.BYTES, headerLength(bytes), StandardCharsets.UTF_8);
  }

  /// The bytes of a tensor.
  static byte[] bytes(Path file, String tensor) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    JsonNode offsets = JSON.readTree(header(file)).get(tensor).get("data_offsets");
    int data = Long.BYTES + headerLength(bytes);
    return Arrays.copyOfRange(bytes, data + offsets.get(0).asInt(), data + offsets.get(1).asInt());
  }

  /// Changes the text of a header, and leaves the data as they are.
  static void header(Path file, UnaryOperator<String> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int data = Long.BYTES + headerLength(bytes);
    String before = header(file);
    String after = change.apply(before);
    if (after.equals(before)) {
      throw new IllegalArgumentException("nothing was changed: " + before);
    }
    write(file, after, Arrays.copyOfRange(bytes, data, bytes.length));
  }

  /// Writes a file of a header and the data behind it.
  static void write(Path file, String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer whole =
        ByteBuffer.allocate(Long.BYTES + text.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(data);
    Files.write(file, whole.array());
  }

  /// Gives all extents of one length another one, and all tensors new random bytes that are bf16
  /// numbers of a sensible size.
  static void stretch(Path file, long from, long to) throws IOException {
    ObjectNode header = (ObjectNode) JSON.readTree(header(file));
    long end = 0;
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        ArrayNode shape = (ArrayNode) entry.getValue().get("shape");
        long length = 2;
        for (int i = 0; i < shape.size(); i++) {
          long extent = shape.get(i).asLong() == from ? to : shape.get(i).asLong();
          shape.set(i, extent);
          length *= extent;
        }
        ((ObjectNode) entry.getValue()).putArray("data_offsets").add(end).add(end + length);
        end += length;
      }
    }
    byte[] text = JSON.writeValueAsBytes(header);
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] chunk = new byte[CHUNK];
    new Random(7).nextBytes(chunk);
    for (int i = 1; i < CHUNK; i += 2) {
      chunk[i] = (byte) ((chunk[i] & 0x80) | 0x3c);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      write(channel, start.putLong(text.length).flip());
      write(channel, ByteBuffer.wrap(text));
      for (long at = 0; at < end; at += CHUNK) {
        write(channel, ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK, end - at)));
      }
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static int headerLength(byte[] bytes) {
    return Math.toIntExact(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }
}

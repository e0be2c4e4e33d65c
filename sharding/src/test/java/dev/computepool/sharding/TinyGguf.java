package dev.computepool.sharding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A GGUF file of a few bytes, put together by hand: names and sizes of tensors as a test wants
/// them, with bytes that differ everywhere.
public final class TinyGguf {
  private static final int STRING = 8;
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int I8 = 24;

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final Random random;
  private int entryCount;
  private int alignment = 32;
  private byte padding;
  private byte[] trailing = {};

  private TinyGguf(long seed) {
    this.random = new Random(seed);
  }

  /// A file without metadata and tensors.
  public static TinyGguf empty() {
    return new TinyGguf(1);
  }

  /// A llama with all that a node asks for, but no tensors yet.
  public static TinyGguf llama(int layers) {
    return empty()
        .text("general.architecture", "llama")
        .text("general.name", "Tiny Llama")
        .uint32("llama.block_count", layers)
        .uint32("llama.embedding_length", 8)
        .uint32("llama.attention.head_count", 1)
        .uint32("llama.attention.head_count_kv", 1)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  }

  /// A llama with an embedding, so many layers and an output, each tensor of so many bytes.
  public static TinyGguf llama(int layers, int bytes) {
    TinyGguf model = llama(layers).tensor("token_embd.weight", bytes);
    for (int i = 0; i < layers; i++) {
      model.tensor("blk." + i + ".attn_norm.weight", Math.max(1, bytes / 4));
      model.tensor("blk." + i + ".ffn_up.weight", bytes);
    }
    return model.tensor("output_norm.weight", 7).tensor("output.weight", bytes);
  }

  public TinyGguf seed(long seed) {
    random.setSeed(seed);
    return this;
  }

  public TinyGguf alignment(int bytes) {
    alignment = bytes;
    return uint32("general.alignment", bytes);
  }

  /// What stands between the tensors.
  public TinyGguf padding(int value) {
    padding = (byte) value;
    return this;
  }

  /// What stands behind the last tensor and its padding.
  public TinyGguf trailing(byte... bytes) {
    trailing = bytes.clone();
    return this;
  }

  public TinyGguf text(String key, String value) {
    return entry(key, STRING, string(value));
  }

  public TinyGguf uint32(String key, int value) {
    return entry(key, UINT32, number(4).putInt(value).array());
  }

  public TinyGguf float32(String key, float value) {
    return entry(key, FLOAT32, number(4).putFloat(value).array());
  }

  private TinyGguf entry(String key, int type, byte[] value) {
    entries.writeBytes(string(key));
    entries.writeBytes(number(4).putInt(type).array());
    entries.writeBytes(value);
    entryCount++;
    return this;
  }

  public TinyGguf tensor(String name, int bytes) {
    names.add(name);
    sizes.add(bytes);
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(StandardCharsets.UTF_8));
    file.writeBytes(number(4).putInt(3).array());
    file.writeBytes(number(8).putLong(names.size()).array());
    file.writeBytes(number(8).putLong(entryCount).array());
    file.writeBytes(entries.toByteArray());
    long offset = 0;
    for (int i = 0; i < names.size(); i++) {
      file.writeBytes(string(names.get(i)));
      file.writeBytes(number(4).putInt(1).array());
      file.writeBytes(number(8).putLong(sizes.get(i)).array());
      file.writeBytes(number(4).putInt(I8).array());
      file.writeBytes(number(8).putLong(offset).array());
      offset = Math.ceilDiv(offset + sizes.get(i), alignment) * (long) alignment;
    }
    if (!names.isEmpty()) {
      pad(file, (byte) 0);
    }
    for (int size : sizes) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      file.writeBytes(content);
      pad(file, padding);
    }
    file.writeBytes(trailing);
    return file.toByteArray();
  }

  public Path writeTo(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  private void pad(ByteArrayOutputStream file, byte value) {
    while (file.size() % alignment != 0) {
      file.write(value);
    }
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return number(8 + bytes.length).putLong(bytes.length).put(bytes).array();
  }

  private static ByteBuffer number(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

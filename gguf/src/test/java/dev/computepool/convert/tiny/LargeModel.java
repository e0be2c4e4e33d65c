package dev.computepool.convert.tiny;

import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A Llama of a given size, to measure how fast models are converted.
public final class LargeModel {
  private static final long EMBEDDING = 2048;
  private static final long MIDDLE = 5632;
  private static final long KEYS = 512;
  private static final long VOCABULARY = TinyTokenizer.VOCABULARY;
  private static final int CHUNK = 1 << 20;

  private LargeModel() {}

  /// Writes it.
  ///
  /// @param args the folder, and GiB of weights
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    long perBlock = 2 * (2 * EMBEDDING * EMBEDDING + 2 * KEYS * EMBEDDING + 3 * MIDDLE * EMBEDDING);
    long blocks = Math.max(2, (long) (Double.parseDouble(args[1]) * (1 << 30) / perBlock));
    TinyTokenizer.BYTE_PAIR.write(directory);
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d,
         "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
         "num_attention_heads": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
         "max_position_embeddings": 4096, "tie_word_embeddings": true}
        """
            .formatted(VOCABULARY, EMBEDDING, MIDDLE, blocks));
    List<SafetensorsLayout.Entry> first = new ArrayList<>();
    List<SafetensorsLayout.Entry> second = new ArrayList<>();
    first.add(entry("model.embed_tokens.weight", VOCABULARY, EMBEDDING));
    second.add(entry("model.norm.weight", EMBEDDING));
    for (long block = 0; block < blocks; block++) {
      List<SafetensorsLayout.Entry> part = block < blocks / 2 ? first : second;
      String p = "model.layers." + block + ".";
      part.add(entry(p + "input_layernorm.weight", EMBEDDING));
      part.add(entry(p + "post_attention_layernorm.weight", EMBEDDING));
      part.add(entry(p + "self_attn.q_proj.weight", EMBEDDING, EMBEDDING));
      part.add(entry(p + "self_attn.k_proj.weight", KEYS, EMBEDDING));
      part.add(entry(p + "self_attn.v_proj.weight", KEYS, EMBEDDING));
      part.add(entry(p + "self_attn.o_proj.weight", EMBEDDING, EMBEDDING));
      part.add(entry(p + "mlp.gate_proj.weight", MIDDLE, EMBEDDING));
      part.add(entry(p + "mlp.up_proj.weight", MIDDLE, EMBEDDING));
      part.add(entry(p + "mlp.down_proj.weight", EMBEDDING, MIDDLE));
    }
    write(directory.resolve("model-00001-of-00002.safetensors"), first);
    write(directory.resolve("model-00002-of-00002.safetensors"), second);
  }

  private static SafetensorsLayout.Entry entry(String name, Long... shape) {
    return new SafetensorsLayout.Entry(name, Dtype.BF16, List.of(shape));
  }

  private static void write(Path file, List<SafetensorsLayout.Entry> entries) throws IOException {
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    SplittableRandom random = new SplittableRandom(entries.size());
    byte[] chunk = new byte[CHUNK];
    try (SafetensorsWriter writer = SafetensorsWriter.replace(file, layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        for (long left = tensor.range().length(); left > 0; left -= CHUNK) {
          fill(chunk, random);
          writer.write(tensor, ByteBuffer.wrap(chunk, 0, (int) Math.min(left, CHUNK)));
        }
      }
      writer.commit();
    }
  }

  /// Numbers around 0.02, as weights are.
  private static void fill(byte[] chunk, SplittableRandom random) {
    for (int i = 0; i < chunk.length; i += 8) {
      long bits = random.nextLong();
      for (int j = 0; j < 8; j += 2) {
        int number = (int) (bits >>> (8 * j)) & 0xffff;
        chunk[i + j] = (byte) number;
        chunk[i + j + 1] = (byte) (((number >> 8) & 0x80) | 0x3c); // sign; exponents -7 and -8
      }
    }
  }
}

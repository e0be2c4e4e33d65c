package dev.computepool.convert.sample;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicDirectory;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A Llama of two blocks as Hugging Face publishes models: bfloat16 weights, all random, and byte
/// pairs that hardly merge. The same seed gives the same bytes.
public final class SampleDirectory {
  private static final int EMBEDDING = 64;
  private static final int MIDDLE = 160;
  private static final int HEADS = 4;
  private static final int KEYS = 32;
  private static final int BLOCKS = 2;
  private static final List<String> MERGES =
      List.of("t h", "th e", "Ġ the", "i n", "in g", "a n", "an d", "Ġ and");
  private static final List<String> SPECIAL = List.of("<|begin_of_text|>", "<|end_of_text|>");
  private static final int VOCABULARY = 256 + MERGES.size() + SPECIAL.size();

  // How GPT-4 cuts digits and words, as Llama 3 took it over.
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final JsonMapper JSON = new JsonMapper();

  private SampleDirectory() {}

  /// Writes one; it appears when it is complete.
  ///
  /// @param replace whether a directory that is there may be replaced
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not be replaced
  public static void write(Path target, long seed, boolean replace) throws IOException {
    try (AtomicDirectory directory =
        replace ? AtomicDirectory.replace(target) : AtomicDirectory.create(target)) {
      write(directory.path(), "config.json", config());
      write(directory.path(), "tokenizer.json", tokenizer());
      write(directory.path(), "tokenizer_config.json", tokenizerConfig());
      writeWeights(directory.path().resolve("model.safetensors"), seed);
      directory.commit();
    }
  }

  private static void write(Path directory, String name, ObjectNode tree) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(directory.resolve(name).toFile(), tree);
  }

  private static ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("model_type", "llama")
        .put("dtype", "bfloat16")
        .put("vocab_size", VOCABULARY)
        .put("hidden_size", EMBEDDING)
        .put("intermediate_size", MIDDLE)
        .put("num_hidden_layers", BLOCKS)
        .put("num_attention_heads", HEADS)
        .put("num_key_value_heads", HEADS * KEYS / EMBEDDING)
        .put("max_position_embeddings", 256)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 500_000.0)
        .put("tie_word_embeddings", false)
        .put("bos_token_id", VOCABULARY - 2)
        .put("eos_token_id", VOCABULARY - 1);
  }

  private static ObjectNode tokenizerConfig() {
    return JSON.createObjectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("bos_token", SPECIAL.getFirst())
        .put("eos_token", SPECIAL.getLast())
        .put("model_max_length", 256);
  }

  private static ObjectNode tokenizer() {
    ObjectNode tree = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = tree.putArray("added_tokens");
    for (int i = 0; i < SPECIAL.size(); i++) {
      added
          .addObject()
          .put("id", VOCABULARY - SPECIAL.size() + i)
          .put("content", SPECIAL.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    tree.putNull("normalizer");
    ArrayNode steps =
        tree.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", WORDS);
    split.put("behavior", "Isolated").put("invert", false);
    steps
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    tree.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = tree.putObject("model").put("type", "BPE").put("ignore_merges", true);
    ObjectNode ids = model.putObject("vocab");
    for (int b = 0, beyond = 256; b < 256; b++) {
      // GPT-2's alphabet: a byte is itself if it can be seen, else a letter beyond Latin-1.
      boolean seen = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      ids.put(Character.toString(seen ? b : beyond++), b);
    }
    ArrayNode merges = model.putArray("merges");
    for (String merge : MERGES) {
      merges.add(merge);
      ids.put(merge.replace(" ", ""), ids.size());
    }
    return tree;
  }

  private static void writeWeights(Path file, long seed) throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>();
    entries.add(entry("model.embed_tokens", VOCABULARY, EMBEDDING));
    for (int block = 0; block < BLOCKS; block++) {
      String p = "model.layers." + block + ".";
      entries.add(entry(p + "input_layernorm", EMBEDDING));
      entries.add(entry(p + "self_attn.q_proj", EMBEDDING, EMBEDDING));
      entries.add(entry(p + "self_attn.k_proj", KEYS, EMBEDDING));
      entries.add(entry(p + "self_attn.v_proj", KEYS, EMBEDDING));
      entries.add(entry(p + "self_attn.o_proj", EMBEDDING, EMBEDDING));
      entries.add(entry(p + "post_attention_layernorm", EMBEDDING));
      entries.add(entry(p + "mlp.gate_proj", MIDDLE, EMBEDDING));
      entries.add(entry(p + "mlp.up_proj", MIDDLE, EMBEDDING));
      entries.add(entry(p + "mlp.down_proj", EMBEDDING, MIDDLE));
    }
    entries.add(entry("model.norm", EMBEDDING));
    entries.add(entry("lm_head", VOCABULARY, EMBEDDING));
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    SplittableRandom random = new SplittableRandom(seed);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        writer.write(tensor, numbers(tensor, random));
      }
      writer.commit();
    }
  }

  private static SafetensorsLayout.Entry entry(String module, Integer... shape) {
    List<Long> extents = List.of(shape).stream().map(Integer::longValue).toList();
    return new SafetensorsLayout.Entry(module + ".weight", Dtype.BF16, extents);
  }

  private static ByteBuffer numbers(StoredTensor tensor, SplittableRandom random) {
    int count = Math.toIntExact(tensor.elements());
    ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double center = tensor.shape().size() == 1 ? 1 : 0;
    for (int i = 0; i < count; i++) {
      float number = (float) (center + random.nextDouble(-0.1, 0.1));
      bytes.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
    }
    return bytes.flip();
  }
}

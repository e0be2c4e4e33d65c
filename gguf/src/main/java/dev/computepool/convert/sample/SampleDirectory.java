package dev.computepool.convert.sample;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.ByteSize;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.gguf.sample.SampleSpec.Size;
import dev.computepool.gguf.sample.SampleVocabulary;
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

/// A Llama as Hugging Face publishes models: bfloat16 weights, all random, byte pairs learned from
/// a few pages, and the chat template that most models have. The same specification gives the same
/// bytes.
public final class SampleDirectory {
  private static final int TINY_CONTEXT = 256;

  // How GPT-4 cuts digits and words, as Llama 3 took it over.
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final JsonMapper JSON = new JsonMapper();

  private final Size size;
  private final long seed;
  private final SampleVocabulary vocabulary = SampleVocabulary.bytePairs("llama-bpe");

  private SampleDirectory(Size size, long seed) {
    this.size = size;
    this.seed = seed;
  }

  /// Two blocks, 64 wide: the smallest that behaves like a large one.
  public static SampleSpec tiny(long seed) {
    return llama(seed).size(new Size(2, 64, 160, 4, 2, TINY_CONTEXT)).build();
  }

  /// The widest model of usual proportions whose weights take at most so many bytes, and hardly
  /// fewer.
  ///
  /// @throws IllegalArgumentException if that is less than the smallest model has
  public static SampleSpec ofBytes(ByteSize bytes, long seed) {
    return llama(seed).ofBytes(bytes);
  }

  private static SampleSpec.Builder llama(long seed) {
    return SampleSpec.tiny(Architecture.LLAMA).weights(GgmlType.BF16).seed(seed);
  }

  /// Writes one; it appears when it is complete.
  ///
  /// @param spec one of a Llama with weights in bfloat16
  /// @param replace whether a directory that is there may be replaced
  /// @throws IllegalArgumentException if the specification is one of another model
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not be replaced
  public static void write(Path target, SampleSpec spec, boolean replace) throws IOException {
    if (spec.architecture() != Architecture.LLAMA
        || spec.weights() != GgmlType.BF16
        || spec.tied()
        || spec.ropeFactors()
        || !spec.exceptions().isEmpty()) {
      throw new IllegalArgumentException("only Llamas in bfloat16 are written as directories");
    }
    SampleDirectory sample = new SampleDirectory(spec.size(), spec.seed());
    sample.write(target, replace);
  }

  private void write(Path target, boolean replace) throws IOException {
    try (AtomicDirectory directory =
        replace ? AtomicDirectory.replace(target) : AtomicDirectory.create(target)) {
      write(directory.path(), "config.json", config());
      write(directory.path(), "tokenizer.json", tokenizer());
      write(directory.path(), "tokenizer_config.json", tokenizerConfig());
      writeWeights(directory.path().resolve("model.safetensors"));
      directory.commit();
    }
  }

  private static void write(Path directory, String name, ObjectNode tree) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(directory.resolve(name).toFile(), tree);
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("model_type", "llama")
        .put("dtype", "bfloat16")
        .put("vocab_size", vocabulary.size())
        .put("hidden_size", size.embedding())
        .put("intermediate_size", size.feedForward())
        .put("num_hidden_layers", size.layers())
        .put("num_attention_heads", size.heads())
        .put("num_key_value_heads", size.kvHeads())
        .put("max_position_embeddings", size.context())
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 500_000.0)
        .put("tie_word_embeddings", false)
        .put("bos_token_id", vocabulary.bos())
        .put("eos_token_id", vocabulary.endOfTurn());
  }

  private ObjectNode tokenizerConfig() {
    return JSON.createObjectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("add_bos_token", false)
        .put("bos_token", vocabulary.tokens().get(vocabulary.bos()))
        .put("eos_token", vocabulary.tokens().get(vocabulary.endOfTurn()))
        .put("pad_token", vocabulary.tokens().get(vocabulary.bos()))
        .put("model_max_length", size.context())
        .put("chat_template", SampleVocabulary.CHAT_TEMPLATE);
  }

  private ObjectNode tokenizer() {
    ObjectNode tree = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = tree.putArray("added_tokens");
    int id = vocabulary.bos();
    for (String control : vocabulary.controls()) {
      added
          .addObject()
          .put("id", id++)
          .put("content", control)
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
    for (String token : vocabulary.tokens().subList(0, vocabulary.bos())) {
      ids.put(token, ids.size());
    }
    ArrayNode merges = model.putArray("merges");
    vocabulary.merges().forEach(merges::add);
    return tree;
  }

  private void writeWeights(Path file) throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>();
    entries.add(entry("model.embed_tokens", vocabulary.size(), size.embedding()));
    for (int block = 0; block < size.layers(); block++) {
      String p = "model.layers." + block + ".";
      entries.add(entry(p + "input_layernorm", size.embedding()));
      entries.add(entry(p + "self_attn.q_proj", size.embedding(), size.embedding()));
      entries.add(entry(p + "self_attn.k_proj", size.kvSize(), size.embedding()));
      entries.add(entry(p + "self_attn.v_proj", size.kvSize(), size.embedding()));
      entries.add(entry(p + "self_attn.o_proj", size.embedding(), size.embedding()));
      entries.add(entry(p + "post_attention_layernorm", size.embedding()));
      entries.add(entry(p + "mlp.gate_proj", size.feedForward(), size.embedding()));
      entries.add(entry(p + "mlp.up_proj", size.feedForward(), size.embedding()));
      entries.add(entry(p + "mlp.down_proj", size.embedding(), size.feedForward()));
    }
    entries.add(entry("model.norm", size.embedding()));
    entries.add(entry("lm_head", vocabulary.size(), size.embedding()));
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
    boolean vector = tensor.shape().size() == 1;
    double center = vector ? 1 : 0;
    // A matrix keeps the size of what passes through.
    double most = vector ? 0.1 : Math.sqrt(3.0 / tensor.shape().getLast());
    for (int i = 0; i < count; i++) {
      float number = (float) (center + random.nextDouble(-most, most));
      bytes.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
    }
    return bytes.flip();
  }
}

package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A model of the Llama family, too small to know anything, with a vocabulary of bytes and words.
///
/// The same settings always make the same bytes: hashes of what llama-quantize makes of them are
/// checked in.
///
/// @param feedForward extent of the inner layers; what is no multiple of 256 does not suit
///     K-quants
/// @param alignment of the file
/// @param silent whether the output's weights are zero, which makes every token equally likely
/// @param experts of each layer; 1 for a model without any
public record TinyModel(int feedForward, int alignment, boolean silent, int experts) {
  /// The one with nothing special about it.
  public static final TinyModel PLAIN = new TinyModel(256, 32, false);

  public static final int VOCABULARY = 384;
  private static final int EMBEDDING = 256;
  private static final int LAYERS = 4;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int BYTE_TOKENS = 256;

  /// One without experts.
  public TinyModel(int feedForward, int alignment, boolean silent) {
    this(feedForward, alignment, silent, 1);
  }

  /// Writes it.
  public Path write(Path target) throws IOException {
    GgufLayout.Builder builder = metadata();
    builder.tensor("token_embd.weight", GgmlType.F16, Shape.of(EMBEDDING, VOCABULARY));
    int keys = EMBEDDING / HEADS * KEY_HEADS;
    for (int i = 0; i < LAYERS; i++) {
      String layer = "blk." + i + ".";
      builder.tensor(layer + "attn_norm.weight", GgmlType.F32, Shape.of(EMBEDDING));
      builder.tensor(layer + "attn_q.weight", GgmlType.F16, Shape.of(EMBEDDING, EMBEDDING));
      builder.tensor(layer + "attn_k.weight", GgmlType.F16, Shape.of(EMBEDDING, keys));
      builder.tensor(layer + "attn_v.weight", GgmlType.F16, Shape.of(EMBEDDING, keys));
      builder.tensor(layer + "attn_output.weight", GgmlType.F16, Shape.of(EMBEDDING, EMBEDDING));
      builder.tensor(layer + "ffn_norm.weight", GgmlType.F32, Shape.of(EMBEDDING));
      if (experts == 1) {
        builder.tensor(layer + "ffn_gate.weight", GgmlType.F16, Shape.of(EMBEDDING, feedForward));
        builder.tensor(layer + "ffn_up.weight", GgmlType.F16, Shape.of(EMBEDDING, feedForward));
        builder.tensor(layer + "ffn_down.weight", GgmlType.F16, Shape.of(feedForward, EMBEDDING));
      } else {
        Shape in = Shape.of(EMBEDDING, feedForward, experts);
        Shape out = Shape.of(feedForward, EMBEDDING, experts);
        builder.tensor(layer + "ffn_gate_inp.weight", GgmlType.F32, Shape.of(EMBEDDING, experts));
        builder.tensor(layer + "ffn_gate_exps.weight", GgmlType.F16, in);
        builder.tensor(layer + "ffn_up_exps.weight", GgmlType.F16, in);
        builder.tensor(layer + "ffn_down_exps.weight", GgmlType.F16, out);
      }
    }
    builder.tensor("output_norm.weight", GgmlType.F32, Shape.of(EMBEDDING));
    builder.tensor("output.weight", GgmlType.F16, Shape.of(EMBEDDING, VOCABULARY));
    GgufLayout layout = builder.build();
    Noise noise = new Noise();
    try (GgufWriter writer = GgufWriter.create(target, layout)) {
      for (TensorInfo tensor : layout.tensors()) {
        boolean zero = silent && tensor.name().equals("output.weight");
        writer.write(tensor, zero ? zeros(tensor) : noise.data(tensor));
      }
      writer.commit();
    }
    return target;
  }

  /// Writes only what comes before the weights.
  public static Path writeVocabulary(Path target) throws IOException {
    try (GgufWriter writer = GgufWriter.create(target, PLAIN.metadata().build())) {
      writer.commit();
    }
    return target;
  }

  /// Writes an importance matrix for it, with invented numbers.
  public Path writeMatrix(Path target) throws IOException {
    GgufLayout.Builder builder =
        GgufLayout.builder()
            .put("general.type", MetadataValue.Text.of("imatrix"))
            .put("imatrix.datasets", MetadataArray.ofStrings(List.of("invented.txt")))
            .put("imatrix.chunk_count", new MetadataValue.Int(MetadataType.UINT32, 8))
            .put("imatrix.chunk_size", new MetadataValue.Int(MetadataType.UINT32, 512));
    for (int i = 0; i < LAYERS; i++) {
      String suffix = experts == 1 ? "" : "_exps";
      for (String part :
          List.of(
              "attn_q",
              "attn_k",
              "attn_v",
              "attn_output",
              "ffn_gate" + suffix,
              "ffn_up" + suffix,
              "ffn_down" + suffix)) {
        int inputs = part.startsWith("ffn_down") ? feedForward : EMBEDDING;
        String name = "blk." + i + "." + part + ".weight";
        boolean each = part.endsWith("_exps");
        builder.tensor(
            name + ".in_sum2", GgmlType.F32, each ? Shape.of(inputs, experts) : Shape.of(inputs));
        builder.tensor(name + ".counts", GgmlType.F32, each ? Shape.of(1, experts) : Shape.of(1));
      }
    }
    GgufLayout layout = builder.build();
    Noise noise = new Noise();
    try (GgufWriter writer = GgufWriter.create(target, layout)) {
      for (TensorInfo tensor : layout.tensors()) {
        ByteBuffer data = ByteBuffer.allocate((int) tensor.byteSize());
        data.order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
          data.putFloat(tensor.name().endsWith("counts") ? 4096 : 2048 * (1 + noise.next()));
        }
        writer.write(tensor, data.flip());
      }
      writer.commit();
    }
    return target;
  }

  private GgufLayout.Builder metadata() {
    GgufLayout.Builder builder =
        GgufLayout.builder()
            .put("general.architecture", MetadataValue.Text.of("llama"))
            .put("general.name", MetadataValue.Text.of("Tiny"))
            .put("llama.block_count", number(LAYERS))
            .put("llama.context_length", number(2048))
            .put("llama.embedding_length", number(EMBEDDING))
            .put("llama.feed_forward_length", number(feedForward))
            .put("llama.attention.head_count", number(HEADS))
            .put("llama.attention.head_count_kv", number(KEY_HEADS))
            .put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Float32(1e-5f))
            .put("llama.rope.dimension_count", number(EMBEDDING / HEADS))
            .put("llama.vocab_size", number(VOCABULARY))
            .put("general.file_type", number(1));
    if (experts > 1) {
      builder.put("llama.expert_count", number(experts));
      builder.put("llama.expert_used_count", number(1));
    }
    if (alignment != 32) {
      builder.put("general.alignment", number(alignment));
    }
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Long> types = new ArrayList<>(List.of(2L, 3L, 3L));
    for (int i = 0; i < BYTE_TOKENS; i++) {
      tokens.add("<0x%02X>".formatted(i));
      types.add(6L);
    }
    for (int i = 0; tokens.size() < VOCABULARY; i++) {
      tokens.add("▁" + Integer.toString(i + 100, 36));
      types.add(1L);
    }
    float[] scores = new float[VOCABULARY];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -i;
    }
    return builder
        .put("tokenizer.ggml.model", MetadataValue.Text.of("llama"))
        .put("tokenizer.ggml.tokens", MetadataArray.ofStrings(tokens))
        .put("tokenizer.ggml.scores", MetadataArray.ofFloats(scores))
        .put(
            "tokenizer.ggml.token_type",
            MetadataArray.ofIntegers(
                MetadataType.INT32, types.stream().mapToLong(Long::longValue).toArray()))
        .put("tokenizer.ggml.bos_token_id", number(1))
        .put("tokenizer.ggml.eos_token_id", number(2))
        .put("tokenizer.ggml.unknown_token_id", number(0))
        .put("tokenizer.ggml.add_bos_token", new MetadataValue.Bool(true));
  }

  private static MetadataValue number(int value) {
    return new MetadataValue.Int(MetadataType.UINT32, value);
  }

  private static ByteBuffer zeros(TensorInfo tensor) {
    return ByteBuffer.allocate((int) tensor.byteSize());
  }

  /// Numbers from -1 to 1 that look like chance, of Knuth's linear congruence.
  private static final class Noise {
    private long state = 1;

    float next() {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (state >>> 40) / (float) (1 << 23) - 1;
    }

    ByteBuffer data(TensorInfo tensor) {
      ByteBuffer data = ByteBuffer.allocate((int) tensor.byteSize());
      data.order(ByteOrder.LITTLE_ENDIAN);
      while (data.hasRemaining()) {
        if (tensor.type() == GgmlType.F32) {
          data.putFloat(1);
        } else {
          data.putShort(Float.floatToFloat16(0.05f * next()));
        }
      }
      return data.flip();
    }
  }
}

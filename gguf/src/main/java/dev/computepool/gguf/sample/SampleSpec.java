package dev.computepool.gguf.sample;

import dev.computepool.base.ByteSize;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.sample.Architecture.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a sample is to be. Two equal specifications give equal bytes.
///
/// @param name what `general.name` says
/// @param weights type of all matrices: `F32`, `F16`, `BF16` or `Q8_0`
/// @param exceptions other types for single matrices, by name or, for all layers, by what follows
///     `blk.N.`, such as `ffn_down.weight`
/// @param tied whether the output uses the embedding's matrix
/// @param ropeFactors whether there are tensors with factors for the rotary frequencies
/// @param seed another seed gives other weights
public record SampleSpec(
    String name,
    Architecture architecture,
    Tokenizer tokenizer,
    Size size,
    GgmlType weights,
    Map<String, GgmlType> exceptions,
    boolean tied,
    boolean ropeFactors,
    long seed) {
  /// The types that matrices can have.
  public static final Set<GgmlType> TYPES =
      Set.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0);

  public SampleSpec {
    exceptions = Map.copyOf(exceptions);
    require(TYPES.contains(weights), "weights of type", weights);
    require(TYPES.containsAll(exceptions.values()), "the types", exceptions);
    require(tied || architecture.canBeUntied(), "tied", tied);
    require(!ropeFactors || architecture.canHaveRopeFactors(), "ropeFactors", ropeFactors);
    require(
        architecture != Architecture.GPT2 || size.kvHeads == size.heads, "kvHeads", size.kvHeads);
  }

  /// How large a model is.
  ///
  /// @param layers blocks of attention and feed-forward network
  /// @param embedding width of a token, a multiple of 32 and of twice `heads`
  /// @param feedForward inner width of the feed-forward network, a multiple of 32
  /// @param kvHeads heads of keys and values, a divisor of `heads`
  /// @param context tokens that the model claims to understand
  public record Size(
      int layers, int embedding, int feedForward, int heads, int kvHeads, int context) {
    private static final int MULTIPLE = GgmlType.Q8_0.blockSize();

    public Size {
      require(layers > 0 && layers <= 1000, "layers", layers);
      require(embedding > 0 && embedding % MULTIPLE == 0, "embedding", embedding);
      require(feedForward > 0 && feedForward % MULTIPLE == 0, "feedForward", feedForward);
      require(heads > 0 && embedding % (2 * heads) == 0, "heads", heads);
      require(kvHeads > 0 && heads % kvHeads == 0, "kvHeads", kvHeads);
      require((long) embedding / heads * kvHeads % MULTIPLE == 0, "kvHeads", kvHeads);
      require(context > 0, "context", context);
    }

    /// Elements of one head.
    public int headSize() {
      return embedding / heads;
    }

    /// Elements of all keys, or values, of a token.
    public int kvSize() {
      return headSize() * kvHeads;
    }
  }

  private static void require(boolean holds, String what, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("a sample cannot have " + what + " " + value);
    }
  }

  /// A model of about a megabyte, the smallest that behaves like a large one.
  public static Builder tiny(Architecture architecture) {
    return new Builder(architecture);
  }

  /// The type of a tensor that is a matrix.
  GgmlType typeOf(String tensor) {
    GgmlType exact = exceptions.get(tensor);
    if (exact != null) {
      return exact;
    }
    int layer = tensor.startsWith("blk.") ? tensor.indexOf('.', 4) + 1 : 0;
    return exceptions.getOrDefault(tensor.substring(layer), weights);
  }

  /// Starts from a tiny model, and changes what is set.
  public static final class Builder {
    private final Architecture architecture;
    private final Map<String, GgmlType> exceptions = new LinkedHashMap<>();
    private String name;
    private Tokenizer tokenizer;
    private Size size;
    private GgmlType weights = GgmlType.F16;
    private boolean tied;
    private boolean ropeFactors;
    private long seed = 1;

    private Builder(Architecture architecture) {
      this.architecture = architecture;
      name = "Tiny " + architecture.ggufName();
      tokenizer = architecture.usualTokenizer();
      tied = architecture.isUsuallyTied();
      size = new Size(2, 128, 256, 4, architecture == Architecture.GPT2 ? 4 : 2, 512);
    }

    Architecture architecture() {
      return architecture;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder tokenizer(Tokenizer value) {
      tokenizer = value;
      return this;
    }

    public Builder size(Size value) {
      size = value;
      return this;
    }

    public Builder weights(GgmlType value) {
      weights = value;
      return this;
    }

    /// Gives one matrix, or the same of every layer, a type of its own.
    public Builder type(String tensor, GgmlType value) {
      exceptions.put(tensor, value);
      return this;
    }

    public Builder tied(boolean value) {
      tied = value;
      return this;
    }

    public Builder ropeFactors(boolean value) {
      ropeFactors = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /// The specification.
    ///
    /// @throws IllegalArgumentException if the architecture has no such models
    public SampleSpec build() {
      return new SampleSpec(
          name, architecture, tokenizer, size, weights, exceptions, tied, ropeFactors, seed);
    }

    /// The specification of a model whose file has at most `bytes`, and hardly fewer.
    ///
    /// @throws IllegalArgumentException if that is less than the smallest model has
    public SampleSpec ofBytes(ByteSize bytes) {
      return Sizing.fit(this, bytes.bytes());
    }
  }
}

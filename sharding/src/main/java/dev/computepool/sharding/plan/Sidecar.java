package dev.computepool.sharding.plan;

/// A tensor that also gets a file of its own, because a node needs it beside shards that do not
/// hold it.
///
/// @param tensor whose bytes the file has
public record Sidecar(Kind kind, TensorSpan tensor) {
  /// Why a node needs it.
  public enum Kind {
    /// The embedding, where it is the output matrix too: the last shard needs it.
    TIED_OUTPUT("tied_output_weight.bin", "token_embd.weight"),
    /// Frequencies of the rotary embedding, which every layer needs.
    ROPE_FREQS("rope_freqs.bin", "rope_freqs.weight");

    private final String fileName;
    private final String tensorName;

    Kind(String fileName, String tensorName) {
      this.fileName = fileName;
      this.tensorName = tensorName;
    }

    public String fileName() {
      return fileName;
    }

    public String tensorName() {
      return tensorName;
    }
  }
}

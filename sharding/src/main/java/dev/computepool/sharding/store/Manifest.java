package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.plan.Architecture;
import dev.computepool.sharding.plan.LayerRange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a `manifest.json` of SwarmLLM says about a model and its shards, format version 2.
///
/// A digest of zeros means "unknown".
///
/// @param id the model's id; should be the name of the directory
/// @param layers number of transformer layers
/// @param paramsBillions 0 in every manifest that a node makes
/// @param quantization a word of {@link dev.computepool.sharding.plan.Quantization}, or a newer one
/// @param totalSizeBytes of the model file
/// @param shards in the order of their index
/// @param hash of all other fields but the last two, see {@link ManifestHash}
/// @param publisher an Ed25519 public key
/// @param mmproj the vision projector, if the model has one
/// @param contextLength in tokens, if known
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM,
// crates/swarmllm-types/src/model.rs</a>
public record Manifest(
    String id,
    String name,
    Architecture architecture,
    long layers,
    float paramsBillions,
    String quantization,
    long totalSizeBytes,
    List<Shard> shards,
    Digest tokenizerHash,
    Digest hash,
    Digest publisher,
    Instant publishDate,
    String license,
    @Nullable Mmproj mmproj,
    @Nullable Long contextLength) {
  /// What stands for "unknown".
  public static final Digest UNKNOWN = Digest.of(new byte[Digest.BYTES]);

  /// What nodes write where nobody has said.
  public static final String UNKNOWN_LICENSE = "Unknown";

  public Manifest {
    shards = List.copyOf(shards);
  }

  /// One shard file.
  ///
  /// @param tensors in the order of their bytes; none where the shard is the whole model file
  public record Shard(
      int index, LayerRange layers, long sizeBytes, Digest hash, List<Tensor> tensors) {
    public Shard {
      tensors = List.copyOf(tensors);
    }
  }

  /// One tensor of a shard.
  ///
  /// @param ggufOffset of its first byte in the model file
  /// @param shardOffset of its first byte in the shard file
  /// @param size in bytes
  public record Tensor(String name, long ggufOffset, long shardOffset, long size) {
    /// Its bytes in the shard file.
    public ByteRange inShard() {
      return ByteRange.at(shardOffset, size);
    }

    /// Its bytes in the model file.
    public ByteRange inModel() {
      return ByteRange.at(ggufOffset, size);
    }
  }

  /// The vision projector, a file beside the shards.
  ///
  /// @param hfFilename its name on Hugging Face, if it is from there
  public record Mmproj(long sizeBytes, Digest hash, @Nullable String hfFilename) {}

  /// Whether the only shard is the model file itself.
  public boolean isWhole() {
    return shards.size() == 1 && shards.getFirst().tensors().isEmpty();
  }

  /// The same with another self-hash.
  public Manifest withHash(Digest other) {
    return new Manifest(
        id,
        name,
        architecture,
        layers,
        paramsBillions,
        quantization,
        totalSizeBytes,
        shards,
        tokenizerHash,
        other,
        publisher,
        publishDate,
        license,
        mmproj,
        contextLength);
  }
}

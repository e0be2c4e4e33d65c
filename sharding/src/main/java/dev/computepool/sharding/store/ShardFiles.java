package dev.computepool.sharding.store;

import dev.computepool.sharding.plan.Sidecar;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names of the files in a shard directory.
public final class ShardFiles {
  /// What the model is and what its shards are.
  public static final String MANIFEST = "manifest.json";

  /// The model file up to its tensor data.
  public static final String HEADER = "gguf_header.bin";

  /// Ours: what the original was, and the digests that the manifest has no place for.
  public static final String RECORD = "computepool.json";

  /// Ours: what no shard covers and is not zero.
  public static final String EXTRA = "computepool.extra";

  /// Where on Hugging Face the model comes from.
  public static final String HF_SOURCE = "hf_source.json";

  /// The vision projector of a multimodal model.
  public static final String PROJECTOR = "mmproj.gguf";

  /// Path of a whole model file that stands in for shards that are not here.
  public static final String SOURCE_PATH = "source_path";

  private static final Pattern TREE = Pattern.compile("shard_[0-9]{3,10}\\.tree");

  private ShardFiles() {}

  /// The bytes of a shard.
  public static String shard(int index) {
    return String.format(Locale.ROOT, "shard_%03d.bin", index);
  }

  /// Ours: the BLAKE3 tree of a shard.
  public static String tree(int index) {
    return String.format(Locale.ROOT, "shard_%03d.tree", index);
  }

  /// Whether a file of this name may be listed in {@link #RECORD}.
  static boolean isRecordable(String name) {
    return switch (name) {
      case MANIFEST, HEADER, EXTRA, HF_SOURCE, SOURCE_PATH -> true;
      default -> isSidecar(name);
    };
  }

  /// Whether what a file of this name holds follows from the shards: a tree or a sidecar.
  static boolean isDerived(String name) {
    return TREE.matcher(name).matches() || isSidecar(name);
  }

  private static boolean isSidecar(String name) {
    return Arrays.stream(Sidecar.Kind.values()).anyMatch(kind -> kind.fileName().equals(name));
  }

  /// Whether only this program writes files of this name.
  static boolean isOurs(String name) {
    return name.equals(EXTRA) || TREE.matcher(name).matches();
  }
}

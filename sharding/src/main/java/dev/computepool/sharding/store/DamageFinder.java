package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.HashTreeException;
import dev.computepool.sharding.plan.TensorSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells where in a shard the damage is, from the hash trees that were stored beside it.
final class DamageFinder {
  private static final long MAX_GROUPS = 1 << 26; // 2 GiB of memory; ours have a million

  private final ShardDirectory directory;
  private @Nullable List<TensorSpan> wholeTensors; // read when first needed

  DamageFinder(ShardDirectory directory) {
    this.directory = directory;
  }

  /// A stored tree, or why there is none.
  ///
  /// @param tree proved by the shard's digest, or null
  /// @param state of its file
  record StoredTree(@Nullable Blake3Tree tree, FileState state) {}

  /// Reads the tree of a shard. A damaged tree says nothing about the shard.
  StoredTree tree(Manifest.Shard shard) throws IOException {
    Path file = directory.path().resolve(ShardFiles.tree(shard.index()));
    if (shard.hash().isZero()) {
      return new StoredTree(
          null, new FileState.Unverified("the shard's digest, which proves it, is unknown"));
    }
    if (shard.sizeBytes() / directory.treeGroup() > MAX_GROUPS) {
      return new StoredTree(
          null,
          new FileState.Broken("cannot be of a shard of %d bytes".formatted(shard.sizeBytes())));
    }
    if (!Files.isRegularFile(file)) {
      return new StoredTree(
          null,
          new FileState.Missing(
              Files.exists(file) ? file + " is not a regular file" : "there is no " + file));
    }
    try {
      Blake3Tree tree =
          Blake3Tree.read(file, shard.hash(), shard.sizeBytes(), directory.treeGroup());
      return new StoredTree(tree, new FileState.Ok());
    } catch (HashTreeException e) {
      return new StoredTree(null, new FileState.Broken(e.problems().getFirst().toString()));
    } catch (NoSuchFileException e) {
      return new StoredTree(null, new FileState.Missing("there is no " + file));
    } catch (IOException e) {
      return new StoredTree(null, new FileState.Unreadable("cannot be read: " + e.getMessage()));
    }
  }

  /// Names what lies in the damaged ranges of a shard.
  List<FileState.Damage> name(Manifest.Shard shard, List<ByteRange> ranges) throws IOException {
    List<FileState.Damage> damages = new ArrayList<>();
    for (ByteRange range : ranges) {
      damages.add(new FileState.Damage(range, tensorsIn(shard, range)));
    }
    return damages;
  }

  private List<String> tensorsIn(Manifest.Shard shard, ByteRange range) throws IOException {
    if (!directory.manifest().isWhole()) {
      return shard.tensors().stream()
          .filter(tensor -> overlap(tensor.inShard(), range))
          .map(Manifest.Tensor::name)
          .toList();
    }
    return wholeTensors().stream()
        .filter(tensor -> overlap(tensor.range(), range))
        .map(TensorSpan::name)
        .toList();
  }

  private static boolean overlap(ByteRange a, ByteRange b) {
    return a.start() < b.end() && b.start() < a.end();
  }

  private synchronized List<TensorSpan> wholeTensors() throws IOException {
    List<TensorSpan> tensors = wholeTensors;
    if (tensors == null) {
      try {
        tensors =
            TensorSpan.of(
                HeaderFile.read(
                    directory.path().resolve(ShardFiles.HEADER),
                    directory.manifest().totalSizeBytes()));
      } catch (FormatException | NoSuchFileException e) {
        tensors = List.of(); // the header is reported for itself; the range must do
      }
      wholeTensors = tensors;
    }
    return tensors;
  }
}

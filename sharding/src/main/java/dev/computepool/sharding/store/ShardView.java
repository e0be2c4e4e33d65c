package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The model file as if it had never been split: read-only, over the shards that are here.
///
/// Bytes come from the header, the shards, the sidecars where their shard is not here, and what was
/// kept of the gaps; other gaps are zero. Nothing is verified. Not safe for use by several threads.
public final class ShardView implements AutoCloseable {
  private static final int MAX_OPEN = 32;
  private static final int PIECE = 128 << 10;

  private final long size;
  private final List<Region> regions;
  private final Map<Path, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  /// Bytes that come from one place.
  ///
  /// @param source the file, or null if they are nowhere
  /// @param offset of the first of them there
  private record Region(ByteRange range, String name, @Nullable Path source, long offset) {}

  private ShardView(long size, List<Region> regions) {
    this.size = size;
    this.regions = List.copyOf(regions);
  }

  /// Looks at a directory; a shard of the wrong size counts as missing.
  public static ShardView open(ShardDirectory directory) throws IOException {
    long size = directory.manifest().totalSizeBytes();
    List<Region> regions = new ArrayList<>();
    List<Part> sidecars = directory.sidecarParts();
    for (Manifest.Shard shard : directory.manifest().shards()) {
      Part part = directory.shardPart(shard);
      if (ShardDirectory.sizeProblem(part) == null) {
        add(part, regions);
        continue;
      }
      for (Manifest.Tensor tensor : shard.tensors()) {
        Optional<Part> sidecar = sidecarOf(tensor, sidecars);
        if (sidecar.isPresent()) {
          add(sidecar.get(), regions);
        } else {
          regions.add(new Region(tensor.inModel(), part.name(), null, 0));
        }
      }
      if (shard.tensors().isEmpty()) {
        regions.add(new Region(ByteRange.at(0, size), part.name(), null, 0));
      }
    }
    if (!directory.manifest().isWhole()) {
      add(directory.headerPart(), regions);
      Optional<Part> extra = directory.extraPart();
      if (extra.isPresent()) {
        add(extra.get(), regions);
      }
    }
    regions.removeIf(region -> region.range().length() == 0);
    regions.sort(Comparator.comparingLong(region -> region.range().start()));
    return new ShardView(size, regions);
  }

  private static Optional<Part> sidecarOf(Manifest.Tensor tensor, List<Part> sidecars)
      throws IOException {
    for (Part sidecar : sidecars) {
      if (sidecar.original().ranges().equals(List.of(tensor.inModel()))
          && ShardDirectory.sizeProblem(sidecar) == null) {
        return Optional.of(sidecar);
      }
    }
    return Optional.empty();
  }

  private static void add(Part part, List<Region> regions) {
    long at = 0;
    for (ByteRange range : part.original().ranges()) {
      // A linked part lies in its file as it lies in the model: in the same runs.
      long offset = part.stored().offsetOf(at);
      regions.add(new Region(range, part.name(), part.file(), offset));
      at += range.length();
    }
  }

  /// Bytes of the model file.
  public long size() {
    return size;
  }

  /// Fills `target` from `position` on, up to its limit or the end of the model file.
  ///
  /// @return how many bytes that were, or -1 at the end
  /// @throws EOFException if some of them are in a shard that is not here
  public int read(ByteBuffer target, long position) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " is negative");
    }
    if (position >= size && target.hasRemaining()) {
      return -1;
    }
    int start = target.position();
    long at = position;
    int region = regionBehind(at);
    while (target.hasRemaining() && at < size) {
      while (region < regions.size() && regions.get(region).range().end() <= at) {
        region++;
      }
      Region next = region < regions.size() ? regions.get(region) : null;
      long gapEnd = next == null ? size : next.range().start();
      int count;
      if (next == null || at < gapEnd) {
        count = (int) Math.min(target.remaining(), gapEnd - at);
        zero(target, count);
      } else {
        count = (int) Math.min(target.remaining(), next.range().end() - at);
        fill(target, count, next, at);
      }
      at += count;
    }
    return target.position() - start;
  }

  /// The SHA-256 of the whole model file.
  ///
  /// @throws EOFException if some of it is in a shard that is not here
  /// @throws dev.computepool.base.CancelledException if `progress` says so
  public Digest sha256(Progress progress) throws IOException {
    Sha256 hasher = Sha256.hasher();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    try (Progress.Step step = progress.begin("Proving SHA-256", size, Progress.Unit.BYTES)) {
      for (long at = 0; at < size; ) {
        int count = read(buffer.clear(), at);
        hasher.update(buffer.flip());
        step.advance(count);
        at += count;
      }
    }
    return hasher.digest();
  }

  private static void zero(ByteBuffer target, int count) {
    for (int i = 0; i < count; i++) {
      target.put((byte) 0);
    }
  }

  private void fill(ByteBuffer target, int count, Region region, long at) throws IOException {
    Path file = region.source();
    if (file == null) {
      throw new EOFException(
          "unexpected end: byte %d of the model is in %s, which is not here"
              .formatted(at, region.name()));
    }
    FileChannel channel = channel(file);
    long offset = region.offset() + at - region.range().start();
    int limit = target.limit();
    target.limit(target.position() + count);
    while (target.hasRemaining()) {
      int read = channel.read(target, offset);
      if (read < 0) {
        throw FileRanges.cut(file, offset, region.offset() + region.range().length());
      }
      offset += read;
    }
    target.limit(limit);
  }

  private FileChannel channel(Path file) throws IOException {
    FileChannel channel = open.get(file);
    if (channel == null) {
      if (open.size() >= MAX_OPEN) {
        var eldest = open.entrySet().iterator().next();
        open.remove(eldest.getKey());
        eldest.getValue().close();
      }
      channel = FileChannel.open(file);
      open.put(file, channel);
    }
    return channel;
  }

  /// Index of the first region that could hold a byte at `position` or behind it.
  private int regionBehind(long position) {
    int low = 0;
    int high = regions.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (regions.get(middle).range().end() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (FileChannel channel : open.values()) {
      try {
        channel.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}

package dev.computepool.gguf.split;

import dev.computepool.base.ByteRange;
import dev.computepool.base.SourceStamp;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.HeaderRead;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model as one file: the file itself or, where that is part of a set, the file that merging the
/// set would give. It is read where it lies; nothing is merged for it.
///
/// @param fileName what the one file is called, or would be: `Model.gguf`
/// @param header of the one file; offsets in it are those that {@link #slices} and readers take
/// @param stamps of the files that it lies in, as they were
/// @param extents all of it, one behind the other
/// @param dropped keys that only later parts of the set have, which the one file lacks
public record ModelSource(
    String fileName,
    GgufHeader header,
    List<SourceStamp> stamps,
    List<Extent> extents,
    List<String> dropped) {
  /// Some bytes of the one file, and where they are.
  public sealed interface Extent {
    ByteRange range();

    /// They are in a file.
    ///
    /// @param offset of the first of them there
    record InFile(ByteRange range, Path file, long offset) implements Extent {}

    /// They are new: a header that stands for those of all parts.
    record InMemory(ByteRange range, ByteBuffer bytes) implements Extent {}

    /// They are zero.
    record Zeros(ByteRange range) implements Extent {}
  }

  /// Bytes that follow each other in a file.
  public record Slice(Path file, ByteRange range) {}

  public ModelSource {
    stamps = List.copyOf(stamps);
    extents = List.copyOf(extents);
    dropped = List.copyOf(dropped);
  }

  /// Looks at a file, and at the others of its set if it says that it is part of one, and is called
  /// so. A part of another name is taken for itself, as nothing tells where the others are.
  ///
  /// @throws GgufFormatException with all that is wrong with the file, or with its set
  public static ModelSource of(Path file) throws IOException {
    SourceStamp stamp = SourceStamp.of(file);
    GgufHeader header = GgufFile.readHeader(file);
    Optional<SplitSet> set = SplitSet.around(file, header);
    if (set.isPresent()) {
      return of(set.get());
    }
    ByteRange all = new ByteRange(0, header.fileSize());
    return new ModelSource(
        file.getFileName().toString(),
        header,
        List.of(stamp),
        List.of(new Extent.InFile(all, file, 0)),
        List.of());
  }

  private static ModelSource of(SplitSet set) throws GgufFormatException {
    MergePlan plan = MergePlan.of(set);
    Assembly assembly = plan.assembly();
    ByteBuffer header = assembly.layout().header();
    List<Extent> extents = new ArrayList<>();
    extents.add(new Extent.InMemory(new ByteRange(0, header.remaining()), header));
    long at = header.remaining();
    for (Assembly.Run run : assembly.runs()) {
      Path file = set.stamps().get(run.source()).path();
      extents.add(new Extent.InFile(ByteRange.at(at, run.length()), file, run.offset()));
      at += run.length();
      extents.add(new Extent.Zeros(ByteRange.at(at, run.zeros())));
      at += run.zeros();
    }
    extents.removeIf(extent -> extent.range().length() == 0);
    return new ModelSource(
        set.name().whole().getFileName().toString(),
        header(set.stamps().getFirst().path(), header, plan.bytes()),
        set.stamps(),
        extents,
        plan.dropped());
  }

  private static GgufHeader header(Path first, ByteBuffer header, long bytes)
      throws GgufFormatException {
    return switch (GgufHeader.read(first.toString(), MemorySegment.ofBuffer(header), bytes)) {
      case HeaderRead.Complete(GgufHeader whole) -> whole;
      case HeaderRead.Incomplete(long needed) ->
          throw new IllegalStateException("a whole header that needs " + needed + " bytes");
    };
  }

  /// Whether it lies in the parts of a set.
  public boolean isSet() {
    return stamps.size() > 1;
  }

  /// The file, or the first part.
  public Path path() {
    return stamps.getFirst().path();
  }

  /// Bytes of the one file.
  public long size() {
    return header.fileSize();
  }

  /// Checks that none of the files has changed since they were looked at.
  ///
  /// @throws FileSystemException if one was changed or replaced
  public void check() throws IOException {
    for (SourceStamp stamp : stamps) {
      stamp.check();
    }
  }

  /// Where some of the bytes lie, in their order.
  ///
  /// @return empty if some of them are in no file
  public Optional<List<Slice>> slices(List<ByteRange> ranges) {
    List<Slice> slices = new ArrayList<>();
    for (ByteRange range : ranges) {
      long at = range.start();
      for (int i = extentBehind(at); at < range.end() && i < extents.size(); i++) {
        if (!(extents.get(i) instanceof Extent.InFile(ByteRange there, Path file, long offset))) {
          return Optional.empty();
        }
        long end = Math.min(range.end(), there.end());
        slices.add(new Slice(file, ByteRange.at(offset + at - there.start(), end - at)));
        at = end;
      }
    }
    return Optional.of(slices);
  }

  /// Index of the first extent that could hold a byte at `position` or behind it.
  int extentBehind(long position) {
    int low = 0;
    int high = extents.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (extents.get(middle).range().end() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Opens it for reading.
  public ModelReader open() {
    return new ModelReader(this);
  }
}

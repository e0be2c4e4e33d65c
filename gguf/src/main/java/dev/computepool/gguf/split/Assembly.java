package dev.computepool.gguf.split;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file put together from a new header and ranges of other files.
record Assembly(GgufLayout layout, List<Run> runs) {
  /// @param source which of the other files
  /// @param offset where in it
  /// @param zeros bytes of padding that follow
  record Run(int source, long offset, long length, long zeros) {}

  /// Bytes of the whole file.
  long bytes() {
    long bytes = layout.header().remaining();
    for (Run run : runs) {
      bytes += run.length() + run.zeros();
    }
    return bytes;
  }

  /// One of the other files.
  record Source(Path file, FileChannel channel) {}

  void writeTo(AtomicFile file, List<Source> sources, Progress.Step progress) throws IOException {
    ByteBuffer header = layout.header();
    progress.advance(header.remaining());
    file.write(header);
    for (Run run : runs) {
      Source source = sources.get(run.source());
      FileRanges.append(
          source.file(), source.channel(), run.offset(), run.length(), file.channel(), progress);
      file.write(ByteBuffer.allocate((int) run.zeros()));
      progress.advance(run.zeros());
    }
  }

  /// The data of some tensors as it goes into another file of this alignment.
  ///
  /// @param from index of the first
  /// @param to index after the last
  /// @param last whether this is the end of the other file, which then ends as this one does
  static List<Run> runs(
      int source, GgufHeader header, int from, int to, int alignment, boolean last) {
    List<TensorInfo> tensors = header.tensors();
    if (from == to) {
      return List.of();
    }
    if (header.alignment() != alignment || !header.isConsecutive()) {
      List<Run> runs = new ArrayList<>();
      for (TensorInfo tensor : tensors.subList(from, to)) {
        long bytes = tensor.byteSize();
        runs.add(
            new Run(source, header.positionOf(tensor), bytes, padded(bytes, alignment) - bytes));
      }
      return runs;
    }
    long start = header.positionOf(tensors.get(from));
    long end = end(header, to);
    if (last) {
      return List.of(new Run(source, start, header.fileSize() - start, 0));
    }
    long present = Math.min(end, header.fileSize());
    return List.of(new Run(source, start, present - start, end - present));
  }

  private static long end(GgufHeader header, int to) {
    if (to < header.tensors().size()) {
      return header.positionOf(header.tensors().get(to));
    }
    TensorInfo last = header.tensors().get(to - 1);
    return padded(header.positionOf(last) + last.byteSize(), header.alignment());
  }

  /// What follows the header of a file without tensors, as far as it is more than padding.
  static List<Run> rest(int source, GgufHeader header) {
    long rest = header.fileSize() - header.dataOffset();
    return rest > 0 ? List.of(new Run(source, header.dataOffset(), rest, 0)) : List.of();
  }

  static long padded(long bytes, int alignment) {
    return (bytes + alignment - 1) & -(long) alignment;
  }
}

package dev.computepool.gguf.split;

import dev.computepool.base.FileRanges;
import dev.computepool.base.RangeReader;
import dev.computepool.gguf.split.ModelSource.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads a model as one file. Not safe for use by several threads.
public final class ModelReader implements RangeReader, AutoCloseable {
  private final ModelSource source;
  // One at a time: a set may have more parts than a process may have open files.
  private @Nullable Path opened;
  private @Nullable FileChannel channel;

  ModelReader(ModelSource source) {
    this.source = source;
  }

  /// Fills `target` from `position` on, up to its limit or to where another file goes on.
  ///
  /// @return how many bytes that were, or -1 at the end of the model
  /// @throws FileSystemException if a file ends before it should
  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int index = source.extentBehind(position);
    if (index == source.extents().size()) {
      return -1;
    }
    Extent extent = source.extents().get(index);
    long from = position - extent.range().start();
    int count = (int) Math.min(target.remaining(), extent.range().length() - from);
    switch (extent) {
      case Extent.InMemory(var _, ByteBuffer bytes) ->
          target.put(bytes.slice((int) from + bytes.position(), count));
      case Extent.Zeros _ -> target.put(new byte[count]);
      case Extent.InFile(var _, Path file, long offset) -> {
        int limit = target.limit();
        target.limit(target.position() + count);
        count = channel(file).read(target, offset + from);
        target.limit(limit);
        if (count < 0) {
          throw FileRanges.cut(file, offset + from, offset + extent.range().length());
        }
      }
    }
    return count;
  }

  private FileChannel channel(Path file) throws IOException {
    FileChannel current = channel;
    if (current == null || !file.equals(opened)) {
      close();
      current = FileChannel.open(file);
      channel = current;
      opened = file;
    }
    return current;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}

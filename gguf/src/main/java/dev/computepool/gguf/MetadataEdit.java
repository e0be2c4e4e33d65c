package dev.computepool.gguf;

import dev.computepool.base.BusyException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.base.SourceStamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file with other metadata: the same tensors, moved as one piece to where the header then ends.
///
/// @param stamp of the file as it is
/// @param header its header
/// @param layout the file as it will be
/// @param patch the bytes that differ, where they can be written into the source; null where the
///     file has to be written anew
public record MetadataEdit(
    SourceStamp stamp, GgufHeader header, GgufLayout layout, @Nullable Patch patch) {
  // What lies in one page of the kernel's cache is there before or after a write, not half of it,
  // whenever the process is killed.
  private static final int PAGE = 4096;

  /// Bytes that take the place of others.
  ///
  /// @param offset from the start of the file
  /// @param before what is there
  /// @param after what will be there, as many; none if nothing changes
  public record Patch(long offset, ByteBuffer before, ByteBuffer after) {
    public Patch {
      before = before.asReadOnlyBuffer();
      after = after.asReadOnlyBuffer();
    }
  }

  /// What happens to one key.
  public sealed interface Change {
    String key();

    /// The key gets this value, in its place if it is there, else at the end.
    record Put(String key, MetadataValue value) implements Change {}

    /// The key goes, if it is there.
    record Remove(String key) implements Change {}
  }

  /// Applies changes in their order, without touching the disk.
  ///
  /// @throws GgufFormatException if the file is not valid, or big-endian
  /// @throws IllegalArgumentException if a key or a value cannot be, as {@link
  ///     GgufLayout.Builder#put} says, or if the alignment would change
  public static MetadataEdit plan(Path source, List<Change> changes) throws IOException {
    SourceStamp stamp = SourceStamp.of(source);
    GgufHeader header = GgufFile.readHeader(source);
    if (header.byteOrder() == ByteOrder.BIG_ENDIAN) {
      throw new GgufFormatException(
          header.file(),
          List.of(new Problem("", "a big-endian file can be read, but not written")));
    }
    GgufLayout.Builder builder =
        GgufLayout.builder().version(header.version()).putAll(header.metadata());
    for (Change change : changes) {
      switch (change) {
        case Change.Put(String key, MetadataValue value) -> builder.put(key, value);
        case Change.Remove(String key) -> builder.remove(key);
      }
    }
    GgufLayout layout = builder.tensorsAsIn(header).build();
    return new MetadataEdit(stamp, header, layout, patch(source, header, layout));
  }

  private static @Nullable Patch patch(Path source, GgufHeader header, GgufLayout layout)
      throws IOException {
    ByteBuffer after = layout.header();
    if (layout.fileSize() != header.fileSize()
        || after.remaining() != header.fileSize() - layout.dataBytes()) {
      return null;
    }
    ByteBuffer before = read(source, 0, after.remaining());
    int from = before.mismatch(after);
    if (from < 0) {
      return new Patch(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
    }
    int to = after.remaining();
    while (before.get(to - 1) == after.get(to - 1)) {
      to--;
    }
    if (from / PAGE != (to - 1) / PAGE || hasOtherNames(source)) {
      return null;
    }
    return new Patch(from, before.slice(from, to - from), after.slice(from, to - from));
  }

  /// Whether others reach the file under another name and would see it change: caches that name
  /// files after their content do.
  private static boolean hasOtherNames(Path source) throws IOException {
    if (Files.isSymbolicLink(source)) {
      return true;
    }
    try {
      return (int) Files.getAttribute(source, "unix:nlink") > 1;
    } catch (UnsupportedOperationException e) {
      return false; // where names are not counted
    }
  }

  private static ByteBuffer read(Path file, long offset, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel, offset, length);
    }
  }

  private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
    return bytes.flip();
  }

  /// The file as it is.
  public Path source() {
    return stamp.path();
  }

  /// Whether the file is as it is to be already.
  public boolean isNothing() {
    return patch != null && !patch.after().hasRemaining();
  }

  /// Changes the source: by writing the bytes that differ if they are few and nobody else calls
  /// the file by another name, else by a copy that takes its place. It is never half-written.
  ///
  /// @throws BusyException if another process changes it
  /// @throws FileSystemException if it was changed after {@link #plan}
  public void apply(Progress progress) throws IOException {
    if (patch == null) {
      write(source(), true, progress);
    } else if (!isNothing()) {
      overwrite(patch);
    }
  }

  private void overwrite(Patch patch) throws IOException {
    try (FileChannel channel =
            FileChannel.open(source(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new BusyException(source());
      }
      int length = patch.before().remaining();
      if (channel.size() != header.fileSize()
          || !read(channel, patch.offset(), length).equals(patch.before())) {
        throw new FileSystemException(source().toString(), null, "changed meanwhile");
      }
      channel.write(patch.after().duplicate(), patch.offset());
      channel.force(false);
    }
  }

  /// Writes the changed file.
  ///
  /// @param replace whether `target` may be replaced; it may be the source itself
  /// @throws java.nio.file.FileAlreadyExistsException if it is there and `replace` is false
  public void write(Path target, boolean replace, Progress progress) throws IOException {
    stamp.check();
    try (FileChannel channel = FileChannel.open(source(), StandardOpenOption.READ);
        GgufWriter writer =
            replace ? GgufWriter.replace(target, layout) : GgufWriter.create(target, layout);
        Progress.Step step = progress.begin("Writing", layout.fileSize(), Progress.Unit.BYTES)) {
      step.advance(layout.header().remaining());
      writer.copyData(source(), channel, header.dataOffset(), step);
      stamp.check();
      writer.commit();
    }
  }
}

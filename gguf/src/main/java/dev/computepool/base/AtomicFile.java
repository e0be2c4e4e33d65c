package dev.computepool.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file that appears under its name complete or not at all.
///
/// It is written as `.NAME.partial` beside its target and renamed by {@link #commit}. The partial
/// file is locked while it is written: what a killed process left behind is unlocked, and the next
/// run takes it over; what a running one writes is refused.
public final class AtomicFile implements Closeable {
  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final boolean replace;
  private boolean open = true;

  private AtomicFile(Path target, Path partial, FileChannel channel, boolean replace) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.replace = replace;
  }

  /// Begins a file that must not exist yet.
  ///
  /// @throws FileAlreadyExistsException if `target` exists, now or when it is committed
  /// @throws BusyException if another process is writing it
  public static AtomicFile create(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    return open(target, false);
  }

  /// Begins a file that takes the place of `target`, which keeps its old content until then.
  ///
  /// @throws BusyException if another process is writing it
  public static AtomicFile replace(Path target) throws IOException {
    return open(target, true);
  }

  /// Writes a small text file whole, in place of what was there.
  public static void writeString(Path target, String text) throws IOException {
    try (AtomicFile file = replace(target)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      file.commit();
    }
  }

  /// Where the bytes are until {@link #commit}.
  public static Path partialOf(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".partial");
  }

  private static AtomicFile open(Path target, boolean replace) throws IOException {
    Path partial = partialOf(target);
    while (true) {
      FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        if (lock(channel) == null) {
          throw new BusyException(target);
        }
        // Between open and lock its writer may have renamed it to the target: not ours to truncate.
        if (Files.exists(partial)) {
          channel.truncate(0);
          return new AtomicFile(target, partial, channel, replace);
        }
        channel.close();
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process holds it
    }
  }

  /// The partial file, for work that seeks or transfers. Its owner stays this object.
  public FileChannel channel() {
    return channel;
  }

  /// Appends all that remains in `bytes` at the channel's position.
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Makes the file appear under its name. It is handed to the kernel, not forced to the medium.
  ///
  /// @throws FileAlreadyExistsException if it was to be new and somebody made it meanwhile
  public void commit() throws IOException {
    if (replace) {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      // A rename would replace silently; a plain move of the JDK checks first and then renames.
      Files.move(partial, target);
    }
    open = false;
    channel.close();
  }

  /// Removes the partial file unless it was committed.
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      // Deleted before it is unlocked: another run must not take over a name that then vanishes.
      Files.deleteIfExists(partial);
      channel.close();
    }
  }
}

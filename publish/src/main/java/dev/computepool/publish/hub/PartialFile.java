package dev.computepool.publish.hub;

import dev.computepool.base.BusyException;
import dev.computepool.base.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// A file that is on its way. What has come stays after a failure, for the next run to go on with;
/// its name says which content it is a part of, so that nothing else is ever appended to it.
final class PartialFile implements Closeable {
  private static final String END = ".part";
  private static final int TAG = 12;
  private static final int PIECE = 128 << 10;

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final TreeEntry entry;
  private FileHashes.Hasher hasher;
  private long length;

  private PartialFile(Path target, Path partial, FileChannel channel, TreeEntry entry) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.entry = entry;
    this.hasher = new FileHashes.Hasher(entry.size());
  }

  /// The name of the part, beside the target.
  static Path partialOf(Path target, TreeEntry entry) {
    String hash = entry.sha256() == null ? entry.gitOid() : entry.sha256().hex();
    String tag = hash.length() < TAG ? hash : hash.substring(0, TAG);
    return target.resolveSibling("." + target.getFileName() + "." + tag + END);
  }

  /// Opens what is there of a file, or begins it. What is there is hashed again.
  ///
  /// @param step is advanced by what is there
  /// @throws BusyException if another process is writing it
  static PartialFile open(Path target, TreeEntry entry, Progress.Step step) throws IOException {
    Path partial = partialOf(target, entry);
    FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    boolean opened = false;
    try {
      if (!lock(channel)) {
        throw new BusyException(target);
      }
      PartialFile file = new PartialFile(target, partial, channel, entry);
      file.takeUp(step);
      opened = true;
      return file;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process writes it
    }
  }

  private void takeUp(Progress.Step step) throws IOException {
    if (channel.size() > entry.size()) {
      channel.truncate(0);
    }
    byte[] piece = new byte[PIECE];
    for (int n; (n = channel.read(ByteBuffer.wrap(piece), length)) > 0; length += n) {
      hasher.update(piece, 0, n);
      step.advance(n);
    }
  }

  /// Bytes that are there.
  long length() {
    return length;
  }

  boolean isWhole() {
    return length == entry.size();
  }

  /// Appends.
  void write(byte[] bytes, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
    for (long at = length; buffer.hasRemaining(); ) {
      at += channel.write(buffer, at);
    }
    hasher.update(bytes, 0, count);
    length += count;
  }

  /// Begins again.
  void restart() throws IOException {
    channel.truncate(0);
    hasher = new FileHashes.Hasher(entry.size());
    length = 0;
  }

  /// Whether what is there is what it is to be. It can be asked once the file is whole.
  boolean isRight() {
    FileHashes hashes = hasher.finish();
    return entry.sha256() == null
        ? entry.gitOid().equals(String.valueOf(hashes.gitOid()))
        : entry.sha256().equals(hashes.sha256());
  }

  /// Makes the file appear under its name, and removes parts of what it was before.
  ///
  /// @param replace whether another file may be there
  /// @throws FileAlreadyExistsException if one is
  void commit(boolean replace) throws IOException {
    if (replace) {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.move(partial, target);
    }
    removeOthers();
  }

  private void removeOthers() throws IOException {
    String begin = "." + target.getFileName() + ".";
    List<Path> others;
    try (Stream<Path> files = Files.list(target.toAbsolutePath().getParent())) {
      others =
          files
              .filter(
                  f -> {
                    String name = String.valueOf(f.getFileName());
                    return name.startsWith(begin)
                        && name.endsWith(END)
                        && name.substring(begin.length()).matches("[0-9a-f]{12}\\.part");
                  })
              .toList();
    }
    for (Path other : others) {
      Files.deleteIfExists(other);
    }
  }

  /// Removes what is there, which is of no use.
  void discard() throws IOException {
    Files.deleteIfExists(partial);
  }

  /// What is there stays.
  @Override
  public void close() throws IOException {
    channel.close();
  }
}

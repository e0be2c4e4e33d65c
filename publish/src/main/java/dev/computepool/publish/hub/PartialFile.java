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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A file that is on its way. What has come stays after a failure, for the next run to go on with;
/// its name says which content it is a part of, so that nothing else is ever appended to it.
final class PartialFile implements Closeable {
  private static final String END = ".part";
  private static final int TAG = 12;
  private static final Pattern PART = Pattern.compile("\\.(.+)\\.[0-9a-f]{12}\\.part");
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
    this.hasher = hasher(entry);
  }

  private static FileHashes.Hasher hasher(TreeEntry entry) {
    return new FileHashes.Hasher(entry.size(), entry.isInGit());
  }

  /// The name of the part, beside the target.
  static Path partialOf(Path target, TreeEntry entry) {
    String hash = entry.sha256() == null ? entry.gitOid() : entry.sha256().hex();
    return target.resolveSibling("." + target.getFileName() + "." + hash.substring(0, TAG) + END);
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
    hasher = hasher(entry);
    length = 0;
  }

  /// Whether what is there is what it is to be. It can be asked once the file is whole.
  boolean isRight() {
    return entry.isOf(hasher.finish());
  }

  /// Makes the file appear under its name.
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
  }

  /// Removes parts of what files were before, once they are there.
  static void removeParts(Collection<Path> targets) throws IOException {
    Map<Path, Set<String>> names = new HashMap<>();
    for (Path target : targets) {
      names
          .computeIfAbsent(target.resolveSibling(""), _ -> new HashSet<>())
          .add(String.valueOf(target.getFileName()));
    }
    for (Map.Entry<Path, Set<String>> folder : names.entrySet()) {
      List<Path> files;
      try (Stream<Path> all = Files.list(folder.getKey())) {
        files = all.toList();
      }
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        Matcher part = PART.matcher(name);
        if (part.matches()
            && folder.getValue().contains(part.group(1))
            && !folder.getValue().contains(name)) {
          Files.deleteIfExists(file);
        }
      }
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

package dev.computepool.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A file that appears under its name complete or not at all.
///
/// It is written as `.NAME.partial` beside its target and renamed by {@link #commit}. The partial
/// file is locked while it is written: what a killed process left behind is unlocked, and the next
/// run takes it over; what a running one writes is refused.
public final class AtomicFile implements Closeable {
  /// Partial files that this process has open. Not even a look at one of them is possible: where
  /// POSIX rules, closing a second descriptor would let go of the lock that the first one has.
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final boolean replace;
  private @Nullable Set<PosixFilePermission> lastPermissions; // those it gets when it is committed
  private boolean open = true;

  private AtomicFile(
      Path target,
      Path partial,
      FileChannel channel,
      boolean replace,
      @Nullable Set<PosixFilePermission> lastPermissions) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.replace = replace;
    this.lastPermissions = lastPermissions;
  }

  /// Checks that `target` can be written, as far as that is known without touching anything.
  ///
  /// @throws FormatException if it is a folder
  /// @throws FileAlreadyExistsException if it exists and `replace` is false
  public static void check(Path target, boolean replace) throws IOException {
    InputFile.requireNoFolder(target);
    if (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  /// Begins a file that must not exist yet.
  ///
  /// @throws FileAlreadyExistsException if `target` exists, now or when it is committed
  /// @throws FormatException if it is a folder
  /// @throws BusyException if another process is writing it
  public static AtomicFile create(Path target) throws IOException {
    check(target, false);
    return open(target, false);
  }

  /// Begins a file that takes the place of `target`, which keeps its old content until then.
  ///
  /// @throws FormatException if it is a folder
  /// @throws BusyException if another process is writing it
  public static AtomicFile replace(Path target) throws IOException {
    check(target, true);
    return open(target, true);
  }

  /// Writes a small text file whole, in place of what was there.
  public static void writeString(Path target, String text) throws IOException {
    try (AtomicFile file = replace(target)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      file.commit();
    }
  }

  /// Writes a small text file whole that nobody but its owner may read, also if others could read
  /// what was there.
  public static void writeSecret(Path target, String text) throws IOException {
    try (AtomicFile file = replace(target)) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(file.partial, PosixFileAttributeView.class);
      if (view != null) { // elsewhere a user's folder is the user's alone
        view.setPermissions(
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
      }
      file.lastPermissions = null;
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
    Path key = partial.toAbsolutePath().normalize();
    if (!OPEN.add(key)) {
      throw new BusyException(target);
    }
    boolean opened = false;
    try {
      FileChannel channel = lockPartial(target, partial);
      try {
        if (!replace && Files.exists(target)) {
          Files.delete(partial);
          throw new FileAlreadyExistsException(target.toString());
        }
        channel.truncate(0);
        Set<PosixFilePermission> permissions = copyPermissions(target, partial);
        opened = true;
        return new AtomicFile(target, partial, channel, replace, permissions);
      } finally {
        if (!opened) {
          channel.close();
        }
      }
    } finally {
      if (!opened) {
        OPEN.remove(key);
      }
    }
  }

  /// Opens and locks the file that is called `partial` while it is locked, which is not sure at
  /// once: until then its writer may have renamed it to the target, and that is not ours to touch.
  private static FileChannel lockPartial(Path target, Path partial) throws IOException {
    while (true) {
      Object identity = identity(partial);
      if (identity == null) {
        createEmpty(partial);
        continue;
      }
      FileChannel channel;
      try {
        channel =
            FileChannel.open(
                partial,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        continue;
      }
      boolean ours = false;
      try {
        // Asked right after opening, so that it is the identity of what was opened.
        boolean same = identity.equals(identity(partial));
        if (same && !lock(channel)) {
          throw new BusyException(target);
        }
        ours = same && identity.equals(identity(partial));
        if (ours) {
          return channel;
        }
      } finally {
        if (!ours) {
          channel.close();
        }
      }
    }
  }

  /// What stays the same when a file is renamed, or null if there is no such file.
  private static @Nullable Object identity(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new FileSystemException(file.toString(), null, "is not a regular file");
      }
      Object key = attributes.fileKey();
      // Where there are no keys (Windows), an open file cannot be renamed.
      return key == null ? file : key;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void createEmpty(Path partial) throws IOException {
    try {
      Files.createFile(partial);
    } catch (FileAlreadyExistsException e) {
      return; // another process was faster: the lock decides whose it is
    } catch (NoSuchFileException e) {
      // What is missing is the folder, and the user knows no partial file.
      throw new NoSuchFileException(String.valueOf(partial.getParent()));
    }
  }

  /// Gives `partial` the permissions of what it will replace: they may keep a secret. Its owner may
  /// write it until then, or what a killed run leaves could not be taken over.
  ///
  /// @return the permissions that it is to have in the end, if they are others
  private static @Nullable Set<PosixFilePermission> copyPermissions(Path target, Path partial)
      throws IOException {
    PosixFileAttributeView from = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    PosixFileAttributeView to = Files.getFileAttributeView(partial, PosixFileAttributeView.class);
    if (from == null || to == null || !Files.exists(target)) {
      return null;
    }
    Set<PosixFilePermission> last = from.readAttributes().permissions();
    Set<PosixFilePermission> first = EnumSet.of(PosixFilePermission.OWNER_WRITE);
    first.addAll(last);
    to.setPermissions(first);
    return first.equals(last) ? null : last;
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process holds it under another name of the folder
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
    if (lastPermissions != null) {
      Files.setPosixFilePermissions(partial, lastPermissions);
    }
    if (replace) {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      // A rename would replace silently; a plain move of the JDK checks first and then renames.
      Files.move(partial, target);
    }
    open = false;
    release();
  }

  /// Removes the partial file unless it was committed.
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      // Deleted before it is unlocked: another run must not take over a name that then vanishes.
      try {
        Files.deleteIfExists(partial);
      } finally {
        release();
      }
    }
  }

  private void release() throws IOException {
    try {
      channel.close();
    } finally {
      OPEN.remove(partial.toAbsolutePath().normalize());
    }
  }
}

package dev.computepool.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A directory that appears under its name complete or not at all.
///
/// It is built inside `.NAME.partial` beside its target and moved by {@link #commit}. A lock in
/// there tells the remains of a killed process, which the next run removes, from the work of a
/// running one, which is refused.
public final class AtomicDirectory implements Closeable {
  private static final String LOCK = "lock";
  private static final String CONTENT = "building";
  private static final String REPLACED = "replaced";
  private static final int MAX_LOCK_SIZE = 1 << 16;

  private final Path target;
  private final Path partial;
  private final FileChannel lock;
  private final boolean replace;
  private boolean open = true;

  private AtomicDirectory(Path target, Path partial, FileChannel lock, boolean replace) {
    this.target = target;
    this.partial = partial;
    this.lock = lock;
    this.replace = replace;
  }

  /// Begins a directory that must not exist yet. Its parent must.
  ///
  /// @throws FileAlreadyExistsException if `target` exists, now or when it is committed
  /// @throws BusyException if another process is building it
  public static AtomicDirectory create(Path target) throws IOException {
    return open(target, false);
  }

  /// Begins a directory that takes the place of `target`, which keeps its content until then.
  ///
  /// @throws BusyException if another process is building it
  public static AtomicDirectory replace(Path target) throws IOException {
    return open(target, true);
  }

  /// Where the remains of a killed process are, if there are any.
  public static Path partialOf(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".partial");
  }

  private static AtomicDirectory open(Path target, boolean replace) throws IOException {
    Path partial = partialOf(target);
    FileChannel lock = lock(target, partial);
    AtomicDirectory directory = new AtomicDirectory(target, partial, lock, replace);
    try {
      // Killed between the two moves of a replacement: the old content is only here.
      Path replaced = partial.resolve(REPLACED);
      if (exists(replaced) && !exists(target)) {
        Files.move(replaced, target);
      }
      if (!replace && exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      deleteTree(replaced);
      deleteTree(partial.resolve(CONTENT));
      Files.createDirectory(partial.resolve(CONTENT));
      return directory;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  private static FileChannel lock(Path target, Path partial) throws IOException {
    Path file = partial.resolve(LOCK);
    while (true) {
      createDirectory(partial);
      FileChannel channel;
      try {
        channel =
            FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } catch (NoSuchFileException e) {
        continue; // its owner has just finished and removed the folder
      }
      try {
        if (!tryLock(channel)) {
          throw new BusyException(target);
        }
        if (isStillAt(file, channel)) {
          return channel;
        }
        channel.close();
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  private static void createDirectory(Path partial) throws IOException {
    try {
      Files.createDirectory(partial);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(partial, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process holds it
    }
  }

  /// Whether the locked file is the one that others find: between open and lock its owner may have
  /// removed it, and a third process may have made another. It is told by a size that only we can
  /// have given it; to open it again would, once closed, give up the lock of the whole process.
  private static boolean isStillAt(Path file, FileChannel locked) throws IOException {
    int size = ThreadLocalRandom.current().nextInt(1, MAX_LOCK_SIZE);
    locked.truncate(0).write(ByteBuffer.allocate(1), size - 1L);
    try {
      return Files.size(file) == size;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Where the content goes until {@link #commit}.
  public Path path() {
    return partial.resolve(CONTENT);
  }

  /// Makes the directory appear under its name. It is handed to the kernel, not forced to the
  /// medium.
  ///
  /// @throws FileAlreadyExistsException if it was to be new and somebody made it meanwhile
  public void commit() throws IOException {
    if (replace && exists(target)) {
      Files.move(target, partial.resolve(REPLACED), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(path(), target);
    close();
  }

  /// Removes what was built unless it was committed.
  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    try {
      Path replaced = partial.resolve(REPLACED);
      if (exists(replaced) && !exists(target)) {
        Files.move(replaced, target);
      }
      deleteTree(replaced);
      deleteTree(path());
      // The lock goes last: once it is gone, another run may begin here at any time.
      Files.deleteIfExists(partial.resolve(LOCK));
      try {
        Files.deleteIfExists(partial);
      } catch (DirectoryNotEmptyException e) {
        // It has begun, and the folder is its own now.
      }
    } finally {
      lock.close();
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Deletes a directory and all in it, if it is there; links are removed, not followed.
  public static void deleteTree(Path root) throws IOException {
    if (!exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

package dev.computepool.train.run;

import dev.computepool.base.BusyException;
import dev.computepool.base.CancelledException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Held by the process that works on a run. The system lets go of it when the process ends,
/// however it ends, so whether a run is alive is never a guess.
final class RunLock implements Closeable {
  /// Locks of this process. Where POSIX rules, closing a second descriptor of a file lets go of
  /// the
  /// lock that the first one has, so not even a look at one of these is possible.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int TRIES = 20;
  private static final long PAUSE_MILLIS = 50;

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock of a run.
  ///
  /// @throws BusyException if another process, or another thread, has it
  static RunLock take(RunFiles run) throws IOException {
    Path file = key(run);
    if (!HELD.add(file)) {
      throw new BusyException(run.folder());
    }
    boolean taken = false;
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        taken = lock(channel);
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (!taken) {
        throw new BusyException(run.folder());
      }
      return new RunLock(file, channel);
    } finally {
      if (!taken) {
        HELD.remove(file);
      }
    }
  }

  /// Whoever looks at a run has its lock for an instant, and is not to be in the way.
  private static boolean lock(FileChannel channel) throws IOException {
    for (int tries = 1; channel.tryLock() == null; tries++) {
      if (tries == TRIES) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    }
    return true;
  }

  private static Path key(RunFiles run) {
    return run.lock().toAbsolutePath().normalize();
  }

  /// Whether some process works on a run.
  static boolean isHeld(RunFiles run) throws IOException {
    Path file = key(run);
    if (HELD.contains(file)) {
      return true;
    }
    // A shared lock, for which reading is enough: the folder may be somebody else's.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}

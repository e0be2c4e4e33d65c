package dev.computepool.sharding.store;

import dev.computepool.base.CancelledException;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import dev.computepool.base.RangeReader;
import dev.computepool.base.Workers;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Computes the SHA-256 of a file beside other work on it: it cannot be split among threads.
final class Sha256Thread implements AutoCloseable {
  private static final int PIECE = 128 << 10;

  private final Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable Digest digest;
  private volatile @Nullable IOException failure;

  private Sha256Thread(
      Path path, RangeReader file, long length, Watermark written, Progress.Step step) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("sha256")
            .unstarted(
                () -> {
                  try {
                    digest = compute(path, file, length, written, step);
                  } catch (IOException e) {
                    failure = e;
                  }
                });
  }

  /// Begins to read, no further than others have written.
  ///
  /// @param path what is read, for messages
  static Sha256Thread start(
      Path path, RangeReader file, long length, Watermark written, Progress.Step step) {
    Sha256Thread started = new Sha256Thread(path, file, length, written, step);
    started.thread.start();
    return started;
  }

  private Digest compute(
      Path path, RangeReader file, long length, Watermark written, Progress.Step step)
      throws IOException {
    Sha256 hasher = Sha256.hasher();
    // A heap buffer: from a direct one MessageDigest copies 4 KiB at a time.
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, length));
    for (long done = 0; done < length; ) {
      long end = Math.min(done + PIECE, length);
      written.await(end);
      if (stopped) {
        throw new CancelledException();
      }
      buffer.clear().limit((int) (end - done));
      int read = file.read(buffer, done);
      if (read < 0) {
        throw FileRanges.cut(path, done, length);
      }
      hasher.update(buffer.flip());
      step.advance(read);
      done += read;
    }
    return hasher.digest();
  }

  /// Waits for the digest.
  Digest result() throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new CancelledException();
      throw interrupted;
    }
    if (failure != null) {
      throw failure;
    }
    Digest result = digest;
    if (result == null) {
      throw new IllegalStateException("the thread ended without a digest");
    }
    return result;
  }

  /// Ends the thread, whether it is done or not, before its file is closed.
  @Override
  public void close() {
    stopped = true;
    Workers.join(thread);
  }
}

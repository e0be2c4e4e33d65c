package dev.computepool.convert.tensor;

import dev.computepool.base.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Has what was written to files go to their medium while more is being written.
///
/// Linux keeps it in memory until that is a tenth of all there is, and the medium idles meanwhile:
/// whoever syncs the finished file then waits for all of it. A range is asked for at a time, so
/// that closing waits for no more than that: on a slow medium the rest is left to the kernel, as it
/// would have been.
final class WriteBehind implements AutoCloseable {
  /// Bytes that are asked for at once.
  static final long RANGE = 32L << 20;

  private final Medium medium;
  private final Thread thread;
  private final Deque<Range> ranges = new ArrayDeque<>();
  private @Nullable Range growing; // what is not yet worth asking for
  private @Nullable IOException failure;
  private boolean closed;

  /// Bytes of a file.
  record Range(FileChannel file, long from, long to) {}

  /// What files are kept on.
  @FunctionalInterface
  interface Medium {
    /// Waits until the bytes are there.
    ///
    /// @return false if the medium of this file cannot be asked
    /// @throws IOException if it could not take them
    boolean force(Range range) throws IOException;
  }

  WriteBehind() {
    this(WriteBehind::force);
  }

  WriteBehind(Medium medium) {
    this.medium = medium;
    this.thread = Thread.ofPlatform().daemon().name("write-behind").start(this::run);
  }

  /// Takes note of bytes that were written. Those of a file come roughly in their order.
  ///
  /// @throws IOException if bytes before these could not be written to the medium
  synchronized void written(FileChannel file, long from, long to) throws IOException {
    throwFailure();
    growing =
        growing != null && growing.file.equals(file)
            ? new Range(file, Math.min(growing.from, from), Math.max(growing.to, to))
            : new Range(file, from, to);
    if (growing.to - growing.from >= RANGE) {
      ranges.add(growing);
      growing = null;
      notifyAll();
    }
  }

  private void run() {
    try {
      Range range = take();
      while (range != null && medium.force(range)) {
        range = take();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    } catch (IOException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized @Nullable Range take() throws InterruptedException {
    while (ranges.isEmpty() && !closed) {
      wait();
    }
    return closed ? null : ranges.remove();
  }

  /// A file is forced whole, a mapping only as far as it goes.
  private static boolean force(Range range) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes;
      try {
        bytes = range.file.map(MapMode.READ_WRITE, range.from, range.to - range.from, arena);
      } catch (IOException e) {
        return false; // some network file systems cannot do that, and all is written without it
      }
      bytes.force();
      return true;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /// Ends it: what was not asked for yet is left to the kernel.
  ///
  /// @throws IOException if bytes could not be written to the medium
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    Workers.join(thread);
    throwFailure();
  }
}

package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.HashEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads streams of bytes that lie scattered in files, builds the hash tree of each, and writes
/// them scattered elsewhere: splitting, joining and verifying are all this one thing.
///
/// Every byte is read once; what is hashed is what is written. The streams are cut into windows
/// that any thread can work on, taken in the order of the file that all streams share, so that
/// disks see long runs. Memory is one buffer a thread and the trees of the streams that have begun
/// and not ended.
final class HashingPipeline {
  // A window is long enough for its files to be opened for it alone, and short enough for all
  // threads to have some.
  private static final int WINDOW = 4 << 20;
  private static final int PIECE = 128 << 10;

  private final HashEngine engine;

  HashingPipeline(HashEngine engine) {
    this.engine = engine;
  }

  /// One end of a stream.
  ///
  /// @param path of the file
  /// @param shared the open file if other streams use it too; else it is opened where needed
  /// @param placement where the stream's bytes lie in it
  record Port(Path path, @Nullable FileChannel shared, Placement placement) {
    Port(Path path, Placement placement) {
      this(path, null, placement);
    }
  }

  /// Receives what was hashed, on the thread that hashed the last of it.
  @FunctionalInterface
  interface Finisher {
    void finished(Blake3Tree.Builder hashed) throws IOException;
  }

  /// One stream.
  static final class Job {
    private final Port source;
    private final @Nullable Port target;
    private final ByteRange part;
    private final int groupSize;
    private final Finisher finisher;
    private final AtomicInteger windowsLeft = new AtomicInteger();
    private Blake3Tree.@Nullable Builder builder;

    /// @param target where the bytes go, or null if they are only hashed
    /// @param groupSize of the hash tree
    Job(Port source, @Nullable Port target, int groupSize, Finisher finisher) {
      this(source, target, new ByteRange(0, source.placement().length()), groupSize, finisher);
    }

    /// @param part of the stream that is read: whole groups
    Job(Port source, @Nullable Port target, ByteRange part, int groupSize, Finisher finisher) {
      if (target != null && target.placement().length() != source.placement().length()) {
        throw new IllegalArgumentException(
            "%d bytes of %s do not fill %d of %s"
                .formatted(
                    source.placement().length(),
                    source.path(),
                    target.placement().length(),
                    target.path()));
      }
      this.source = source;
      this.target = target;
      this.part = part;
      this.groupSize = groupSize;
      this.finisher = finisher;
    }

    /// Bytes that are read.
    long bytes() {
      return part.length();
    }

    private int pieceSize() {
      return Math.max(PIECE, groupSize);
    }

    private synchronized Blake3Tree.Builder builder(HashEngine engine) {
      Blake3Tree.Builder current = builder;
      if (current == null) {
        current = Blake3Tree.builder(source.placement().length(), groupSize, engine);
        builder = current;
      }
      return current;
    }

    private void windowDone(HashEngine engine) throws IOException {
      if (windowsLeft.decrementAndGet() <= 0) {
        Blake3Tree.Builder hashed = builder(engine);
        synchronized (this) {
          builder = null; // the tree may be large, and other streams are still to come
        }
        finisher.finished(hashed);
      }
    }
  }

  /// A piece of work for one thread.
  ///
  /// @param range of the stream
  /// @param order where its first byte lies in the file that the streams share
  private record Window(Job job, ByteRange range, long order) {}

  /// Runs all jobs and returns when the last has finished.
  ///
  /// @param step is advanced by the bytes read
  /// @param written is told how far the shared target is complete
  /// @throws CancelledException if `step` says so, or if the calling thread is interrupted
  void run(List<Job> jobs, Progress.Step step, Watermark written) throws IOException {
    List<Window> windows = new ArrayList<>();
    long total = jobs.stream().mapToLong(Job::bytes).sum();
    for (Job job : jobs) {
      cut(job, windowSize(job, total), windows);
    }
    windows.sort(Comparator.comparingLong(Window::order));
    new Run(windows, step, written).join();
    for (Job job : jobs) {
      if (job.bytes() == 0) {
        job.windowDone(engine);
      }
    }
    written.finish();
  }

  private int windowSize(Job job, long total) {
    long fair = total / (4L * engine.threads());
    int piece = job.pieceSize();
    return Math.clamp(fair - fair % piece, piece, Math.max(piece, WINDOW));
  }

  private static void cut(Job job, int size, List<Window> windows) {
    for (long at = job.part.start(); at < job.part.end(); at += size) {
      ByteRange range = new ByteRange(at, Math.min(at + size, job.part.end()));
      windows.add(new Window(job, range, order(job, at)));
      job.windowsLeft.incrementAndGet();
    }
  }

  private static long order(Job job, long at) {
    if (job.source.shared() != null) {
      return job.source.placement().offsetOf(at);
    }
    Port target = job.target;
    return target != null && target.shared() != null ? target.placement().offsetOf(at) : 0;
  }

  /// The windows being worked on by all threads.
  private final class Run {
    private final List<Window> windows;
    private final Progress.Step step;
    private final Watermark written;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final boolean[] done;
    private int completed; // all windows before this one are done

    Run(List<Window> windows, Progress.Step step, Watermark written) {
      this.windows = windows;
      this.step = step;
      this.written = written;
      this.done = new boolean[windows.size()];
    }

    // The caller only waits: an interrupt of a thread that reads would close the file under us.
    void join() throws IOException {
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < Math.min(engine.threads(), windows.size()); i++) {
        workers.add(Thread.ofPlatform().daemon().name("shard-" + i).start(this::work));
      }
      boolean interrupted = false;
      for (Thread worker : workers) {
        while (worker.isAlive()) {
          try {
            worker.join();
          } catch (InterruptedException e) {
            interrupted = true;
            fail(new CancelledException());
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (failure.get()) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new AssertionError(e);
      }
    }

    private void fail(Throwable e) {
      failure.compareAndSet(null, e);
      written.fail();
    }

    private void work() {
      try {
        @Nullable Job last = null;
        Blake3Tree.Builder.@Nullable Worker hasher = null;
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        for (int i = next.getAndIncrement();
            i < windows.size() && failure.get() == null;
            i = next.getAndIncrement()) {
          Window window = windows.get(i);
          Job job = window.job();
          if (job != last || hasher == null) {
            hasher = job.builder(engine).worker();
            last = job;
          }
          if (buffer.capacity() < job.pieceSize()) {
            buffer = ByteBuffer.allocateDirect(job.pieceSize());
          }
          process(window, hasher, buffer);
          complete(i);
          job.windowDone(engine);
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }

    private void process(Window window, Blake3Tree.Builder.Worker hasher, ByteBuffer buffer)
        throws IOException {
      Job job = window.job();
      Port target = job.target;
      try (Opened source = Opened.of(job.source, StandardOpenOption.READ);
          Opened sink = target == null ? null : Opened.of(target, StandardOpenOption.WRITE)) {
        long end = window.range().end();
        for (long at = window.range().start(); at < end; at += job.pieceSize()) {
          ByteRange piece = new ByteRange(at, Math.min(at + job.pieceSize(), end));
          source.read(piece, buffer);
          hasher.hash(at, buffer.duplicate());
          if (sink != null) {
            sink.write(piece, buffer);
          }
          step.advance(piece.length());
        }
      }
    }

    private synchronized void complete(int window) {
      done[window] = true;
      int before = completed;
      while (completed < done.length && done[completed]) {
        completed++;
      }
      if (completed > before && completed < done.length) {
        written.advance(windows.get(completed).order());
      }
    }
  }

  /// A file for the time of one window.
  private record Opened(Port port, FileChannel channel) implements AutoCloseable {
    static Opened of(Port port, StandardOpenOption mode) throws IOException {
      FileChannel shared = port.shared();
      return new Opened(port, shared == null ? FileChannel.open(port.path(), mode) : shared);
    }

    void read(ByteRange piece, ByteBuffer buffer) throws IOException {
      buffer.clear();
      for (ByteRange range : port.placement().slice(piece)) {
        buffer.limit(buffer.position() + (int) range.length());
        for (long at = range.start(); at < range.end(); ) {
          int count = channel.read(buffer, at);
          if (count < 0) {
            throw new FileSystemException(
                port.path().toString(),
                null,
                "ends at byte %d instead of %d: it was cut while it was read"
                    .formatted(at, range.end()));
          }
          at += count;
        }
      }
      buffer.flip();
    }

    void write(ByteRange piece, ByteBuffer buffer) throws IOException {
      int limit = buffer.limit();
      for (ByteRange range : port.placement().slice(piece)) {
        buffer.limit(buffer.position() + (int) range.length());
        for (long at = range.start(); at < range.end(); ) {
          at += channel.write(buffer, at);
        }
      }
      buffer.limit(limit);
    }

    @Override
    public void close() throws IOException {
      if (port.shared() == null) {
        channel.close();
      }
    }
  }
}

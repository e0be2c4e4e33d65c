package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import dev.computepool.base.Workers;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.HashEngine;
import dev.computepool.hash.HashThreads;
import dev.computepool.sharding.store.WindowQueue.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Reads streams of bytes that lie scattered in files, builds the hash tree of each, and writes
/// them scattered elsewhere: splitting, joining and verifying are all this one thing.
///
/// Bytes that go somewhere are copied inside the kernel, and hashed as they can be read from where
/// they went: a digest is of what is there now. The streams are cut into windows that any thread
/// can work on, as {@link WindowQueue} hands them out. Memory is one buffer a thread, and the trees
/// of the streams that have begun and not ended.
final class HashingPipeline {
  // A window is long enough for its files to be opened for it alone, and short enough for all
  // threads to have some.
  private static final int WINDOW = 8 << 20;
  // What was just copied may still be in the last cache when it is hashed, and the file is not
  // handed from thread to thread too often.
  private static final int COPY = 4 << 20;
  private static final int PIECE = 512 << 10;

  private final HashEngine engine;

  HashingPipeline(HashEngine engine) {
    this.engine = engine;
  }

  /// One end of a stream.
  ///
  /// @param path of the file
  /// @param shared the open file if it must not be opened again; else it is opened where needed
  /// @param placement where the stream's bytes lie in it
  record Port(Path path, @Nullable FileChannel shared, Placement placement) {
    Port(Path path, Placement placement) {
      this(path, null, placement);
    }
  }

  /// What a range of a stream comes from.
  ///
  /// @param port one of the stream's sources
  /// @param begin where in the stream the bytes of `port` begin
  /// @param range of the stream, all of it from `port`
  record Origin(Port port, long begin, ByteRange range) {
    /// Where the bytes lie in the file.
    List<ByteRange> ranges() {
      return port.placement().slice(new ByteRange(range.start() - begin, range.end() - begin));
    }
  }

  /// Receives what was hashed, on the thread that hashed the last of it.
  @FunctionalInterface
  interface Finisher {
    void finished(Blake3Tree.Builder hashed) throws IOException;

    /// Is told instead that the stream could not be read. The others go on, unless this throws.
    default void failed(IOException why) throws IOException {
      throw why;
    }
  }

  /// One stream.
  static final class Job {
    private final List<Port> sources;
    private final @Nullable Port target;
    private final Placement original;
    private final ByteRange part;
    private final int groupSize;
    private final Finisher finisher;
    private final AtomicInteger windowsLeft = new AtomicInteger();
    private Blake3Tree.@Nullable Builder builder;
    private volatile boolean failed;

    /// A whole stream.
    ///
    /// @param sources what it comes from, one behind the other, each opened by its path
    /// @param target where the bytes go, a file that has its full size already; or null if they
    ///     are only hashed
    /// @param original where the bytes lie in the model file
    /// @param groupSize of the hash tree
    Job(
        List<Port> sources,
        @Nullable Port target,
        Placement original,
        int groupSize,
        Finisher finisher) {
      this(sources, target, original, new ByteRange(0, original.length()), groupSize, finisher);
    }

    /// A whole stream that comes from one file.
    Job(Port source, @Nullable Port target, Placement original, int groupSize, Finisher finisher) {
      this(List.of(source), target, original, groupSize, finisher);
    }

    /// Whole groups of a stream that are only hashed.
    Job(Port source, Placement original, ByteRange part, int groupSize, Finisher finisher) {
      this(List.of(source), null, original, part, groupSize, finisher);
    }

    private Job(
        List<Port> sources,
        @Nullable Port target,
        Placement original,
        ByteRange part,
        int groupSize,
        Finisher finisher) {
      long length = sources.stream().mapToLong(source -> source.placement().length()).sum();
      if (length != original.length()
          || (target != null && target.placement().length() != length)) {
        throw new IllegalArgumentException(
            "%d bytes of %s are not the %d of %s"
                .formatted(length, sources, original.length(), target));
      }
      this.sources = List.copyOf(sources);
      this.target = target;
      this.original = original;
      this.part = part;
      this.groupSize = groupSize;
      this.finisher = finisher;
    }

    /// Bytes that are read.
    long bytes() {
      return part.length();
    }

    /// Where the bytes go, or null if they are only hashed.
    @Nullable Port target() {
      return target;
    }

    /// What a range of the stream comes from, in the order of the stream.
    List<Origin> origins(ByteRange range) {
      List<Origin> origins = new ArrayList<>();
      long begin = 0;
      for (Port source : sources) {
        long end = begin + source.placement().length();
        long from = Math.max(begin, range.start());
        long to = Math.min(end, range.end());
        if (from < to) {
          origins.add(new Origin(source, begin, new ByteRange(from, to)));
        }
        begin = end;
      }
      return origins;
    }

    private synchronized Blake3Tree.Builder builder(HashEngine engine) {
      Blake3Tree.Builder current = builder;
      if (current == null) {
        current = Blake3Tree.builder(original.length(), groupSize, engine);
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
        if (!failed) {
          finisher.finished(hashed);
        }
      }
    }

    private void fail(IOException why) throws IOException {
      boolean first;
      synchronized (this) {
        first = !failed;
        failed = true;
      }
      if (first) {
        finisher.failed(why);
      }
    }
  }

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
    WindowQueue queue = new WindowQueue(windows);
    boolean done = false;
    try {
      Run run = new Run(queue, step, written);
      HashThreads.run(engine, windows.size(), queue::isEmpty, run::work);
      for (Job job : jobs) {
        if (job.bytes() == 0) {
          job.windowDone(engine);
        }
      }
      done = true;
    } finally {
      if (done) {
        written.finish();
      } else {
        written.fail();
      }
    }
  }

  private int windowSize(Job job, long total) {
    long fair = total / (4L * engine.threads());
    int piece = Math.max(PIECE, job.groupSize);
    return Math.clamp(fair - fair % piece, piece, Math.max(piece, WINDOW));
  }

  private static void cut(Job job, int size, List<Window> windows) {
    for (long at = job.part.start(); at < job.part.end(); at += size) {
      ByteRange range = new ByteRange(at, Math.min(at + size, job.part.end()));
      windows.add(new Window(job, range, job.original.offsetOf(at)));
      job.windowsLeft.incrementAndGet();
    }
  }

  /// A stream cannot be read: what it comes from is damaged, or was cut or removed meanwhile.
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;
    final IOException why;

    UnreadableException(Path file, IOException why) {
      super(why);
      // What the system says of a failed read names no file.
      this.why =
          why instanceof FileSystemException
              ? why
              : new FileSystemException(file.toString(), null, why.getMessage());
    }
  }

  /// The windows being worked on by all threads.
  private final class Run {
    private final WindowQueue windows;
    private final Progress.Step step;
    private final Watermark written;
    private final Map<Path, Lock> writing = new ConcurrentHashMap<>();

    Run(WindowQueue windows, Progress.Step step, Watermark written) {
      this.windows = windows;
      this.step = step;
      this.written = written;
    }

    void work(Workers workers) throws IOException {
      @Nullable Job last = null;
      Blake3Tree.Builder.@Nullable Worker hasher = null;
      ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
      Window window = windows.take();
      while (window != null && !workers.stopped()) {
        Job job = window.job();
        if (job != last || hasher == null) {
          hasher = job.builder(engine).worker();
          last = job;
        }
        if (!job.failed) {
          try {
            hasher.begin(window.range().start());
            process(window, hasher, buffer);
            hasher.end();
          } catch (UnreadableException e) {
            job.fail(e.why);
            hasher = null; // it stands within a group
          }
        }
        windows.done(window).ifPresent(written::advance);
        job.windowDone(engine);
        window = windows.take();
      }
    }

    private void process(Window window, Blake3Tree.Builder.Worker hasher, ByteBuffer buffer)
        throws IOException {
      for (Origin origin : window.job().origins(window.range())) {
        process(origin, window.job().target, hasher, buffer);
      }
    }

    private void process(
        Origin origin, @Nullable Port target, Blake3Tree.Builder.Worker hasher, ByteBuffer buffer)
        throws IOException {
      try (Opened source = new Opened(origin.port(), origin.begin(), StandardOpenOption.READ);
          Opened sink =
              target == null
                  ? null
                  : new Opened(target, 0, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long end = origin.range().end();
        for (long at = origin.range().start(); at < end; at += COPY) {
          ByteRange part = new ByteRange(at, Math.min(at + COPY, end));
          if (sink != null) {
            copy(part, source, sink);
          }
          hash(part, sink == null ? source : sink, hasher, buffer);
        }
      }
    }

    // The kernel lets one write to a file at a time anyway.
    private void copy(ByteRange part, Opened source, Opened sink) throws IOException {
      Lock lock = writing.computeIfAbsent(sink.port.path(), path -> new ReentrantLock());
      lock.lock();
      try {
        sink.copy(part, source);
      } finally {
        lock.unlock();
      }
    }

    private void hash(
        ByteRange part, Opened file, Blake3Tree.Builder.Worker hasher, ByteBuffer buffer)
        throws IOException {
      for (long at = part.start(); at < part.end(); at += PIECE) {
        ByteRange piece = new ByteRange(at, Math.min(at + PIECE, part.end()));
        file.read(piece, buffer);
        hasher.add(buffer);
        step.advance(piece.length());
      }
    }
  }

  /// A file for the time of one window.
  private static final class Opened implements AutoCloseable {
    private final Port port;
    private final long begin;
    private final FileChannel channel;

    /// @param begin where in the stream the bytes of `port` begin
    Opened(Port port, long begin, OpenOption... mode) throws IOException {
      FileChannel shared = port.shared();
      this.port = port;
      this.begin = begin;
      try {
        this.channel = shared == null ? FileChannel.open(port.path(), mode) : shared;
      } catch (IOException e) {
        throw new UnreadableException(port.path(), e);
      }
    }

    private List<ByteRange> slice(ByteRange part) {
      return port.placement().slice(new ByteRange(part.start() - begin, part.end() - begin));
    }

    /// Reads a part of the stream into an empty buffer.
    void read(ByteRange part, ByteBuffer buffer) throws IOException {
      buffer.clear();
      for (ByteRange range : slice(part)) {
        buffer.limit(buffer.position() + (int) range.length());
        for (long at = range.start(); at < range.end(); ) {
          int count = read(buffer, at);
          if (count < 0) {
            throw new UnreadableException(
                port.path(), FileRanges.cut(port.path(), at, range.end()));
          }
          at += count;
        }
      }
      buffer.flip();
    }

    private int read(ByteBuffer buffer, long at) throws UnreadableException {
      try {
        return channel.read(buffer, at);
      } catch (IOException e) {
        throw new UnreadableException(port.path(), e);
      }
    }

    /// Copies a part of the stream from another file, whose position is this thread's own.
    void copy(ByteRange part, Opened source) throws IOException {
      Iterator<ByteRange> from = source.slice(part).iterator();
      ByteRange there = new ByteRange(0, 0);
      for (ByteRange here : slice(part)) {
        long at = here.start();
        while (at < here.end()) {
          if (there.length() == 0) {
            there = from.next();
          }
          source.channel.position(there.start());
          long count =
              channel.transferFrom(source.channel, at, Math.min(here.end() - at, there.length()));
          if (count <= 0) {
            throw FileRanges.cut(source.port.path(), there.start(), there.end());
          }
          at += count;
          there = new ByteRange(there.start() + count, there.end());
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (port.shared() == null) {
        channel.close();
      }
    }
  }
}

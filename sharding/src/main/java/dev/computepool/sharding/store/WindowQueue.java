package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.sharding.store.HashingPipeline.Job;
import dev.computepool.sharding.store.HashingPipeline.Origin;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Hands out the windows of all streams in the order of the model file, so that disks see long
/// runs.
///
/// But the kernel lets one write to a file at a time. Who would have to wait for another thread
/// gets the first window that goes to another file instead, if its bytes are in memory already: a
/// disk that has to go back and forth would take longer than the waiting does.
final class WindowQueue {
  private final List<Window> windows;
  private final Predicate<Window> inMemory;
  private final Map<@Nullable Path, Deque<Window>> waiting = new HashMap<>(); // by target
  private final List<Path> written = new ArrayList<>(); // by windows that are taken and not done
  private int completed; // all windows before this one are done

  /// A piece of work for one thread.
  static final class Window {
    private final Job job;
    private final ByteRange range;
    private final long order;
    private int index; // in the order of the model
    private boolean done;

    /// @param range of the stream
    /// @param order where its first byte lies in the model file
    Window(Job job, ByteRange range, long order) {
      this.job = job;
      this.range = range;
      this.order = order;
    }

    Job job() {
      return job;
    }

    ByteRange range() {
      return range;
    }

    private @Nullable Path target() {
      return job.target() == null ? null : job.target().path();
    }
  }

  WindowQueue(List<Window> windows) {
    this(windows, WindowQueue::isInMemory);
  }

  /// @param inMemory whether a window can be read without a disk
  WindowQueue(List<Window> windows, Predicate<Window> inMemory) {
    this.windows = new ArrayList<>(windows);
    this.windows.sort(Comparator.comparingLong(window -> window.order));
    this.inMemory = inMemory;
    for (int i = 0; i < this.windows.size(); i++) {
      Window window = this.windows.get(i);
      window.index = i;
      waiting.computeIfAbsent(window.target(), _ -> new ArrayDeque<>()).add(window);
    }
  }

  /// Whether all are taken.
  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// The window that a thread is to work on now, or null if all are taken.
  synchronized @Nullable Window take() {
    if (waiting.isEmpty()) {
      return null;
    }
    Window window = choose();
    Path target = window.target();
    Deque<Window> queue = Objects.requireNonNull(waiting.get(target));
    queue.removeFirst();
    if (queue.isEmpty()) {
      waiting.remove(target);
    }
    if (target != null) {
      written.add(target);
    }
    return window;
  }

  /// Looks at the first window of each file only: a model has few shards, but many windows.
  private Window choose() {
    Window first = null;
    Window free = null;
    for (Deque<Window> queue : waiting.values()) {
      Window window = queue.getFirst();
      if (first == null || window.index < first.index) {
        first = window;
      }
      if (!written.contains(window.target()) && (free == null || window.index < free.index)) {
        free = window;
      }
    }
    Window next = Objects.requireNonNull(first);
    return free == null || free.equals(next) || !inMemory.test(free) ? next : free;
  }

  /// Takes a window back whose bytes are where they belong.
  ///
  /// @return how far the model file is complete, if that is farther than before and not its end
  synchronized OptionalLong done(Window window) {
    window.done = true;
    written.remove(window.target());
    int before = completed;
    while (completed < windows.size() && windows.get(completed).done) {
      completed++;
    }
    return completed > before && completed < windows.size()
        ? OptionalLong.of(windows.get(completed).order)
        : OptionalLong.empty();
  }

  private static boolean isInMemory(Window window) {
    try {
      for (Origin origin : window.job.origins(window.range)) {
        if (!isInMemory(origin)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // who reads it will say what is wrong
    }
  }

  private static boolean isInMemory(Origin origin) throws IOException {
    try (FileChannel file = FileChannel.open(origin.port().path(), StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      for (ByteRange range : origin.ranges()) {
        // The file may have been cut meanwhile.
        if (range.end() > file.size()
            || !file.map(FileChannel.MapMode.READ_ONLY, range.start(), range.length(), arena)
                .isLoaded()) {
          return false;
        }
      }
      return true;
    }
  }
}

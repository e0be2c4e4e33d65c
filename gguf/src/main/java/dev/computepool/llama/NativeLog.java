package dev.computepool.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the library says. It comes in pieces of lines, on whatever thread the library works.
final class NativeLog {
  /// How serious a line is.
  enum Level {
    NONE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    /// @param number of `enum ggml_log_level`; any but these goes on with the level before
    static Level of(int number, Level before) {
      return switch (number) {
        case 0 -> NONE;
        case 1 -> DEBUG;
        case 2 -> INFO;
        case 3 -> WARN;
        case 4 -> ERROR;
        default -> before;
      };
    }
  }

  /// Receives whole lines without their end.
  interface Listener {
    void line(Level level, String text);
  }

  private static final int MAX_COMPLAINTS = 20;
  private static final int MAX_LINE = 1 << 16;

  private final StringBuilder line = new StringBuilder();
  private final Deque<String> complaints = new ArrayDeque<>();
  private Level level = Level.NONE;
  private @Nullable Listener listener;

  /// A C function pointer for `ggml_log_callback` that lives as long as the process.
  @SuppressWarnings("restricted")
  MemorySegment upcall() {
    try {
      // typedef void (*ggml_log_callback)(enum ggml_log_level level, const char * text, void * ud)
      MethodHandle target =
          MethodHandles.lookup()
              .bind(
                  this,
                  "receive",
                  MethodType.methodType(
                      void.class, int.class, MemorySegment.class, MemorySegment.class));
      FunctionDescriptor descriptor =
          FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
      return Linker.nativeLinker().upcallStub(target, descriptor, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("our own method", e);
    }
  }

  /// Called by the library. An exception that leaves an upcall ends the process.
  @SuppressWarnings({"unused", "restricted"}) // by upcall()
  private void receive(int number, MemorySegment text, MemorySegment data) {
    try {
      if (text.address() != 0) {
        accept(number, text.reinterpret(MAX_LINE).getString(0));
      }
    } catch (Throwable t) {
      complain("this program failed to read a line of the log: " + t);
    }
  }

  /// Takes one piece of a line.
  synchronized void accept(int number, String text) {
    Level now = Level.of(number, level);
    if (now != level && !line.isEmpty()) {
      flush(); // an error in the middle of a line is no part of it
    }
    level = now;
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      line.append(text, from, end);
      from = end + 1;
      flush();
    }
    line.append(text, from, text.length());
  }

  private void flush() {
    String whole = line.toString();
    line.setLength(0);
    if (level.compareTo(Level.WARN) >= 0 && !whole.isBlank()) {
      complain(whole.strip());
    }
    if (listener != null) {
      listener.line(level, whole);
    }
  }

  private synchronized void complain(String text) {
    if (complaints.size() == MAX_COMPLAINTS) {
      complaints.removeFirst();
    }
    complaints.addLast(text);
  }

  /// Hands every line to `listener` until the next call; null for nobody.
  synchronized void listen(@Nullable Listener listener) {
    this.listener = listener;
  }

  /// Forgets what was complained about so far.
  synchronized void clear() {
    complaints.clear();
    line.setLength(0);
  }

  /// The warnings and errors since the last {@link #clear}, the newest if they are many.
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }
}

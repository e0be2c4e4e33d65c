package dev.computepool.chat;

import dev.computepool.chat.LineProblem.Edit;
import dev.computepool.chat.LineProblem.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with the characters of a line, found before anybody reads it as JSON.
public final class LineScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private static final int MAX_BROKEN = 100;

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final List<LineProblem> problems = new ArrayList<>();
  private boolean inString;
  private int broken;

  private LineScan(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /// What keeps a line from being read: a byte order mark, bytes that are not UTF-8, control
  /// characters. After 100 that nobody can put right for sure, no others are looked for.
  public static List<LineProblem> unreadable(byte[] bytes, int from, int to) {
    return isClean(bytes, from, to) ? List.of() : new LineScan(bytes, from, to).scan(false);
  }

  /// The same, and what no text has though it can be read: escaped control characters, and halves
  /// of surrogate pairs.
  public static List<LineProblem> suspicious(byte[] bytes, int from, int to) {
    return isClean(bytes, from, to) && !hasEscapes(bytes, from, to)
        ? List.of()
        : new LineScan(bytes, from, to).scan(true);
  }

  /// Whether all bytes are characters that a text has, so that nobody need know which of them are
  /// in strings.
  private static boolean isClean(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (at <= to - Long.BYTES) {
        long eight = (long) LONGS.get(bytes, at);
        // Below 0x20 subtracting borrows from the high bit; 0x7F becomes 0x80 by adding one.
        if (((eight | (eight - ONES * 0x20) | (eight + ONES)) & HIGH) == 0) {
          at += Long.BYTES;
          continue;
        }
      }
      if (bytes[at] >= 0x20 && bytes[at] != 0x7F) {
        at++;
        continue;
      }
      int length = bytes[at] >= 0 ? -1 : Utf8.length(bytes, at, to);
      boolean mark = at == from && bytes[at] == (byte) 0xEF;
      boolean control = bytes[at] == (byte) 0xC2 && at + 1 < to && bytes[at + 1] < (byte) 0xA0;
      if (length < 0 || mark || control) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private static boolean hasEscapes(byte[] bytes, int from, int to) {
    for (int at = from; at < to - 1; at++) {
      if (bytes[at] == '\\') {
        byte next = bytes[++at];
        if (next == 'u' || next == 'b' || next == 'f') {
          return true;
        }
      }
    }
    return false;
  }

  private List<LineProblem> scan(boolean escapes) {
    int at = from;
    if (to - from >= 3
        && bytes[at] == (byte) 0xEF
        && unsigned(at + 1) == 0xBB
        && unsigned(at + 2) == 0xBF) {
      add(at, Kind.ENCODING, "a byte order mark", new Edit(0, 3, ""));
      at += 3;
    }
    while (at < to && broken < MAX_BROKEN) {
      int b = unsigned(at);
      if (b >= 0x80) {
        at = multibyte(at, escapes);
      } else if (b < 0x20 || b == 0x7F) {
        control(at, b, escapes);
        at++;
      } else if (b == '"') {
        inString = !inString;
        at++;
      } else if (b == '\\' && inString) {
        at = escape(at, escapes);
      } else {
        at++;
      }
    }
    return problems;
  }

  private void control(int at, int b, boolean escapes) {
    if (b == 0x7F) {
      if (escapes && inString) {
        add(
            at,
            Kind.CHARACTER,
            "the control character U+007F",
            new Edit(at - from, at - from + 1, ""));
      }
      return;
    }
    if (b == '\t' && !inString) {
      return;
    }
    String escaped = b == '\t' ? "\\t" : b == '\r' ? "\\n" : "";
    if (b == '\r' && at + 1 < to && bytes[at + 1] == '\n') {
      escaped = "";
    }
    add(
        at,
        Kind.CHARACTER,
        "the control character U+%04X, not escaped".formatted(b),
        new Edit(at - from, at - from + 1, escaped));
  }

  /// A character of two to four bytes.
  private int multibyte(int at, boolean escapes) {
    int length = Utf8.length(bytes, at, to);
    if (length < 0) {
      add(
          at,
          Kind.ENCODING,
          "the byte 0x%02X, which is not UTF-8 here".formatted(unsigned(at)),
          null);
      return at - length;
    }
    if (escapes && inString && length == 2 && unsigned(at) == 0xC2 && unsigned(at + 1) < 0xA0) {
      Edit edit = new Edit(at - from, at - from + 2, "");
      add(at, Kind.CHARACTER, "the control character U+%04X".formatted(unsigned(at + 1)), edit);
    }
    return at + length;
  }

  private int escape(int at, boolean escapes) {
    int next = at + 1 < to ? unsigned(at + 1) : 0;
    if (!escapes || (next != 'u' && next != 'b' && next != 'f')) {
      return at + 2;
    }
    if (next != 'u') {
      String written = next == 'f' ? "\\n" : "";
      add(
          at,
          Kind.CHARACTER,
          "the control character \\%c".formatted(next),
          new Edit(at - from, at - from + 2, written));
      return at + 2;
    }
    int unit = unit(at);
    if (unit < 0) {
      return at + 2; // not JSON, which its reader will say
    }
    if (Character.isHighSurrogate((char) unit)) {
      int low = at + 12 <= to && bytes[at + 6] == '\\' && bytes[at + 7] == 'u' ? unit(at + 6) : -1;
      if (low >= 0 && Character.isLowSurrogate((char) low)) {
        return at + 12;
      }
    }
    Edit edit =
        new Edit(at - from, at - from + 6, Character.isSurrogate((char) unit) ? "\\ufffd" : "");
    if (Character.isSurrogate((char) unit)) {
      add(at, Kind.CHARACTER, "half a surrogate pair, U+%04X".formatted(unit), edit);
    } else if (Character.isISOControl(unit) && unit != '\t' && unit != '\n' && unit != '\r') {
      add(at, Kind.CHARACTER, "the control character U+%04X".formatted(unit), edit);
    }
    return at + 6;
  }

  /// The value of the escape at `at`, or -1 if it is none.
  private int unit(int at) {
    if (at + 6 > to) {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private int unsigned(int at) {
    return bytes[at] & 0xFF;
  }

  private void add(int at, Kind kind, String what, @org.jspecify.annotations.Nullable Edit edit) {
    broken += edit == null ? 1 : 0;
    problems.add(new LineProblem(at - from, kind, what, edit));
  }
}

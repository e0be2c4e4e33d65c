package dev.computepool.train.run;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the lines of a file that another process adds to. A line that has no end yet is none.
///
/// Memory does not grow with the file. The file need not be there yet, and may be cut back and
/// written on, as `metrics.jsonl` is when a run is resumed.
public final class LineFollower {
  private static final int BLOCK = 1 << 16;
  private static final int MAX_LINE = 16 << 20;

  private final Path file;
  private long position;

  private LineFollower(Path file, long position) {
    this.file = file;
    this.position = position;
  }

  /// From the first line on.
  public static LineFollower ofAll(Path file) {
    return new LineFollower(file, 0);
  }

  /// From the line on that has `lines` - 1 whole ones behind it now.
  public static LineFollower ofLast(Path file, long lines) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new LineFollower(file, startOfLast(channel, lines));
    } catch (NoSuchFileException e) {
      return new LineFollower(file, 0);
    }
  }

  /// Takes a line that was never finished away from a file that nobody writes to: what comes next
  /// begins a line of its own. A full disk leaves such a line, or a power cut.
  static void cutUnfinished(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.truncate(startOfLast(channel, 0));
    } catch (NoSuchFileException e) {
      // Nothing happened yet.
    }
  }

  /// Looks for line ends from the end of the file on: the last of them ends the last whole line.
  private static long startOfLast(FileChannel channel, long lines) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long ends = 0;
    for (long end = channel.size(); end > 0; ) {
      long start = Math.max(0, end - BLOCK);
      block.clear().limit((int) (end - start));
      fill(channel, block, start);
      for (int i = block.position() - 1; i >= 0; i--) {
        if (block.get(i) == '\n' && ++ends > lines) {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  private static void fill(FileChannel channel, ByteBuffer block, long from) throws IOException {
    while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
      // as often as it takes
    }
  }

  /// Some of the lines that have come since, without their ends; none if there is nothing new.
  ///
  /// @throws FormatException if a line is longer than 16 MiB
  public List<String> next() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < position) {
        // Cut back: what is left was read before, and what comes follows its last line end.
        position = startOfLast(channel, 0);
      }
      for (int size = BLOCK; ; size *= 2) {
        ByteBuffer block = ByteBuffer.allocate(size);
        fill(channel, block, position);
        int end = lastEnd(block);
        if (end >= 0) {
          position += end + 1;
          return lines(block.array(), end);
        }
        if (block.hasRemaining()) {
          return List.of();
        }
        if (size >= MAX_LINE) {
          throw new FormatException(
              file.toString(), Problem.atByte(position, "a line of more than 16 MiB"));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static int lastEnd(ByteBuffer block) {
    int end = block.position() - 1;
    while (end >= 0 && block.get(end) != '\n') {
      end--;
    }
    return end;
  }

  private static List<String> lines(byte[] bytes, int end) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= end; i++) {
      if (bytes[i] == '\n') {
        lines.add(new String(Arrays.copyOfRange(bytes, start, i), StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return lines;
  }
}

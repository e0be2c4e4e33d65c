package dev.computepool.train.preflight;

import dev.computepool.chat.LineFormat;
import dev.computepool.chat.LineProblem;
import dev.computepool.chat.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The first lines of a dataset.
///
/// @param bytes the beginning of the file
/// @param lines where each whole line begins and ends, as pairs
/// @param whole whether that is all of the file
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record DatasetHead(byte[] bytes, List<Line> lines, boolean whole) {
  private static final int READ = 1 << 20;
  private static final int MAX_LINES = 100;
  private static final long MAX_COUNTED = 256L << 20;

  /// A line that is not blank.
  ///
  /// @param number from 1
  record Line(int number, int from, int to) {}

  static DatasetHead read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(READ);
    }
    boolean whole = bytes.length < READ;
    List<Line> lines = new ArrayList<>();
    int from = 0;
    for (int number = 1; from < bytes.length && lines.size() < MAX_LINES; number++) {
      int to = from;
      while (to < bytes.length && bytes[to] != '\n') {
        to++;
      }
      if (to == bytes.length && !whole) {
        break; // the rest of it was not read
      }
      int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
      if (!isBlank(bytes, from, end)) {
        lines.add(new Line(number, from, end));
      }
      from = to + 1;
    }
    return new DatasetHead(bytes, lines, whole);
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
    return at == to;
  }

  /// The format of the first line that has any.
  Optional<LineFormat> format() {
    return lines.stream()
        .flatMap(line -> LineFormat.detect(bytes, line.from(), line.to()).stream())
        .findFirst();
  }

  /// Whether the whole file is one array of JSON.
  boolean isArray() {
    return !lines.isEmpty() && bytes[lines.getFirst().from()] == '[';
  }

  /// What is wrong with these lines, a few words for each that is.
  List<String> problems(LineFormat format) {
    List<String> problems = new ArrayList<>();
    for (Line line : lines) {
      if (format.read(bytes, line.from(), line.to()) instanceof Reading.Broken broken) {
        LineProblem first = broken.problems().getFirst();
        problems.add("line %d: %s".formatted(line.number(), first.what()));
      }
    }
    return problems;
  }

  /// How many lines a file has: counted, or about as many if that took too long.
  static DatasetFacts count(Path file) throws IOException {
    long size = Files.size(file);
    long lines = 0;
    long read = 0;
    byte last = '\n';
    byte[] bytes = new byte[READ];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(bytes); n > 0 && read < MAX_COUNTED; n = in.read(bytes)) {
        for (int i = 0; i < n; i++) {
          lines += bytes[i] == '\n' ? 1 : 0;
        }
        last = bytes[n - 1];
        read += n;
      }
    }
    if (read >= size) {
      return new DatasetFacts(file, size, lines + (last == '\n' ? 0 : 1), true);
    }
    return new DatasetFacts(file, size, Math.round((double) lines / read * size), false);
  }
}

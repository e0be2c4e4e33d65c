package dev.computepool.train.data;

import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.chat.InexpressibleException;
import dev.computepool.chat.LineFile;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.LineProblem;
import dev.computepool.chat.Reading;
import dev.computepool.train.data.Lines.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a dataset in another format, line by line.
public final class DatasetFormat {
  private static final int MAX_PROBLEMS = 1000;

  private final LineFormat from;
  private final LineFormat to;
  private final LineFile out;
  private final List<Problem> problems = new ArrayList<>();
  private long examples;
  private long bytes;

  private DatasetFormat(LineFormat from, LineFormat to, LineFile out) {
    this.from = from;
    this.to = to;
    this.out = out;
  }

  /// Turns one file into another.
  ///
  /// @param from the format of `source`; null for the one its first line has
  /// @param force whether `target` may be replaced; it may be the same file then
  /// @throws FormatException if a line cannot be read, or cannot be said in the other format; then
  ///     nothing was written
  /// @throws java.nio.file.FileAlreadyExistsException if `target` exists and is to be kept
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public static FormatReport run(
      Path source,
      Path target,
      @Nullable LineFormat from,
      LineFormat to,
      boolean force,
      int threads,
      Progress progress)
      throws IOException {
    LineFormat read = FormatDetection.require(source, from);
    DiskSpace.require(target, Files.size(source) / 2);
    try (LineFile out = LineFile.open(target, force)) {
      DatasetFormat format = new DatasetFormat(read, to, out);
      OrderedWork.run(source, "Writing", threads, format::convert, format::take, progress);
      if (!format.problems.isEmpty()) {
        throw new FormatException(source.toString(), format.problems);
      }
      out.commit();
      return new FormatReport(source, target, read, to, format.examples, format.bytes);
    }
  }

  /// The lines of a batch in the other format, or what is wrong with them.
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Converted(byte[] bytes, long examples, List<Problem> problems) {}

  private Converted convert(Batch batch) {
    ByteArrayOutputStream converted = new ByteArrayOutputStream(batch.length());
    List<Problem> wrong = new ArrayList<>();
    if (batch.tooLong() > 0) {
      String what = "has %d bytes, and %d are the most".formatted(batch.tooLong(), Lines.MAX_LINE);
      wrong.add(new Problem("line " + batch.first(), what));
    }
    long count = 0;
    byte[] bytes = batch.bytes();
    long number = batch.first();
    for (int start = 0; start < batch.length(); number++) {
      int end = start;
      while (end < batch.length() && bytes[end] != '\n') {
        end++;
      }
      int next = end + 1;
      if (end > start && bytes[end - 1] == '\r') {
        end--;
      }
      if (!isBlank(bytes, start, end)) {
        count += convert(bytes, start, end, number, converted, wrong) ? 1 : 0;
      }
      start = next;
    }
    return new Converted(converted.toByteArray(), count, wrong);
  }

  private boolean convert(
      byte[] bytes,
      int start,
      int end,
      long number,
      ByteArrayOutputStream converted,
      List<Problem> wrong) {
    switch (from.read(bytes, start, end)) {
      case Reading.Whole(var example, _) -> {
        try {
          if (from == to) {
            converted.write(bytes, start, end - start);
          } else {
            converted.writeBytes(to.write(example));
          }
          converted.write('\n');
          return true;
        } catch (InexpressibleException e) {
          wrong.add(new Problem("line " + number, String.valueOf(e.getMessage())));
        }
      }
      case Reading.Broken(List<LineProblem> found) -> {
        for (LineProblem problem : found) {
          int column = Reading.column(bytes, start, problem.offset());
          wrong.add(new Problem("line %d, column %d".formatted(number, column), problem.what()));
        }
      }
    }
    return false;
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private void take(Converted converted) throws IOException {
    int room = MAX_PROBLEMS - problems.size();
    problems.addAll(converted.problems().subList(0, Math.min(room, converted.problems().size())));
    if (problems.isEmpty()) {
      out.writeLines(converted.bytes());
    }
    examples += converted.examples();
    bytes += converted.bytes().length;
  }
}

package dev.computepool.train.data;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.chat.Example;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.LineProblem;
import dev.computepool.chat.Reading;
import dev.computepool.train.data.Lines.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the examples of a dataset.
public final class DatasetLines {
  /// More problems than these are not told.
  private static final int MAX_PROBLEMS = 20;

  private DatasetLines() {}

  /// What is made of one example. Called on several threads.
  public interface Work<R> {
    /// The result for one example.
    ///
    /// @param line its number in the file, from 1
    R apply(long line, Example example);
  }

  /// Takes the results in the order of the file, all on the calling thread.
  public interface Sink<R> {
    /// Takes one.
    void take(R result) throws IOException;
  }

  private record Part<R>(List<R> results, List<Problem> problems) {}

  /// Works through all examples of a file.
  ///
  /// @param format of its lines; null to tell it by the first
  /// @param name of the stage that is shown
  /// @throws FormatException if a line is not what the format demands: the first twenty of them
  public static <R> void work(
      Path file,
      @Nullable LineFormat format,
      String name,
      int threads,
      Work<R> work,
      Sink<R> sink,
      Progress progress)
      throws IOException {
    LineFormat lines = FormatDetection.require(file, format);
    List<Problem> problems = new ArrayList<>();
    OrderedWork.run(
        file,
        name,
        threads,
        batch -> part(lines, batch, work),
        part -> {
          problems.addAll(part.problems());
          if (problems.size() >= MAX_PROBLEMS) {
            throw new FormatException(file.toString(), problems.subList(0, MAX_PROBLEMS));
          }
          if (problems.isEmpty()) {
            for (R result : part.results()) {
              sink.take(result);
            }
          }
        },
        progress);
    if (!problems.isEmpty()) {
      throw new FormatException(file.toString(), problems);
    }
  }

  private static <R> Part<R> part(LineFormat format, Batch batch, Work<R> work) {
    List<R> results = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    if (batch.tooLong() > 0) {
      problems.add(
          new Problem(
              "line " + batch.first(),
              "%d bytes exceed the limit of %d".formatted(batch.tooLong(), Lines.MAX_LINE)));
    }
    byte[] bytes = batch.bytes();
    long line = batch.first();
    for (int from = 0; from < batch.length(); line++) {
      int next = from;
      while (next < batch.length() && bytes[next] != '\n') {
        next++;
      }
      int to = next > from && bytes[next - 1] == '\r' ? next - 1 : next;
      if (!isBlank(bytes, from, to)) {
        switch (format.read(bytes, from, to)) {
          case Reading.Whole whole -> results.add(work.apply(line, whole.example()));
          case Reading.Broken(List<LineProblem> wrong) -> {
            LineProblem first = wrong.getFirst();
            int column = Reading.column(bytes, from, first.offset());
            problems.add(new Problem("line %d, column %d".formatted(line, column), first.what()));
          }
        }
      }
      from = next + 1;
    }
    return new Part<>(results, problems);
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}

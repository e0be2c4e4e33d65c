package dev.computepool.train.data;

import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.chat.LineFile;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.Role;
import dev.computepool.similarity.Fingerprints;
import dev.computepool.similarity.SeenTexts;
import dev.computepool.similarity.Sketch;
import dev.computepool.tokenizer.Tokenizer;
import dev.computepool.train.data.Lines.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds all that is wrong with a dataset in one pass, and puts right what can be without a
/// person: bytes are changed where the problem is and nowhere else, blank lines and copies go, near
/// ones too if they are looked for.
public final class DatasetCheck {
  private static final int LISTED = 1000;

  private final LineCheck lineCheck;
  private final @Nullable LineFile out;
  private final @Nullable SeenTexts near;
  private final List<Long> nearLines = new ArrayList<>();
  private final Fingerprints seen = new Fingerprints();
  private final Fingerprints sources = new Fingerprints();
  private final Map<Role, Long> turns = new EnumMap<>(Role.class);
  private final Spread.Numbers characters = new Spread.Numbers();
  private final Spread.Numbers tokens = new Spread.Numbers();
  private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
  private final Map<Finding.Kind, Long> fixed = new EnumMap<>(Finding.Kind.class);
  private final List<Finding> findings = new ArrayList<>();
  private long lines;
  private long examples;

  private DatasetCheck(LineCheck lineCheck, @Nullable SeenTexts near, @Nullable LineFile out) {
    this.lineCheck = lineCheck;
    this.near = near;
    this.out = out;
  }

  /// Checks a file and changes nothing.
  ///
  /// @throws FormatException if it has no lines of objects at all, but is one JSON array
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public static CheckReport run(Path file, CheckOptions options, Progress progress)
      throws IOException {
    return run(file, options, null, progress);
  }

  /// Checks a file and writes what it should be.
  ///
  /// @param target the same file, or another one, which then must not exist; the same file stays as
  ///     it is if nothing in it can be put right
  /// @param replace whether another file may be replaced
  /// @throws java.nio.file.FileAlreadyExistsException if `target` exists and is to be kept
  public static CheckReport fix(
      Path file, Path target, boolean replace, CheckOptions options, Progress progress)
      throws IOException {
    boolean inPlace = Files.exists(target) && Files.isSameFile(file, target);
    // What a link points to is replaced, not the link.
    Path real = inPlace ? file.toRealPath() : target;
    DiskSpace.require(real, Files.size(file));
    try (LineFile out = LineFile.open(real, inPlace || replace)) {
      CheckReport report = run(file, options, out, progress);
      if (!inPlace || !report.fixed().isEmpty()) {
        out.commit();
      }
      return report;
    }
  }

  private static CheckReport run(
      Path file, CheckOptions options, @Nullable LineFile out, Progress progress)
      throws IOException {
    LineFormat format = FormatDetection.require(file, options.format());
    Path place = options.tokenizer();
    try (Tokenizer tokenizer = place == null ? null : Tokenizer.open(place)) {
      double similarity = options.nearDuplicates();
      SeenTexts near = similarity > 0 ? new SeenTexts(similarity) : null;
      DatasetCheck check =
          new DatasetCheck(new LineCheck(format, tokenizer, options.context(), near), near, out);
      OrderedWork.run(file, "Checking", options.threads(), check::check, check::take, progress);
      return check.report(format, Files.size(file), tokenizer != null);
    }
  }

  /// A line and what was found out about it.
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Checked(
      byte[] bytes, int from, int to, long number, boolean tooLong, LineCheck.Result result) {}

  private List<Checked> check(Batch batch) {
    List<Checked> checked = new ArrayList<>();
    byte[] bytes = batch.bytes();
    if (batch.tooLong() > 0) {
      Finding tooLong =
          new Finding(
              batch.first(),
              1,
              Finding.Kind.SYNTAX,
              "the line has %d bytes, and %d are the most"
                  .formatted(batch.tooLong(), Lines.MAX_LINE),
              false);
      LineCheck.Result result = new LineCheck.Result(List.of(tooLong), null, false, null);
      return List.of(new Checked(bytes, 0, 0, batch.first(), true, result));
    }
    long number = batch.first();
    for (int from = 0; from < batch.length(); number++) {
      int to = from;
      while (to < batch.length() && bytes[to] != '\n') {
        to++;
      }
      checked.add(
          new Checked(bytes, from, to, number, false, lineCheck.check(bytes, from, to, number)));
      from = to + 1;
    }
    return checked;
  }

  private void take(List<Checked> batch) throws IOException {
    for (Checked line : batch) {
      take(line);
    }
  }

  private void take(Checked line) throws IOException {
    lines++;
    LineCheck.Result result = line.result();
    result.findings().forEach(this::found);
    boolean dropped = result.dropped();
    LineCheck.Content content = result.content();
    if (content != null) {
      long first = seen.add(content.high(), content.low(), line.number());
      if (first > 0) {
        dropped = true;
        String what = "the same as line %d".formatted(first);
        found(new Finding(line.number(), 1, Finding.Kind.DUPLICATE, what, true));
      } else if (isNearCopy(content.sketch(), line.number())) {
        dropped = true;
      }
      count(content);
    }
    if (out == null || dropped) {
      return;
    }
    byte[] repaired = result.repaired();
    if (repaired == null) {
      keep(line, out);
    } else {
      out.write(repaired);
    }
  }

  private boolean isNearCopy(@Nullable Sketch sketch, long number) {
    if (near == null || sketch == null) {
      return false;
    }
    SeenTexts.Match match = near.add(sketch);
    if (match == null) {
      nearLines.add(number);
      return false;
    }
    String what =
        "nearly the same as line %d (similarity %s)"
            .formatted(nearLines.get(match.of()), Math.round(match.similarity() * 100) / 100.0);
    found(new Finding(number, 1, Finding.Kind.NEAR_DUPLICATE, what, true));
    return true;
  }

  private static void keep(Checked line, LineFile out) throws IOException {
    if (line.tooLong()) {
      throw new FormatException(
          "line " + line.number(),
          new Problem("", "is too long to be copied; nothing was written"));
    }
    out.write(line.bytes(), line.from(), line.to() - line.from());
  }

  private void count(LineCheck.Content content) {
    examples++;
    content.turns().forEach(role -> turns.merge(role, 1L, Long::sum));
    characters.add(content.characters());
    tokens.add(content.tokens());
    if (content.source() != 0) {
      sources.add(content.source(), content.source(), 1);
    }
  }

  private void found(Finding finding) {
    long before = counts.merge(finding.kind(), 1L, Long::sum);
    if (before <= LISTED) {
      findings.add(finding);
    }
    if (out != null && finding.fixable()) {
      fixed.merge(finding.kind(), 1L, Long::sum);
    }
  }

  private CheckReport report(LineFormat format, long bytes, boolean tokenized) {
    return new CheckReport(
        format,
        bytes,
        lines,
        examples,
        turns,
        sources.size(),
        characters.spread(),
        tokenized ? tokens.spread() : null,
        counts,
        findings,
        fixed);
  }
}

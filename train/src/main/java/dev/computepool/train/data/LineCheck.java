package dev.computepool.train.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.computepool.chat.Conversation;
import dev.computepool.chat.Example;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.LineProblem;
import dev.computepool.chat.LineProblem.Edit;
import dev.computepool.chat.LineScan;
import dev.computepool.chat.Message;
import dev.computepool.chat.Passage;
import dev.computepool.chat.Reading;
import dev.computepool.chat.Role;
import dev.computepool.hash.Sha256;
import dev.computepool.similarity.SeenTexts;
import dev.computepool.similarity.Sketch;
import dev.computepool.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks at one line, without knowing any other.
final class LineCheck {
  /// Problems of the characters of one line that are listed; all of them are put right.
  private static final int MAX_LISTED = 100;

  private static final JsonFactory JSON = new JsonFactory();

  private final LineFormat format;
  private final @Nullable Tokenizer tokenizer;
  private final int context;
  private final @Nullable SeenTexts near;

  /// @param near makes what near copies are told by; null to tell none
  LineCheck(
      LineFormat format, @Nullable Tokenizer tokenizer, int context, @Nullable SeenTexts near) {
    this.format = format;
    this.tokenizer = tokenizer;
    this.context = context;
    this.near = near;
  }

  /// What there is to know of a line.
  ///
  /// @param repaired its bytes after what can be put right was; null if they stay as they are
  /// @param dropped whether it is to go, being blank
  /// @param content null if it cannot be read
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Result(
      List<Finding> findings,
      byte @Nullable [] repaired,
      boolean dropped,
      @Nullable Content content) {}

  /// What an example says.
  ///
  /// @param high and `low`: the first 128 bits of the SHA-256 of who says what
  /// @param source a hash of `meta.source_url`; 0 if there is none
  /// @param turns who speaks, turn by turn; empty for running text
  /// @param sketch of what its user and assistant say; null if near copies are not looked for
  record Content(
      long high,
      long low,
      long source,
      List<Role> turns,
      long characters,
      int tokens,
      @Nullable Sketch sketch) {}

  /// Checks the line from `from` to `to`, which is before its line feed.
  Result check(byte[] bytes, int from, int to, long number) {
    List<Finding> findings = new ArrayList<>(0);
    int end = to;
    byte[] repaired = null;
    if (end > from && bytes[end - 1] == '\r') {
      end--;
      findings.add(
          new Finding(
              number,
              Reading.column(bytes, from, end - from),
              Finding.Kind.LINE_END,
              "the line ends with CR LF",
              true));
      repaired = Arrays.copyOfRange(bytes, from, end);
    }
    if (isBlank(bytes, from, end)) {
      findings.add(new Finding(number, 1, Finding.Kind.BLANK, "the line is blank", true));
      return new Result(findings, null, true, null);
    }
    Line line = new Line(bytes, from, end, number, findings);
    List<LineProblem> suspicious = LineScan.suspicious(bytes, from, end);
    if (!suspicious.isEmpty()) {
      line.apply(suspicious);
    }
    if (!suspicious.isEmpty() && suspicious.stream().anyMatch(p -> p.repair() == null)) {
      // Bytes that are no text cannot be read as JSON either.
      return new Result(findings, line.isEdited() ? line.bytes() : repaired, false, null);
    }
    Reading reading = line.read();
    if (reading instanceof Reading.Broken(List<LineProblem> problems)
        && line.apply(problems)
        && problems.stream().allMatch(p -> p.repair() != null)) {
      reading = line.read();
      if (reading instanceof Reading.Broken(List<LineProblem> more) && line.apply(more)) {
        reading = line.read();
        if (reading instanceof Reading.Broken(List<LineProblem> rest)) {
          line.list(rest);
        }
      }
    }
    Content content = null;
    if (reading instanceof Reading.Whole(Example example, List<Integer> turns)) {
      line.turns(example, turns);
      content = content(example);
      if (context > 0 && content.tokens() > context) {
        findings.add(
            new Finding(
                number,
                1,
                Finding.Kind.LENGTH,
                "%d tokens, and the context has %d".formatted(content.tokens(), context),
                false));
      }
    }
    findings.sort(Comparator.comparingInt(Finding::column));
    return new Result(findings, line.isEdited() ? line.bytes() : repaired, false, content);
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /// A line while it is put right, which moves what follows a repair.
  private final class Line {
    private final byte[] original;
    private final int start;
    private final long number;
    private final List<Finding> findings;
    private final List<List<Edit>> rounds = new ArrayList<>(0);
    private byte[] bytes;
    private int listed;
    private int from;
    private int to;

    Line(byte[] bytes, int from, int to, long number, List<Finding> findings) {
      this.original = bytes;
      this.start = from;
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.number = number;
      this.findings = findings;
    }

    Reading read() {
      return format.read(bytes, from, to);
    }

    boolean isEdited() {
      return !rounds.isEmpty();
    }

    byte[] bytes() {
      return bytes;
    }

    /// Records problems, and puts right those that can be.
    ///
    /// @return whether there was any of these
    boolean apply(List<LineProblem> problems) {
      ByteArrayOutputStream out = null;
      int copied = from;
      List<Edit> applied = new ArrayList<>(0);
      for (LineProblem problem : problems) {
        list(problem);
        Edit edit = problem.repair();
        if (edit != null) {
          out = out == null ? new ByteArrayOutputStream(to - from) : out;
          out.write(bytes, copied, from + edit.from() - copied);
          out.writeBytes(edit.replacement().getBytes(StandardCharsets.UTF_8));
          copied = from + edit.to();
          applied.add(edit);
        }
      }
      if (out == null) {
        return false;
      }
      out.write(bytes, copied, to - copied);
      bytes = out.toByteArray();
      from = 0;
      to = bytes.length;
      rounds.add(applied);
      return true;
    }

    /// Records problems that stay.
    void list(List<LineProblem> problems) {
      for (LineProblem problem : problems) {
        list(new LineProblem(problem.offset(), problem.kind(), problem.what()));
      }
    }

    private void list(LineProblem problem) {
      // What takes a person is never left out, for a line without such a problem counts as fixed.
      if (listed < MAX_LISTED || problem.repair() == null) {
        findings.add(finding(problem));
      }
      listed++;
    }

    private Finding finding(LineProblem problem) {
      return new Finding(
          number,
          Reading.column(original, start, originally(problem.offset())),
          Finding.Kind.of(problem.kind()),
          problem.what(),
          problem.repair() != null);
    }

    /// Where a byte was before anything was put right.
    private int originally(int offset) {
      int at = offset;
      for (List<Edit> round : rounds.reversed()) {
        at = before(round, at);
      }
      return at;
    }

    private static int before(List<Edit> round, int offset) {
      int grown = 0;
      for (Edit edit : round) {
        int replacement = edit.replacement().length();
        if (offset < edit.from() + grown + replacement) {
          return Math.min(offset - grown, edit.to());
        }
        grown += replacement - (edit.to() - edit.from());
      }
      return offset - grown;
    }

    void turns(Example example, List<Integer> offsets) {
      List<TurnCheck.Problem> problems =
          switch (example) {
            case Conversation conversation -> TurnCheck.check(conversation.messages());
            case Passage passage ->
                passage.text().isBlank()
                    ? List.of(new TurnCheck.Problem(0, Finding.Kind.EMPTY, "the text says nothing"))
                    : List.of();
          };
      for (TurnCheck.Problem problem : problems) {
        int offset = problem.turn() < offsets.size() ? offsets.get(problem.turn()) : 0;
        int column = Reading.column(original, start, originally(offset));
        findings.add(new Finding(number, column, problem.kind(), problem.what(), false));
      }
    }
  }

  private Content content(Example example) {
    Sha256 hash = Sha256.hasher();
    List<Role> turns = new ArrayList<>();
    long characters = 0;
    int tokens = 0;
    switch (example) {
      case Conversation conversation -> {
        for (Message message : conversation.messages()) {
          char role = message.role().name().charAt(0);
          turns.add(message.role());
          characters += say(hash, role, message.content());
          tokens += count(message.content());
          if (message.callsTools()) {
            say(hash, role, message.fields().toString());
          }
        }
      }
      case Passage passage -> {
        characters = say(hash, '-', passage.text());
        tokens = count(passage.text());
      }
    }
    ByteBuffer digest = ByteBuffer.wrap(hash.digest().bytes());
    return new Content(
        digest.getLong(),
        digest.getLong(),
        source(example),
        turns,
        characters,
        tokens,
        near == null ? null : near.sketch(said(example)));
  }

  /// All that is said but by the system, which often says the same in every example.
  private static String said(Example example) {
    return switch (example) {
      case Conversation conversation ->
          conversation.messages().stream()
              .filter(message -> message.role() != Role.SYSTEM)
              .map(Message::content)
              .collect(Collectors.joining("\n"));
      case Passage passage -> passage.text();
    };
  }

  private int count(String text) {
    return tokenizer == null ? 0 : tokenizer.count(text);
  }

  /// Adds who says what to a hash, so that no two lists of turns look the same to it.
  private static long say(Sha256 hash, char role, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] head = ByteBuffer.allocate(6).putChar(role).putInt(bytes.length).array();
    hash.update(head, 0, head.length);
    hash.update(bytes, 0, bytes.length);
    return text.codePointCount(0, text.length());
  }

  /// A hash of where an example comes from.
  private static long source(Example example) {
    String meta = example.fields().get("meta");
    if (meta == null || !meta.contains("source_url")) {
      return 0;
    }
    try (JsonParser parser = JSON.createParser(meta)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return 0;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals("source_url");
        if (parser.nextToken() == JsonToken.VALUE_STRING && found) {
          byte[] url = parser.getText().getBytes(StandardCharsets.UTF_8);
          return ByteBuffer.wrap(Sha256.hasher().update(url, 0, url.length).digest().bytes())
              .getLong();
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("it was read as JSON before", e);
    }
    return 0;
  }
}

package dev.computepool.crawl.dataset;

import dev.computepool.base.Progress;
import dev.computepool.chat.InexpressibleException;
import dev.computepool.chat.LineFile;
import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.dataset.DatasetReport.Source;
import dev.computepool.crawl.dataset.Masker.Masked;
import dev.computepool.crawl.dataset.SeenPlaces.Match;
import dev.computepool.crawl.dataset.SeenPlaces.Origin;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.tokenizer.Tokenizer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns documents into the files of a dataset. The same documents in the same order make the same
/// files, byte for byte; which of them are left out as duplicates depends on that order.
///
/// ```java
/// try (DatasetWriter writer = DatasetWriter.open(out, options, false, progress)) {
///   for (Document document : documents) {
///     writer.add(document);
///   }
///   DatasetReport report = writer.commit(); // without this, close() leaves no file
/// }
/// ```
///
/// Texts are forgotten as soon as they are written: what stays in memory is about 700 bytes an
/// example.
public final class DatasetWriter implements Closeable {
  private final DatasetFiles files;
  private final DatasetOptions options;
  private final Progress progress;
  private final Resources resources;
  private final boolean replaces;
  private final LineFile train;
  private final LineFile leftOutFile;
  private final LeftOutLog leftOut;
  private final Chunker chunker;
  private final Turns turns;
  private final Languages languages;
  private final Masker masker;
  private final Contamination contamination;
  private final SeenPlaces seenDocuments;
  private final SeenPlaces seenChunks;
  private final Tally tally = new Tally();
  private final List<Piece> waiting = new ArrayList<>();

  /// A chunk on its way to a file.
  private record Piece(Chunk chunk, boolean validation) {}

  /// What is open until the end, closed in the opposite order.
  private static final class Resources implements Closeable {
    private final Deque<Closeable> open = new ArrayDeque<>();
    private @Nullable Tokenizer tokenizer;
    private @Nullable Questions questions;
    private @Nullable LineFile validation;

    <T extends Closeable> T own(T resource) {
      open.push(resource);
      return resource;
    }

    @Override
    public void close() throws IOException {
      Closeable next = open.poll();
      if (next != null) {
        try (next) {
          close();
        }
      }
    }
  }

  private DatasetWriter(
      DatasetFiles files,
      boolean replaces,
      DatasetOptions options,
      Resources resources,
      LineFile train,
      LineFile leftOut,
      Contamination contamination,
      Progress progress) {
    this.files = files;
    this.replaces = replaces;
    this.options = options;
    this.resources = resources;
    this.train = train;
    this.leftOutFile = leftOut;
    this.leftOut = new LeftOutLog(leftOut);
    this.contamination = contamination;
    this.progress = progress;
    Chunking chunking = options.chunking();
    Tokenizer tokenizer = resources.tokenizer;
    this.chunker =
        new Chunker(
            chunking,
            new Limit(
                chunking.maxChars(),
                chunking.maxTokens(),
                tokenizer == null ? null : tokenizer::count));
    this.turns = new Turns(options);
    this.languages = new Languages(options.languages());
    this.masker = new Masker(options.masks());
    this.seenDocuments = new SeenPlaces(options.nearDuplicates());
    this.seenChunks = new SeenPlaces(options.nearDuplicates());
  }

  /// Begins a dataset: reads what `options` name, so that what is wrong with them is known before
  /// anything is fetched.
  ///
  /// @param out the file of the examples to train on; the others stand beside it
  /// @param force whether files that are there are replaced
  /// @throws FileAlreadyExistsException if one of the files exists and is not to be replaced
  /// @throws dev.computepool.base.BusyException if another process writes it
  public static DatasetWriter open(
      Path out, DatasetOptions options, boolean force, Progress progress) throws IOException {
    DatasetFiles files = DatasetFiles.of(out);
    boolean replaces = files.replaces(force);
    Contamination contamination = Contamination.of(options.decontaminate());
    Resources resources = new Resources();
    boolean opened = false;
    try {
      Path place = options.chunking().tokenizer();
      if (place != null) {
        resources.tokenizer = resources.own(Tokenizer.open(place));
      }
      LineFile train = resources.own(LineFile.open(files.train(), replaces));
      LineFile leftOut = resources.own(LineFile.open(files.leftOut(), replaces));
      if (options.validation() > 0) {
        resources.validation = resources.own(LineFile.open(files.validation(), replaces));
      }
      Asking asking = options.asking();
      if (asking != null) {
        resources.questions = resources.own(Questions.of(asking, progress));
      }
      DatasetWriter writer =
          new DatasetWriter(
              files, replaces, options, resources, train, leftOut, contamination, progress);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        resources.close();
      }
    }
  }

  /// Adds what is worth learning in `document`.
  ///
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  /// @throws AskingException if the model that is asked for questions does not answer
  public void add(Document document) throws IOException {
    progress.cancellation().check();
    tally.documents++;
    Masked masked = masker.apply(languages.identify(Cleanup.apply(document)));
    Document clean = masked.document();
    Origin origin = new Origin(clean.source().toString(), -1);
    if (!languages.allows(clean)) {
      leaveOut(origin, LeftOut.LANGUAGE);
      return;
    }
    masked.counts().forEach((mask, count) -> tally.masked.merge(mask, count, Long::sum));
    List<Chunk> chunks = chunker.chunk(clean);
    if (chunks.stream().allMatch(this::isShort)) {
      leaveOut(origin, LeftOut.SHORT);
      return;
    }
    Match copied = seenDocuments.add(clean.markdown(), origin);
    if (copied != null) {
      tally.leaveOutDocument(copied.exact() ? LeftOut.DUPLICATE : LeftOut.NEAR_DUPLICATE);
      leftOut.write(origin, copied);
      return;
    }
    addChunks(clean, chunks);
  }

  private void leaveOut(Origin document, LeftOut why) throws IOException {
    tally.leaveOutDocument(why);
    leftOut.write(document, why);
  }

  private void addChunks(Document document, List<Chunk> chunks) throws IOException {
    String source = document.source().toString();
    boolean validation = isValidation(document);
    long examples = 0;
    for (Chunk chunk : chunks) {
      tally.chunks++;
      if (isNew(chunk, new Origin(source, chunk.index()))) {
        waiting.add(new Piece(chunk, validation));
        examples++;
        if (resources.questions == null || waiting.size() >= Questions.BATCH) {
          writeWaiting();
        }
      }
    }
    if (examples > 0) {
      tally.sources.add(
          new Source(
              source,
              document.title(),
              document.licence(),
              document.sha256().hex(),
              examples,
              validation));
    }
  }

  private boolean isShort(Chunk chunk) {
    return Limit.chars(chunk.text()) < options.chunking().minChars();
  }

  private boolean isNew(Chunk chunk, Origin origin) throws IOException {
    if (isShort(chunk)) {
      tally.leaveOutChunk(LeftOut.SHORT);
      leftOut.write(origin, LeftOut.SHORT);
      return false;
    }
    String shared = contamination.find(chunk.text());
    if (shared != null) {
      tally.leaveOutChunk(LeftOut.CONTAMINATED);
      leftOut.write(origin, LeftOut.CONTAMINATED, shared);
      return false;
    }
    Match copied = seenChunks.add(chunk.text(), origin);
    if (copied != null) {
      tally.leaveOutChunk(copied.exact() ? LeftOut.DUPLICATE : LeftOut.NEAR_DUPLICATE);
      leftOut.write(origin, copied);
      return false;
    }
    return true;
  }

  /// Whether all of a document is set aside, which its address alone decides: it stays so when the
  /// dataset is made again from other documents.
  private boolean isValidation(Document document) {
    String source = document.source().toString();
    int fragment = source.indexOf('#');
    byte[] page =
        (fragment < 0 ? source : source.substring(0, fragment)).getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.hasher().update(page, 0, page.length).digest();
    double place = (ByteBuffer.wrap(digest.bytes()).getLong() >>> 11) * 0x1p-53;
    return place < options.validation();
  }

  private void writeWaiting() throws IOException {
    Questions questions = resources.questions;
    List<String> asked =
        questions == null || waiting.isEmpty()
            ? List.of()
            : questions.ask(waiting.stream().map(Piece::chunk).toList());
    for (int i = 0; i < waiting.size(); i++) {
      Piece piece = waiting.get(i);
      String user;
      if (questions == null) {
        user = turns.user(piece.chunk(), options.style());
      } else if (asked.get(i).isEmpty()) {
        tally.unanswered++;
        user = turns.user(piece.chunk(), Style.QUESTION);
      } else {
        user = asked.get(i);
      }
      write(piece, user);
    }
    waiting.clear();
  }

  private void write(Piece piece, String user) throws IOException {
    Chunk chunk = piece.chunk();
    byte[] line;
    try {
      line = options.format().write(turns.example(chunk, user));
    } catch (InexpressibleException e) {
      throw new AssertionError("every format has three turns of plain text", e);
    }
    LineFile validation = resources.validation;
    if (piece.validation() && validation != null) {
      validation.write(line);
      tally.validation++;
    } else {
      train.write(line);
      tally.train++;
    }
    tally.example(chunk.document(), Limit.chars(chunk.text()));
    Tokenizer tokenizer = resources.tokenizer;
    if (tokenizer != null) {
      tally.tokens.add(tokenizer.count(chunk.text()));
    }
  }

  /// What is in the dataset, after the last document.
  public DatasetReport report() throws IOException {
    writeWaiting();
    return tally.report(
        new DatasetReport.Written(
            files.train(),
            resources.validation == null ? null : files.validation(),
            files.leftOut(),
            files.card()),
        resources.tokenizer != null);
  }

  /// Makes the files appear, without one that tells how the run went.
  public DatasetReport commit() throws IOException {
    return commit(null);
  }

  /// Makes the files appear, the examples to train on last. Those of an earlier dataset go first:
  /// in between there is none, so that a run that is killed leaves no mixture of two that looks
  /// whole. Before any of that, all files are complete under the names of their partial ones.
  ///
  /// @param account what {@link DatasetFiles#report} says; null to write none
  public DatasetReport commit(@Nullable String account) throws IOException {
    DatasetReport report = report();
    LineFile validation = resources.validation;
    List<LineFile> finished = new ArrayList<>();
    if (validation != null) {
      finished.add(validation);
    }
    finished.add(leftOutFile);
    finished.add(text(files.card(), Card.of(report, options)));
    if (account != null) {
      finished.add(text(files.report(), account));
    }
    finished.add(train);
    for (LineFile file : finished) {
      file.flush();
    }
    if (replaces) {
      Files.deleteIfExists(files.train());
    }
    if (validation == null) {
      // Of an earlier run; beside the new examples it would be taken for theirs.
      Files.deleteIfExists(files.validation());
    }
    for (LineFile file : finished) {
      file.commit();
    }
    return report;
  }

  private LineFile text(Path target, String text) throws IOException {
    LineFile file = resources.own(LineFile.open(target, replaces));
    file.writeLines(text.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /// Removes what was written unless it was committed.
  @Override
  public void close() throws IOException {
    resources.close();
  }
}

package dev.computepool.publish.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.BusyException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.hash.Digest;
import dev.computepool.publish.journal.Stamps.Side;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The journal of one folder: `publish.json` in it, replaced whole after every step.
///
/// One that is open for writing is locked against every other process until it is closed.
public final class Journal implements Closeable {
  /// The name of the file.
  public static final String FILE = "publish.json";

  private static final String LOCK = ".lock";
  private static final int VERSION = 1;
  private static final long MAX_BYTES = 64L << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final SequencedMap<String, Entry> entries;
  private final @Nullable FileChannel lock;

  private Journal(Path folder, SequencedMap<String, Entry> entries, @Nullable FileChannel lock) {
    this.folder = folder;
    this.entries = entries;
    this.lock = lock;
  }

  /// What was done so far, to look at. A folder without a journal has one without entries.
  ///
  /// @throws FormatException if the file is none of ours, or the folder is somebody else's
  public static Journal read(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    return new Journal(absolute, entries(absolute), null);
  }

  /// What was done so far, to be continued. The folder is made where there is none.
  ///
  /// @throws BusyException if another process continues it
  /// @throws FormatException if the file is none of ours, or the folder is somebody else's
  public static Journal open(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    Files.createDirectories(absolute);
    FileChannel lock =
        FileChannel.open(
            absolute.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      if (!tryLock(lock)) {
        throw new BusyException(folder);
      }
      Journal journal = new Journal(absolute, entries(absolute), lock);
      opened = true;
      return journal;
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  private static boolean tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process holds it
    }
  }

  /// What is recorded of a step.
  public Optional<Entry> entry(String step) {
    return Optional.ofNullable(entries.get(step));
  }

  /// Every file that some step has read whole, as it was then.
  public Map<Path, FileStamp> known() {
    Map<Path, FileStamp> known = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      for (Stamps stamps : List.of(entry.inputs(), entry.outputs())) {
        stamps
            .files()
            .forEach(
                (file, stamp) -> {
                  if (stamp.sha256() != null) {
                    known.put(file, stamp);
                  }
                });
      }
    }
    return known;
  }

  /// Records what came of a step, in place of what was recorded before.
  ///
  /// @throws IllegalStateException if this journal was only read
  public void record(String step, Entry entry) throws IOException {
    entries.put(step, entry);
    write();
  }

  /// Records what the inputs of a step are that is under way, so that one that is interrupted need
  /// not read them again.
  ///
  /// @param digests of files that were read since the step was begun, by absolute path
  /// @throws IllegalStateException if this journal was only read
  public void remember(String step, Map<Path, Digest> digests) throws IOException {
    Entry begun = entries.get(step);
    if (begun != null) {
      record(step, begun.with(begun.inputs().with(digests), begun.outputs()));
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }

  private void write() throws IOException {
    if (lock == null) {
      throw new IllegalStateException("the journal in " + folder + " was opened to be read");
    }
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("version", VERSION);
    ObjectNode steps = tree.putObject("steps");
    entries.forEach((name, entry) -> write(steps.putObject(name), entry));
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    try {
      AtomicFile.writeString(folder.resolve(FILE), text + "\n");
    } catch (IOException e) {
      throw DiskSpace.explain(e, folder, text.length());
    }
  }

  private void write(ObjectNode tree, Entry entry) {
    tree.put("done", entry.done());
    tree.put("program", entry.program());
    tree.put("time", entry.time().toString());
    tree.put("seconds", entry.seconds());
    tree.put("settings", entry.settings());
    write(tree.putObject("inputs"), entry.inputs());
    write(tree.putObject("outputs"), entry.outputs());
    ObjectNode facts = tree.putObject("facts");
    entry.facts().forEach(facts::put);
  }

  private void write(ObjectNode tree, Stamps stamps) {
    stamps
        .files()
        .forEach(
            (file, stamp) -> {
              ObjectNode node = tree.putObject(place(file));
              node.put("bytes", stamp.bytes());
              Instant changed = stamp.changed();
              if (changed != null) {
                node.put("changed_at", changed.toString());
              }
              Digest digest = stamp.sha256();
              if (digest != null) {
                node.put("sha256", digest.hex());
              }
            });
  }

  /// A path as the folder sees it, so that both can be moved together.
  private String place(Path file) {
    boolean near = folder.getRoot() != null && folder.getRoot().equals(file.getRoot());
    return (near ? folder.relativize(file) : file).toString();
  }

  private static SequencedMap<String, Entry> entries(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      requireEmpty(folder);
      return entries;
    }
    if (Files.size(file) > MAX_BYTES) {
      throw broken(file, "is too large to be a journal");
    }
    try {
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      if (tree.path("version").asInt() != VERSION) {
        throw broken(
            file, "is no journal of version %d: %s".formatted(VERSION, tree.path("version")));
      }
      for (Map.Entry<String, JsonNode> step : tree.path("steps").properties()) {
        entries.put(step.getKey(), entry(folder, step.getValue()));
      }
      return entries;
    } catch (JsonProcessingException | CharConversionException e) {
      throw new FormatException(file.toString(), SyntaxProblem.json(e));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw broken(file, "is no journal: " + e.getMessage());
    }
  }

  /// A folder without a journal is not ours: what we make would replace what is in it.
  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> other =
          files.filter(file -> !file.getFileName().toString().startsWith(".")).findFirst();
      if (other.isPresent()) {
        throw broken(
            folder,
            "has %s in it, and no %s of an earlier run: what is made needs a folder of its own"
                .formatted(other.get().getFileName(), FILE));
      }
    }
  }

  private static Entry entry(Path folder, JsonNode tree) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    tree.path("facts").properties().forEach(f -> facts.put(f.getKey(), f.getValue().asText()));
    return new Entry(
        tree.path("done").asBoolean(),
        tree.path("program").asText(),
        tree.path("settings").asText(),
        stamps(folder, Side.READ, tree.path("inputs")),
        stamps(folder, Side.MADE, tree.path("outputs")),
        Instant.parse(tree.path("time").asText()),
        tree.path("seconds").asDouble(),
        facts);
  }

  private static Stamps stamps(Path folder, Side side, JsonNode tree) {
    SequencedMap<Path, FileStamp> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> file : tree.properties()) {
      JsonNode stamp = file.getValue();
      files.put(
          folder.resolve(file.getKey()).normalize(),
          new FileStamp(
              stamp.path("bytes").asLong(),
              stamp.has("changed_at") ? Instant.parse(stamp.get("changed_at").asText()) : null,
              stamp.has("sha256") ? Digest.parse(stamp.get("sha256").asText()) : null));
    }
    return new Stamps(side, files);
  }

  private static FormatException broken(Path file, String what) {
    return new FormatException(file.toString(), new Problem("", what));
  }
}

package dev.computepool.publish.journal;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Some files as they were at one moment, by path.
///
/// @param side what they were to the step
/// @param files absolute paths, in the order in which they were named; those of a folder sorted
public record Stamps(Side side, SequencedMap<Path, FileStamp> files) {
  /// A folder in which models have further templates.
  private static final String TEMPLATES = "additional_chat_templates";

  /// Files of others up to this size are read to know whether they changed; of larger ones size
  /// and time must do.
  private static final long CHEAP = 16 << 20;

  /// What files are to a step.
  public enum Side {
    /// It reads them. Of a folder these are the files of the model in it: others may write there,
    /// and what is in folders below is none of it, but for templates.
    READ,
    /// It makes them, and whole folders of them.
    MADE
  }

  /// What another look at the files found.
  ///
  /// @param change what tells that they are no longer what they were: a sentence without its end,
  ///     such as `model.gguf has changed`; nothing if all are as they were
  /// @param now the same files with the times that they have now
  public record Look(Optional<String> change, Stamps now) {}

  public Stamps {
    files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
  }

  /// No files.
  public static Stamps none(Side side) {
    return new Stamps(side, new LinkedHashMap<>());
  }

  /// The files that `paths` name: a folder stands for the files in it, hidden ones left out.
  ///
  /// @throws java.nio.file.NoSuchFileException if one is not there
  private static List<Path> expand(Side side, Collection<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      Path absolute = path.toAbsolutePath().normalize();
      if (Files.isDirectory(absolute)) {
        switch (side) {
          case READ -> {
            files.addAll(folder(absolute, 1));
            Path templates = absolute.resolve(TEMPLATES);
            if (Files.isDirectory(templates)) {
              files.addAll(folder(templates, 1));
            }
          }
          case MADE -> files.addAll(folder(absolute, Integer.MAX_VALUE));
        }
      } else {
        files.add(absolute);
      }
    }
    return files.stream().distinct().toList(); // a folder may be named besides a file in it
  }

  private static List<Path> folder(Path folder, int depth) throws IOException {
    try (Stream<Path> all = Files.walk(folder, depth)) {
      return all.filter(file -> !isHidden(folder.relativize(file)))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /// Looks at files, and reads the small ones.
  ///
  /// @param paths files and folders
  /// @param known hashes of files that were read before and have not changed since
  /// @throws java.nio.file.NoSuchFileException if one is not there
  public static Stamps of(
      Side side, Collection<Path> paths, Map<Path, FileStamp> known, Progress progress)
      throws IOException {
    SequencedMap<Path, FileStamp> stamps = new LinkedHashMap<>();
    for (Path file : expand(side, paths)) {
      FileStamp now = FileStamp.of(file);
      boolean fresh = side == Side.READ && now.isFresh(Instant.now());
      FileStamp before = known.get(file);
      Digest digest = before != null && before.looksLike(now) ? before.sha256() : null;
      if (digest != null) {
        now = now.with(digest);
      } else if (fresh || now.bytes() <= CHEAP) {
        now = hashed(file, now, progress);
      }
      stamps.put(file, fresh ? now.unsettled() : now);
    }
    return new Stamps(side, stamps);
  }

  /// Reads a file; of a small one nobody need be told.
  private static FileStamp hashed(Path file, FileStamp now, Progress progress) throws IOException {
    Progress told = now.bytes() <= CHEAP ? Progress.silent(progress.cancellation()) : progress;
    try (Progress.Step step = told.begin("Hashing", now.bytes(), Progress.Unit.BYTES)) {
      return FileStamp.hashed(file, step);
    }
  }

  /// The same, with hashes of files that somebody has read.
  ///
  /// @param digests of files as they are; others than these files are left out
  public Stamps with(Map<Path, Digest> digests) {
    SequencedMap<Path, FileStamp> stamps = new LinkedHashMap<>(files);
    stamps.replaceAll(
        (file, stamp) -> {
          Digest digest = digests.get(file);
          return digest == null ? stamp : stamp.with(digest);
        });
    return new Stamps(side, stamps);
  }

  /// Bytes of all files.
  public long bytes() {
    return files.values().stream().mapToLong(FileStamp::bytes).sum();
  }

  /// Whether every file was read.
  public boolean isHashed() {
    return files.values().stream().allMatch(stamp -> stamp.sha256() != null);
  }

  /// The same, every file read.
  ///
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public Stamps hashed(Progress progress) throws IOException {
    if (isHashed()) {
      return this;
    }
    long bytes =
        files.values().stream()
            .filter(stamp -> stamp.sha256() == null)
            .mapToLong(FileStamp::bytes)
            .sum();
    SequencedMap<Path, FileStamp> hashed = new LinkedHashMap<>();
    try (Progress.Step step = progress.begin("Hashing", bytes, Progress.Unit.BYTES)) {
      for (Map.Entry<Path, FileStamp> file : files.entrySet()) {
        FileStamp stamp = file.getValue();
        hashed.put(
            file.getKey(), stamp.sha256() == null ? FileStamp.hashed(file.getKey(), step) : stamp);
      }
    }
    return new Stamps(side, hashed);
  }

  /// Looks again.
  ///
  /// A file of the same size and another time is read, if it was read before.
  ///
  /// @param paths the files and folders that were looked at then
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public Look look(Collection<Path> paths, Progress progress) throws IOException {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        return changed(path, "is gone");
      }
    }
    Map<Path, FileStamp> before = new TreeMap<>(files);
    SequencedMap<Path, FileStamp> after = new LinkedHashMap<>();
    for (Path file : expand(side, paths)) {
      FileStamp old = before.remove(file);
      if (old == null) {
        return changed(file, "is new");
      }
      FileStamp now = FileStamp.of(file);
      if (!old.looksLike(now)) {
        boolean fresh = side == Side.READ && now.isFresh(Instant.now());
        if (old.sha256() == null || old.bytes() != now.bytes()) {
          return changed(file, "has changed");
        }
        now = hashed(file, now, progress);
        if (!Objects.equals(old.sha256(), now.sha256())) {
          return changed(file, "has changed");
        }
        after.put(file, fresh ? now.unsettled() : now);
      } else {
        after.put(file, old);
      }
    }
    return before.isEmpty()
        ? new Look(Optional.empty(), new Stamps(side, after))
        : changed(before.keySet().iterator().next(), "is gone");
  }

  private Look changed(Path file, String how) {
    return new Look(Optional.of(file.getFileName() + " " + how), this);
  }
}

package dev.computepool.publish.journal;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Some files as they were at one moment, by path.
///
/// @param files absolute paths, in the order in which they were named; those of a folder sorted
public record Stamps(SequencedMap<Path, FileStamp> files) {
  /// Nothing at all.
  public static final Stamps NONE = new Stamps(new LinkedHashMap<>());

  /// Files of others up to this size are read to know whether they changed; of larger ones size
  /// and time must do.
  private static final long CHEAP = 16 << 20;

  public Stamps {
    files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
  }

  /// The files that `paths` name: a folder stands for the files in it, hidden ones left out.
  ///
  /// @throws java.nio.file.NoSuchFileException if one is not there
  static List<Path> expand(Collection<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      Path absolute = path.toAbsolutePath().normalize();
      if (Files.isDirectory(absolute)) {
        files.addAll(folder(absolute));
      } else {
        files.add(absolute);
      }
    }
    return files.stream().distinct().toList(); // a folder may be named besides a file in it
  }

  private static List<Path> folder(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
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
  public static Stamps of(Collection<Path> paths, Map<Path, FileStamp> known, Progress progress)
      throws IOException {
    SequencedMap<Path, FileStamp> stamps = new LinkedHashMap<>();
    List<Path> files = expand(paths);
    Progress.Step quiet =
        Progress.silent(progress.cancellation()).begin("", -1, Progress.Unit.BYTES);
    for (Path file : files) {
      FileStamp now = FileStamp.of(file);
      FileStamp before = known.get(file);
      Digest digest = before != null && before.looksLike(now) ? before.sha256() : null;
      if (digest == null && now.bytes() <= CHEAP) {
        digest = FileStamp.digest(file, now.bytes(), quiet);
      }
      stamps.put(file, digest == null ? now : now.with(digest));
    }
    return new Stamps(stamps);
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
    return new Stamps(stamps);
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
    return new Stamps(hashed);
  }

  /// What tells that files are no longer what they were: a sentence without its end, such as
  /// `model.gguf has changed`.
  ///
  /// A file of the same size and another time is read, if it was read before.
  ///
  /// @param paths the files and folders that were looked at then
  /// @return nothing if all are as they were
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public Optional<String> change(Collection<Path> paths, Progress progress) throws IOException {
    for (Path path : paths) {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(path.getFileName() + " is gone");
      }
    }
    Map<Path, FileStamp> before = new TreeMap<>(files);
    for (Path file : expand(paths)) {
      FileStamp old = before.remove(file);
      if (old == null) {
        return Optional.of(file.getFileName() + " is new");
      }
      FileStamp now = FileStamp.of(file);
      if (!old.looksLike(now) && !hasContent(file, old, now, progress)) {
        return Optional.of(file.getFileName() + " has changed");
      }
    }
    return before.keySet().stream().findFirst().map(file -> file.getFileName() + " is gone");
  }

  private static boolean hasContent(Path file, FileStamp old, FileStamp now, Progress progress)
      throws IOException {
    Digest digest = old.sha256();
    if (digest == null || old.bytes() != now.bytes()) {
      return false;
    }
    try (Progress.Step step = progress.begin("Hashing", now.bytes(), Progress.Unit.BYTES)) {
      return FileStamp.digest(file, now.bytes(), step).equals(digest);
    }
  }
}

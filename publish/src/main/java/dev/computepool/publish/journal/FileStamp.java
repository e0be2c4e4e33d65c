package dev.computepool.publish.journal;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file as it was at one moment.
///
/// @param bytes of the file
/// @param changed when it was last changed, as the file system tells; null where that would tell
///     nothing
/// @param sha256 of its content, or null where it was not read
public record FileStamp(long bytes, @Nullable Instant changed, @Nullable Digest sha256) {
  // Clocks of file systems tick in steps of up to 10 ms, some in steps of a second or two: a file
  // that is changed again within the same step keeps its time.
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration LONG_TICK = Duration.ofSeconds(2);

  /// Looks at a file without reading it.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  public static FileStamp of(Path file) throws IOException {
    // The time of writing can be set, and is where archives are unpacked: adapters of one rank have
    // one size, too. The time of the last change is the file system's own.
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    FileTime changed =
        file.getFileSystem().supportedFileAttributeViews().contains("unix")
            ? (FileTime) Objects.requireNonNull(Files.getAttribute(file, "unix:ctime"))
            : attributes.lastModifiedTime();
    return new FileStamp(attributes.size(), changed.toInstant(), null);
  }

  /// Reads a file.
  ///
  /// @throws IOException if it changes meanwhile
  /// @throws dev.computepool.base.CancelledException if `step` says so
  public static FileStamp hashed(Path file, Progress.Step step) throws IOException {
    FileStamp before = of(file);
    Digest digest;
    try (FileChannel channel = FileChannel.open(file)) {
      digest = Sha256.digest(file, channel, 0, before.bytes, step);
    }
    if (!before.looksLike(of(file))) {
      throw new IOException(file + " changed while it was read");
    }
    return before.with(digest);
  }

  /// What is in a file, if it was read before and nothing tells of a change since.
  ///
  /// @param known files that were read, by absolute path
  public static @Nullable Digest known(Map<Path, FileStamp> known, Path file) throws IOException {
    FileStamp before = known.get(file.toAbsolutePath().normalize());
    return before != null && before.looksLike(of(file)) ? before.sha256 : null;
  }

  /// The same with what its content is.
  public FileStamp with(Digest content) {
    return new FileStamp(bytes, changed, content);
  }

  /// Whether another look at the file found nothing that tells of a change.
  public boolean looksLike(FileStamp other) {
    return bytes == other.bytes && changed != null && changed.equals(other.changed);
  }

  /// Whether it was changed so short a time ago that another change would not be seen.
  boolean isFresh(Instant now) {
    if (changed == null) {
      return false;
    }
    boolean coarse = changed.equals(changed.truncatedTo(ChronoUnit.SECONDS));
    return now.isBefore(changed.plus(coarse ? LONG_TICK : TICK));
  }

  /// The same with a time that tells nothing, so that only reading the file tells a change.
  FileStamp unsettled() {
    return new FileStamp(bytes, null, Objects.requireNonNull(sha256));
  }
}

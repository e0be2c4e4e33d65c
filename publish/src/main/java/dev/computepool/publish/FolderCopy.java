package dev.computepool.publish;

import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.InputFile;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.Payload.Item;
import dev.computepool.publish.journal.FileStamp;
import dev.computepool.publish.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A plain folder with everything that is published, and `SHA256SUMS`, which `sha256sum -c` reads.
final class FolderCopy {
  private static final String SUMS = "SHA256SUMS";
  private static final long MAX_SUMS = 4 << 20;
  private static final int BUFFER = 1 << 20;

  private FolderCopy() {}

  /// Refuses a folder that this work has not made, and one that somebody has put something into:
  /// it will be replaced with all that is in it.
  ///
  /// @throws FileAlreadyExistsException naming what is in the way
  static void check(Step.Copy step, Journal journal) throws IOException {
    Path target = step.target();
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new NotDirectoryException(target.toString());
    }
    if (step.replace()) {
      return;
    }
    boolean ours =
        journal.entry(step.name()).filter(entry -> step.facts().equals(entry.facts())).isPresent();
    Set<String> listed = ours ? listed(target) : Set.of();
    try (Stream<Path> files = Files.walk(target)) {
      Optional<Path> other =
          files
              .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
              .filter(file -> !listed.contains(name(target, file)))
              .findFirst();
      if (other.isPresent()) {
        throw new FileAlreadyExistsException((ours ? other.get() : target).toString());
      }
    }
  }

  /// What the sums of a folder name, and the file of the sums itself.
  private static Set<String> listed(Path folder) throws IOException {
    Path sums = folder.resolve(SUMS);
    Set<String> names = new HashSet<>(Set.of(SUMS, ".DS_Store"));
    if (Files.isRegularFile(sums)) {
      InputFile.text(sums, MAX_SUMS).lines().forEach(l -> names.add(l.replaceFirst("^\\S+ +", "")));
    }
    return names;
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  /// Copies; the folder appears, or is replaced, when all is in it. What was hashed before is held
  /// against what is copied.
  ///
  /// @return the hashes of all files in it
  /// @throws VerificationException if a file is no longer what it was
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  static Map<Path, Digest> write(Step.Copy step, Journal journal, Progress progress)
      throws IOException {
    List<Item> items = step.payload().items();
    long bytes = 0;
    for (Item item : items) {
      bytes += Files.size(item.file());
    }
    DiskSpace.require(step.target(), bytes);
    Path parent = step.target().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Map<Path, FileStamp> known = journal.known();
    Map<Path, Digest> digests = new HashMap<>();
    try (AtomicDirectory directory = AtomicDirectory.replace(step.target());
        Progress.Step copying = progress.begin("Copying", bytes, Progress.Unit.BYTES)) {
      StringBuilder sums = new StringBuilder();
      Map<Path, FileStamp> before = new LinkedHashMap<>();
      try {
        for (Item item : items) {
          before.put(item.file(), FileStamp.of(item.file()));
          Path copy = directory.path().resolve(item.name());
          Files.createDirectories(copy.getParent());
          Digest digest = copy(item.file(), copy, copying);
          requireSame(item.file(), digest, known);
          digests.put(step.target().resolve(item.name()), digest);
          sums.append(digest.hex()).append("  ").append(item.name()).append('\n');
        }
        Files.writeString(directory.path().resolve(SUMS), sums);
      } catch (VerificationException e) {
        throw e;
      } catch (IOException e) {
        throw DiskSpace.explain(e, step.target(), bytes);
      }
      for (Map.Entry<Path, FileStamp> file : before.entrySet()) {
        if (!file.getValue().looksLike(FileStamp.of(file.getKey()))) {
          throw new VerificationException(
              file.getKey().toString(), List.of("changed while it was copied"));
        }
      }
      directory.commit();
    }
    return digests;
  }

  private static void requireSame(Path file, Digest digest, Map<Path, FileStamp> known)
      throws IOException {
    FileStamp before = known.get(file.toAbsolutePath().normalize());
    if (before == null || before.sha256() == null || !before.looksLike(FileStamp.of(file))) {
      return;
    }
    if (!digest.equals(before.sha256())) {
      throw new VerificationException(
          file.toString(),
          List.of("its SHA-256 is %s, and was %s".formatted(digest, before.sha256())));
    }
  }

  private static Digest copy(Path from, Path to, Progress.Step step) throws IOException {
    Sha256 sha256 = Sha256.hasher();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (FileChannel in = FileChannel.open(from);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (in.read(buffer.clear()) >= 0) {
        sha256.update(buffer.flip());
        buffer.rewind();
        int length = buffer.remaining();
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        step.advance(length);
      }
    }
    return sha256.digest();
  }
}

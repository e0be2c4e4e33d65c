package dev.computepool.publish.hub;

import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file here and the name that it gets in a repository.
///
/// @param path with `/` between its parts
/// @param known the SHA-256 of its content, if somebody has read it and knows that it is the same
///     still: gigabytes are then not read once more; null if nobody has
public record LocalFile(Path file, String path, @Nullable Digest known) {
  public LocalFile {
    RepoPath.require(path);
  }

  /// A file that nobody has read.
  public LocalFile(Path file, String path) {
    this(file, path, null);
  }

  /// Checks that a file is what was hashed, as far as its size and time tell.
  ///
  /// @throws IOException if it is not
  public static void requireUnchanged(Path file, long size, FileTime modified) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    if (now.size() != size || !now.lastModifiedTime().equals(modified)) {
      throw new IOException(file + " changed while it was published; nothing was made visible");
    }
  }

  /// All files of a folder under the names they have there, in the order of these. What begins
  /// with a dot is left out but for `.gitattributes` and `.gitignore`: unfinished files, caches and
  /// journals are nobody's model.
  public static List<LocalFile> under(Path folder) throws IOException {
    List<LocalFile> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return directory.equals(folder) || !isHidden(directory)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!isHidden(file) && Files.isRegularFile(file)) {
              String path = folder.relativize(file).toString().replace('\\', '/');
              files.add(new LocalFile(file, path));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(Comparator.comparing(LocalFile::path));
    return List.copyOf(files);
  }

  private static boolean isHidden(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(".") && !name.equals(".gitattributes") && !name.equals(".gitignore");
  }
}

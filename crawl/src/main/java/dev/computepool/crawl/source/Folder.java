package dev.computepool.crawl.source;

import dev.computepool.base.http.Head;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Pages in a folder: HTML, Markdown and text, also compressed with gzip.
public final class Folder {
  private Folder() {}

  /// Its pages in the order of their paths, whatever the system's. Hidden files and folders are
  /// passed over, links are not followed.
  public static List<Path> list(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !isHidden(folder.relativize(file)))
          .filter(file -> PageForms.ofFile(String.valueOf(file.getFileName())).isPresent())
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .sorted(
              Comparator.comparing(file -> folder.relativize(file).toString().replace('\\', '/')))
          .toList();
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /// Reads one of its pages, whose source is its place in the folder: where that lies is nobody
  /// else's business, and makes no other dataset.
  ///
  /// @param maxBytes after decompression
  public static Found read(Path folder, Path file, long maxBytes) throws IOException {
    byte[] bytes;
    if (Files.size(file) > maxBytes) {
      return new Found.Nothing(file.toString(), Refusal.TOO_LARGE, "");
    }
    byte[] stored = Files.readAllBytes(file);
    if (file.toString().endsWith(".gz")) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(stored))) {
        bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
      } catch (ZipException | java.io.EOFException e) {
        return new Found.Nothing(file.toString(), Refusal.UNREADABLE, "damaged gzip");
      }
    } else {
      bytes = stored;
    }
    if (bytes.length > maxBytes) {
      return new Found.Nothing(file.toString(), Refusal.TOO_LARGE, "");
    }
    Digest sha256 = Sha256.hasher().update(stored, 0, stored.length).digest();
    return new Found.Page(
        new RawPage(
            source(folder, file),
            PageForms.ofFile(String.valueOf(file.getFileName())).orElse(RawPage.Form.TEXT),
            new Head(200, Map.of()),
            Files.getLastModifiedTime(file).toInstant(),
            sha256,
            bytes.length,
            null,
            () -> bytes));
  }

  private static URI source(Path folder, Path file) {
    String text = folder.toUri().relativize(file.toUri()).getRawPath();
    int slash = text.indexOf('/');
    boolean seemsScheme = (slash < 0 ? text : text.substring(0, slash)).contains(":");
    return URI.create(seemsScheme ? "./" + text : text);
  }
}

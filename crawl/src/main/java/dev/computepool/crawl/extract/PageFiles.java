package dev.computepool.crawl.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Pages that lie on a disk.
public final class PageFiles {
  private PageFiles() {}

  /// The pages below a folder, by path; for a file that file, whatever it is called.
  public static List<Path> in(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(file -> isPage(file) && Files.isRegularFile(file)).sorted().toList();
    }
  }

  private static boolean isPage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return plain.endsWith(".html")
        || plain.endsWith(".htm")
        || plain.endsWith(".xhtml")
        || plain.endsWith(".pdf");
  }

  /// The name of a page: its file's without `.html` and `.gz`. That of a PDF keeps its ending.
  public static String id(Path file) {
    String name = file.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    for (String ending : List.of(".gz", ".html", ".htm", ".xhtml")) {
      if (lower.endsWith(ending) && lower.length() > ending.length()) {
        name = name.substring(0, name.length() - ending.length());
        lower = name.toLowerCase(Locale.ROOT);
      }
    }
    return name;
  }
}

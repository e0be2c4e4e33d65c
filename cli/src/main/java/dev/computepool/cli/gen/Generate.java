package dev.computepool.cli.gen;

import dev.computepool.base.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/// Rewrites the checked-in completions, manual pages and schema; developers run it.
public final class Generate {
  private Generate() {}

  /// Rewrites what differs and says what that was.
  ///
  /// @param args the project's root
  public static void main(String[] args) throws IOException {
    rewrite(Path.of(args[0])).forEach(System.err::println);
  }

  /// Rewrites what differs and deletes what nothing generates any more.
  ///
  /// @return a line for each file that was touched
  static List<String> rewrite(Path root) throws IOException {
    List<String> touched = new ArrayList<>();
    SortedMap<String, String> files = GeneratedFiles.all();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path target = root.resolve(file.getKey());
      if (!Files.exists(target) || !Files.readString(target).equals(file.getValue())) {
        Files.createDirectories(target.getParent());
        AtomicFile.writeString(target, file.getValue());
        touched.add("wrote " + file.getKey());
      }
    }
    for (String present : present(root)) {
      if (!files.containsKey(present)) {
        Files.delete(root.resolve(present));
        touched.add("deleted " + present);
      }
    }
    return touched;
  }

  /// The paths under `root` of all files that may be generated.
  static List<String> present(Path root) throws IOException {
    List<String> present = new ArrayList<>();
    for (String folder : List.of(GeneratedFiles.COMPLETIONS, GeneratedFiles.MAN)) {
      if (Files.isDirectory(root.resolve(folder))) {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
          files.forEach(f -> present.add(folder + "/" + f.getFileName()));
        }
      }
    }
    if (Files.exists(root.resolve(GeneratedFiles.SCHEMA))) {
      present.add(GeneratedFiles.SCHEMA);
    }
    return present;
  }
}

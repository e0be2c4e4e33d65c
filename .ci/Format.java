import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Formats every Java source of the project, or with `--check` names those that differ.
public final class Format {
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    boolean check = args.length > 1 && args[1].equals("--check");
    Formatter formatter = new Formatter();
    int different = 0;
    for (Path source : sources(root)) {
      String old = Files.readString(source);
      String formatted =
          formatter.formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(old));
      if (!old.equals(formatted)) {
        different++;
        System.err.println((check ? "not formatted: " : "formatted: ") + root.relativize(source));
        if (!check) Files.writeString(source, formatted);
      }
    }
    if (check && different > 0) {
      System.err.println("run: mvn -N process-sources -Dformat=apply");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws Exception {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> f.toString().endsWith(".java"))
          .filter(f -> f.toString().contains("/src/") && !f.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}

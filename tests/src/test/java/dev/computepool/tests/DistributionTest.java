package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is released: the archive, unpacked wherever its user likes.
final class DistributionTest {
  @TempDir Path temporary;

  @Test
  void runsWhereverItIsUnpacked() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("my programs"));
    Path home = Distribution.unpack(folder);
    Files.writeString(temporary.resolve("a.gguf"), "no model");
    Cli cli = Cli.of(home.resolve("bin/cp"), temporary).env("CI", "true");
    Result result = cli.run("gguf", "info", "a.gguf");
    assertEquals(2, result.exitCode());
    assertTrue(result.stderr().startsWith("error: a.gguf"), result.stderr());
    assertEquals(Result.done(""), cli.run("a.gguf", "b.gguf"));
  }

  @Test
  void runsWhereNobodyCanWrite() {
    Path home = Distribution.unpack(temporary);
    try (Mounts _ = Mounts.readOnly(home)) {
      Result result =
          Cli.of(home.resolve("bin/computepool"), home)
              .env("HOME", home.toString())
              .run("help", "exit-codes");
      assertEquals(new Result(0, result.stdout(), ""), result);
    }
  }

  /// The caches of a Java that the program was not packaged with are made while the call goes
  /// on, and that never touches the streams of the call.
  @Test
  void makesCachesOnceForAnotherJava() throws IOException, InterruptedException {
    Path home = Distribution.unpack(temporary);
    Path caches = temporary.resolve("cache dir/computepool/aot");
    Cli cli =
        Cli.of(home.resolve("bin/computepool"), temporary)
            .env("XDG_CACHE_HOME", temporary.resolve("cache dir").toString());
    Result first = cli.run("help", "exit-codes");
    assertEquals(new Result(0, first.stdout(), ""), first);
    for (int i = 0; i < 6000 && !holdsCaches(caches); i++) {
      Thread.sleep(100);
    }
    assertTrue(holdsCaches(caches), "no caches were made");
    Path log = temporary.resolve("classes");
    Result second =
        cli.env("COMPUTEPOOL_JAVA_OPTS", "-Xlog:class+load:file=" + log).run("help", "exit-codes");
    assertEquals(first, second);
    assertTrue(
        Files.readString(log).contains("picocli.CommandLine source: shared objects file"),
        "the cache is not used");
  }

  private static boolean holdsCaches(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return false;
    }
    try (var files = Files.list(folder)) {
      return files.filter(f -> !f.toString().endsWith(".part")).count() == 1;
    }
  }

  @Test
  void archiveTellsNothingAboutWhoMadeItWhen() {
    List<String> lines = Distribution.list();
    String top = "computepool-" + Project.VERSION + "/";
    for (String line : lines) {
      String[] fields = line.split(" +", 6);
      String mode =
          line.startsWith("d")
              ? "drwxr-xr-x"
              : line.contains("/bin/") ? "-rwxr-xr-x" : "-rw-r--r--";
      assertEquals(
          List.of(mode, "0/0", "2026-01-01", "00:00:00"),
          List.of(fields[0], fields[1], fields[3], fields[4]),
          line);
      assertTrue(fields[5].startsWith(top), line);
    }
    List<String> names = lines.stream().map(l -> l.split(" +", 6)[5]).toList();
    for (String file : List.of("bin/cp", "bin/computepool", "lib/computepool.jar", "LICENSE")) {
      assertTrue(names.contains(top + file), file + " is missing in " + names);
    }
    assertTrue(names.stream().noneMatch(n -> n.contains("/aot/")), names.toString());
  }

  @Test
  void archiveHasTheSameOrderEverywhere() {
    List<String> files =
        Distribution.list().stream()
            .map(l -> l.split(" +", 6)[5])
            .filter(n -> !n.endsWith("/") && !n.contains("/bin/"))
            .toList();
    // Folder by folder: what is in a folder comes before a file whose name begins like the
    // folder's.
    Comparator<String> byFolders = Comparator.comparing(name -> name.replace('/', '\0'));
    assertEquals(files.stream().sorted(byFolders).toList(), files);
  }

  @Test
  void saysThatItCannotRunFromAFolderWithAColon() throws IOException {
    Path home = Distribution.unpack(Files.createDirectories(temporary.resolve("a:b")));
    assertEquals(
        Result.failed(
            1,
            """
            error: ComputePool cannot run from %s/bin/..: Java takes a colon for the end of a name
            hint: move it to a folder without a colon in its path
            """
                .formatted(home)),
        Cli.of(home.resolve("bin/cp"), temporary).run("help"));
  }
}

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Puts together `cli/target/computepool`, the folder that users run, from what Maven left in `cli/target`.
///
/// It appears whole or not at all, with start-up caches for the Java that runs this program inside it. One
/// that is up to date stays as it is.
public final class Package {
  private final Path root;
  private final Path target;
  private final Path home;

  private Package(Path root) {
    this.root = root;
    this.target = root.resolve("cli/target");
    this.home = target.resolve("computepool");
  }

  /// @param args the project's folder, and its version, which is in the names of its jars
  public static void main(String[] args) throws Exception {
    new Package(Path.of(args[0]).toRealPath()).assemble(args[1]);
  }

  private void assemble(String version) throws Exception {
    Path next = target.resolve("computepool.next");
    delete(next);
    Path lib = Files.createDirectories(next.resolve("lib"));
    for (Path jar : files(target.resolve("lib"))) {
      String name = jar.getFileName().toString();
      if (name.startsWith("tokenizers-")) {
        copyWithout("native/", jar, lib.resolve(name));
      } else {
        copy(name.startsWith("picocli-") ? recompiled(jar) : jar, lib.resolve(name));
      }
    }
    copyTokenizers(lib);
    copy(target.resolve("computepool-cli-" + version + ".jar"), lib.resolve("computepool.jar"));
    // Plain files beside the jar that looks for them there; a build without npm has none.
    Path llama = root.resolve("gguf/target/llama");
    if (Files.exists(llama)) {
      copy(llama, lib.resolve("llama"));
    }
    for (String part : List.of("bin", "completions", "man", "LICENSE", "README.md")) {
      if (Files.exists(root.resolve(part))) {
        copy(root.resolve(part), next.resolve(part));
      }
    }
    String build = digest(next);
    Files.writeString(lib.resolve("build"), version + "\n" + build + "\n");
    if (isUpToDate(version, build)) {
      delete(next);
      linkTorch(home.resolve("lib"));
      return;
    }
    linkTorch(lib);
    makeCaches(next);
    Path last = target.resolve("computepool.last");
    delete(last);
    if (Files.exists(home)) {
      Files.move(home, last);
    }
    Files.move(next, home);
    delete(last);
  }

  /// Copies a jar without the entries under `folder`.
  private static void copyWithout(String folder, Path jar, Path to) throws IOException {
    try (JarFile source = new JarFile(jar.toFile());
        OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (JarEntry entry : source.stream().filter(e -> !e.isDirectory()).toList()) {
        if (!entry.getName().startsWith(folder)) {
          ZipEntry head = new ZipEntry(entry.getName());
          head.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
          zip.putNextEntry(head);
          zip.write(source.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  /// The tokenizers' library for this platform alone, as a plain file: nothing unpacks it at run time.
  private void copyTokenizers(Path lib) throws IOException {
    Path all = root.resolve("gguf/target/tokenizers/native/lib");
    String os = System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT);
    String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os;
    String arch = System.getProperty("os.arch").replace("amd64", "x86_64");
    Path platform = all.resolve(system + "-" + arch);
    if (Files.exists(platform)) {
      Path to = lib.resolve("tokenizers/native/lib");
      Files.createDirectories(to);
      copy(platform, to.resolve(platform.getFileName()));
    }
  }

  /// PyTorch's library, half a gigabyte: linked instead of copied where the file system can. What it is
  /// depends on its version alone, so the digest of the program does without it.
  private void linkTorch(Path lib) throws IOException {
    Path from = root.resolve("train/target/torch");
    if (!Files.exists(from)) {
      return;
    }
    for (Path file : files(from)) {
      Path link = lib.resolve("torch").resolve(from.relativize(file));
      if (Files.exists(link) && Files.isSameFile(link, file)) {
        continue;
      }
      Files.createDirectories(link.getParent());
      Files.deleteIfExists(link);
      try {
        Files.createLink(link, file);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /// Whether the folder of an earlier run has the same content, and caches of this very Java.
  private boolean isUpToDate(String version, String build) throws IOException {
    Path recorded = home.resolve("lib/build");
    Path caches = home.resolve("lib/aot");
    if (!Files.exists(recorded)
        || !Files.readString(recorded).equals(version + "\n" + build + "\n")
        || !Files.exists(caches)) {
      return false;
    }
    String java = System.getProperty("java.runtime.version");
    try (Stream<Path> made = Files.list(caches)) {
      return made.map(p -> p.getFileName().toString())
          .anyMatch(name -> name.startsWith(build) && name.endsWith(java));
    }
  }

  /// Has the launcher make the caches, since they hold only for a start with the same options.
  private void makeCaches(Path next) throws IOException, InterruptedException {
    Path log = target.resolve("caches.log");
    ProcessBuilder launcher =
        new ProcessBuilder("sh", next.resolve("bin/computepool").toString(), "__caches");
    Map<String, String> environment = launcher.environment();
    environment.keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "COMPUTEPOOL_JAVA_OPTS"));
    environment.put("COMPUTEPOOL_JAVA_HOME", System.getProperty("java.home"));
    Process process = launcher.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    if (process.waitFor() != 0) {
      // Some builds of Java cannot make any; the program runs without, only later.
      System.out.println("[WARNING] no start-up caches were made; " + log + " says why");
    }
  }

  /// A jar with the same content and classes of our own level: Java does not put into its caches what was
  /// compiled for Java 5, as picocli's jar is.
  private Path recompiled(Path jar) throws IOException {
    Path done = target.resolve("recompiled").resolve(jar.getFileName());
    if (Files.exists(done)) {
      return done;
    }
    Path work = target.resolve("recompiled/work");
    delete(work);
    Path sources = Files.createDirectories(work.resolve("sources"));
    Path classes = Files.createDirectories(work.resolve("classes"));
    String name = jar.getFileName().toString().replace(".jar", "-sources.jar");
    unpack(target.resolve("sources").resolve(name), sources);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(sources)) {
      List<Path> units =
          all.filter(p -> p.toString().endsWith(".java") && !p.endsWith("module-info.java")).toList();
      List<String> options =
          List.of("-d", classes.toString(), "--release", "25", "-proc:none", "-nowarn", "-XDsuppressNotes");
      if (!compiler
          .getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(units))
          .call()) {
        throw new IOException("cannot compile " + name);
      }
    }
    Map<String, byte[]> entries = new TreeMap<>();
    try (JarFile old = new JarFile(jar.toFile())) {
      for (JarEntry entry : old.stream().toList()) {
        if (!entry.isDirectory() && !entry.getName().endsWith(".class")) {
          entries.put(entry.getName(), old.getInputStream(entry).readAllBytes());
        }
      }
    }
    for (Path file : files(classes)) {
      entries.put(classes.relativize(file).toString(), Files.readAllBytes(file));
    }
    Path part = work.resolve("part.jar");
    try (OutputStream out = Files.newOutputStream(part);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry head = new ZipEntry(entry.getKey());
        head.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(head);
        zip.write(entry.getValue());
      }
    }
    Files.move(part, done, StandardCopyOption.ATOMIC_MOVE);
    delete(work);
    return done;
  }

  private static void unpack(Path jar, Path folder) throws IOException {
    try (JarFile source = new JarFile(jar.toFile())) {
      for (JarEntry entry : source.stream().filter(e -> !e.isDirectory()).toList()) {
        Path file = folder.resolve(entry.getName()).normalize();
        Files.createDirectories(file.getParent());
        Files.copy(source.getInputStream(entry), file);
      }
    }
  }

  /// The first 16 hexadecimal digits of a SHA-256 over the names and contents of all files.
  private static String digest(Path folder) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (Path file : files(folder)) {
      sha.update((folder.relativize(file) + "\0" + Files.size(file) + "\0").getBytes("UTF-8"));
      sha.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Files.copy(source, to.resolve(from.relativize(source).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

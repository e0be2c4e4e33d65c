import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Gets the pinned build of llama.cpp for one platform through npm, and lays its libraries out as
/// plain files. What is there already, and is what the pin says, is kept: no network then.
///
/// Without npm, or where it does not reach the package, this says so once and the build goes on.
///
///     java FetchLlama.java FOLDER LICENCES offline=true|false [PLATFORM]
public final class FetchLlama {
  /// What npm's own metadata says of a package: the SHA-512 of its tarball.
  private record Pin(String name, String version, String sha512) {
    String spec() {
      return name + "@" + version;
    }
  }

  private static final Map<String, Pin> PINS =
      Map.of(
          "linux-x64",
          new Pin(
              "@node-llama-cpp/linux-x64",
              "3.22.1",
              "5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg=="),
          "linux-arm64",
          new Pin(
              "@node-llama-cpp/linux-arm64",
              "3.22.1",
              "W+7naKCXX9/eEjjFmRS8vvx91QyLXDbeFxexZc3bh/PtQABZgmRL3C0AtYYXn4YGTj/3Qor4lWZn2tpjZFPLdQ=="));

  // Of llama.cpp, in both packages.
  private static final String VERSION = "0.5.0";
  private static final String COMMIT = "0ad4a86";

  private static final String PROPERTIES = "llama.properties";
  private static final long NPM_MINUTES = 5;
  private static final int MAX_FILE = 64 << 20;
  private static final int TAR_BLOCK = 512;

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    Path licences = Path.of(args[1]);
    boolean offline = args[2].equals("offline=true");
    String platform = args.length > 3 && !args[3].isBlank() ? args[3] : platform();
    Pin pin = PINS.get(platform);
    if (pin == null) {
      notice("there is no prebuilt llama.cpp for " + platform);
      return;
    }
    Path folder = root.resolve(platform);
    if (isComplete(folder, pin)) {
      return;
    }
    Files.createDirectories(root);
    Path work = Files.createTempDirectory(root, "fetch-");
    try {
      Path tarball = pack(pin, work, offline);
      if (tarball != null) {
        verify(tarball, pin);
        Path fresh = Files.createDirectory(work.resolve(platform));
        unpack(tarball, platform, fresh);
        copyLicences(licences, fresh);
        describe(fresh, pin);
        delete(folder);
        Files.move(fresh, folder);
      }
    } finally {
      delete(work);
    }
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return (os.startsWith("mac") ? "mac" : os.startsWith("windows") ? "win" : os)
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
  }

  private static void notice(String why) {
    System.err.println(
        "note: "
            + why
            + "; the build goes on. Quantizing and whatever else needs llama.cpp will ask for a"
            + " library of your own (--llama-lib).");
  }

  private static boolean isComplete(Path folder, Pin pin) throws Exception {
    Path file = folder.resolve(PROPERTIES);
    if (!Files.exists(file)) {
      return false;
    }
    Properties known = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      known.load(in);
    }
    if (!pin.spec().equals(known.getProperty("package"))) {
      return false;
    }
    for (String key : known.stringPropertyNames()) {
      if (key.startsWith("sha256.")) {
        Path library = folder.resolve(key.substring("sha256.".length()));
        if (!Files.exists(library) || !sha256(library).equals(known.getProperty(key))) {
          return false;
        }
      }
    }
    return true;
  }

  /// The tarball, or null where npm is missing or does not get it.
  private static Path pack(Pin pin, Path work, boolean offline) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("npm", "pack", "--loglevel=error", "--ignore-scripts", "--fetch-retries=1"));
    command.add(offline ? "--offline" : "--prefer-offline");
    command.addAll(List.of("--pack-destination", work.toString(), pin.spec()));
    Path log = work.resolve("npm.log");
    Process npm;
    try {
      npm =
          new ProcessBuilder(command)
              .directory(work.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      notice("llama.cpp was not fetched, there is no npm here");
      return null;
    }
    npm.getOutputStream().close();
    if (!npm.waitFor(NPM_MINUTES, TimeUnit.MINUTES)) {
      npm.destroyForcibly();
      notice("llama.cpp was not fetched, npm took longer than " + NPM_MINUTES + " minutes");
      return null;
    }
    try (Stream<Path> files = Files.list(work)) {
      Path tarball = files.filter(f -> f.toString().endsWith(".tgz")).findFirst().orElse(null);
      if (npm.exitValue() == 0 && tarball != null) {
        return tarball;
      }
    }
    String reason =
        Files.readAllLines(log).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("npm error") || line.startsWith("npm ERR!"))
            .findFirst()
            .orElse("exit code " + npm.exitValue());
    notice("llama.cpp was not fetched, npm does not get " + pin.spec() + " (" + reason + ")");
    return null;
  }

  private static void verify(Path tarball, Pin pin) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(tarball));
    String actual = Base64.getEncoder().encodeToString(hash);
    if (!actual.equals(pin.sha512())) {
      throw new IOException(
          "%s has SHA-512 %s, pinned is %s: not used".formatted(pin.spec(), actual, pin.sha512()));
    }
  }

  private static boolean isWanted(String name) {
    return name.startsWith("libllama.") || name.startsWith("libggml");
  }

  /// Takes the libraries and the licence out of the tarball. Its names are short, so that plain
  /// ustar headers are all there is to read.
  private static void unpack(Path tarball, String platform, Path target) throws IOException {
    String libraries = "package/bins/" + platform + "/";
    try (DataInputStream tar =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(tarball), 1 << 16))) {
      byte[] header = new byte[TAR_BLOCK];
      while (true) {
        tar.readFully(header);
        String name = text(header, 0, 100);
        if (name.isEmpty()) {
          return;
        }
        int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
        if (size > MAX_FILE) {
          throw new IOException(name + " in " + tarball + " has " + size + " bytes");
        }
        byte[] content = new byte[size];
        tar.readFully(content);
        tar.skipNBytes((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
        String base = name.substring(name.lastIndexOf('/') + 1);
        if (name.equals(libraries + base) && isWanted(base)) {
          Files.write(target.resolve(base), content);
        } else if (name.equals("package/LICENSE")) {
          Files.write(target.resolve("LICENSE.node-llama-cpp"), content);
        }
      }
    }
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.US_ASCII);
  }

  private static void copyLicences(Path licences, Path target) throws IOException {
    try (Stream<Path> files = Files.list(licences)) {
      for (Path licence : files.toList()) {
        Files.copy(
            licence,
            target.resolve(licence.getFileName()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void describe(Path folder, Pin pin) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        hashes.put(file.getFileName().toString(), sha256(file));
      }
    }
    if (hashes.keySet().stream().noneMatch(n -> n.startsWith("libllama."))
        || !hashes.containsKey("LICENSE.node-llama-cpp")) {
      throw new IOException(pin.spec() + " does not hold what it should: " + hashes.keySet());
    }
    StringBuilder text = new StringBuilder("# Prebuilt llama.cpp, as its package has it.\n");
    text.append("package=").append(pin.spec()).append('\n');
    text.append("version=").append(VERSION).append('\n');
    text.append("commit=").append(COMMIT).append('\n');
    hashes.forEach((name, hash) -> text.append("sha256.%s=%s\n".formatted(name, hash)));
    Files.writeString(folder.resolve(PROPERTIES), text);
  }

  private static String sha256(Path file) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(hash);
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.toList().reversed()) {
        Files.delete(path);
      }
    }
  }
}

package dev.computepool.llama;

import dev.computepool.base.CodeLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where the libraries of one llama.cpp build are.
///
/// @param library libllama itself, absolute
/// @param companions what it stands on and should be loaded before it, in that order
public record LlamaFiles(Path library, List<Path> companions) {
  /// The system property that names the folder of the library that comes with this program.
  public static final String FOLDER_PROPERTY = "computepool.llama";

  private static final Pattern LIBLLAMA = libraryNamed("llama");
  private static final List<Pattern> COMPANIONS =
      List.of(libraryNamed("ggml-base"), libraryNamed("ggml"));

  public LlamaFiles {
    companions = List.copyOf(companions);
  }

  /// The folder in which the library and its backends are.
  public Path folder() {
    Path folder = library.getParent();
    if (folder == null) {
      throw new IllegalStateException(library + " is not absolute");
    }
    return folder;
  }

  /// The libraries at a place that the user named: libllama itself, or the folder that holds it.
  ///
  /// @throws NoSuchFileException if there is no such file or folder
  /// @throws LlamaLibraryException if the folder holds no libllama
  public static LlamaFiles at(Path place) throws IOException {
    if (!Files.exists(place)) {
      throw new NoSuchFileException(place.toString());
    }
    Path real = place.toAbsolutePath().normalize();
    if (!Files.isDirectory(real)) {
      return of(real);
    }
    Path library =
        first(real, LIBLLAMA)
            .orElseThrow(() -> new LlamaLibraryException(place.toString(), "holds no libllama.so"));
    return of(library);
  }

  /// The libraries that came with this program.
  ///
  /// @throws LlamaMissingException if none did, which is so where the build had no npm, and on
  ///     platforms for which there is no prebuilt library
  public static LlamaFiles bundled() throws IOException {
    Path folder = bundledFolder();
    Optional<Path> library = Files.isDirectory(folder) ? first(folder, LIBLLAMA) : Optional.empty();
    return of(library.orElseThrow(() -> new LlamaMissingException(folder.toString())));
  }

  /// Where the libraries are that come with this program: in `llama/PLATFORM` beside its jar.
  public static Path bundledFolder() {
    String property = System.getProperty(FOLDER_PROPERTY);
    if (property != null) {
      return Path.of(property).toAbsolutePath();
    }
    return codeLocation().resolveSibling("llama").resolve(platform());
  }

  /// The jar, or the folder, that this class comes from.
  public static Path codeLocation() {
    return CodeLocation.of(LlamaFiles.class);
  }

  /// The platform as the names of prebuilt libraries have it, such as `linux-x64`.
  static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    String system = os.startsWith("mac") ? "mac" : os.startsWith("windows") ? "win" : os;
    return system
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
  }

  private static LlamaFiles of(Path library) throws IOException {
    Path folder = library.getParent();
    if (folder == null) {
      throw new LlamaLibraryException(library.toString(), "is not a library");
    }
    List<Path> companions =
        COMPANIONS.stream().map(p -> firstOrNone(folder, p)).flatMap(Optional::stream).toList();
    return new LlamaFiles(library, companions);
  }

  private static Optional<Path> firstOrNone(Path folder, Pattern name) {
    try {
      return first(folder, name);
    } catch (IOException e) {
      return Optional.empty(); // the loader looks for it in the system's own places then
    }
  }

  /// The shortest name that fits: `libllama.so` before `libllama.so.0`.
  private static Optional<Path> first(Path folder, Pattern name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> name.matcher(f.getFileName().toString()).matches())
          .min(
              Comparator.comparingInt((Path f) -> f.toString().length())
                  .thenComparing(Comparator.naturalOrder()));
    }
  }

  /// `libNAME.so`, `libNAME.so.1`, `libNAME.cuda.v0.5.0.so` and what other systems call it, but
  /// not `libNAME-other.so`.
  private static Pattern libraryNamed(String name) {
    return Pattern.compile(
        "(lib)?" + Pattern.quote(name) + "(\\.[\\w.-]+)?\\.(so|dylib|dll)(\\.[0-9.]+)?");
  }
}

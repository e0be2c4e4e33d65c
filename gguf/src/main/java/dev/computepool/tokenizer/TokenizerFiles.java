package dev.computepool.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.computepool.base.CodeLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The native library, which lies as a plain file in `tokenizers/` beside the jar of this class.
///
/// DJL would unpack it into the user's home, look for CUDA and, where it finds that, download
/// another; its functions work as well when nobody but us has loaded it.
final class TokenizerFiles {
  private static boolean loaded;

  private TokenizerFiles() {}

  @SuppressWarnings("restricted")
  static synchronized TokenizersLibrary load() throws TokenizerLibraryException {
    if (!loaded) {
      Path library = library();
      if (!Files.isRegularFile(library)) {
        throw new TokenizerLibraryException(
            "there is no tokenizer library for this platform: " + library + " is missing");
      }
      try {
        System.load(library.toString());
      } catch (UnsatisfiedLinkError e) {
        throw new TokenizerLibraryException(library + " cannot be loaded: " + e.getMessage(), e);
      }
      loaded = true;
    }
    return TokenizersLibrary.LIB;
  }

  private static Path library() {
    return CodeLocation.of(TokenizerFiles.class)
        .resolveSibling("tokenizers")
        .resolve(Path.of("native", "lib", platform(), "cpu", System.mapLibraryName("tokenizers")))
        .toAbsolutePath();
  }

  /// The platform as DJL's jar names it, such as `linux-x86_64`.
  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os;
    return system + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }
}

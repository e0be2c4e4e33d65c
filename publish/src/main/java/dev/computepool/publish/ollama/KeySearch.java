package dev.computepool.publish.ollama;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Looks for the key that is linked to the user's account.
///
/// @param named a file that the user named, null if none
/// @param home the user's home; `OLLAMA_MODELS` has no influence on where keys are
/// @param serviceHome the home of the service's user, whose key is the one that `ollama push` signs
///     with where Ollama runs as a service
public record KeySearch(@Nullable Path named, Path home, Path serviceHome) {
  /// Where Linux packages put the service's home.
  public static final Path SERVICE_HOME = Path.of("/usr/share/ollama");

  private static final String KEY = ".ollama/id_ed25519";

  /// What was found.
  public sealed interface Found {
    /// A key that can be read.
    record Usable(Path file, OllamaKey key) implements Found {}

    /// The service has a key, and only the service may read it.
    record OnlyService(Path file) implements Found {}

    /// There is no key anywhere.
    ///
    /// @param expected where the user's would be
    record None(Path expected) implements Found {}
  }

  /// Looks at the named file, then in the user's home, then in the service's.
  ///
  /// @throws KeyException if the first that is there is no key
  /// @throws java.nio.file.NoSuchFileException if a file was named that is not there
  public Found find() throws IOException {
    if (named != null) {
      return new Found.Usable(named, OllamaKey.read(named));
    }
    Path own = home.resolve(KEY);
    if (Files.exists(own)) {
      return new Found.Usable(own, OllamaKey.read(own));
    }
    Path service = serviceHome.resolve(KEY);
    if (Files.isReadable(service)) {
      return new Found.Usable(service, OllamaKey.read(service));
    }
    // Its folder may be closed to us: then the file is neither seen nor known to be missing.
    boolean hidden = Files.exists(serviceHome) && !Files.notExists(service);
    return hidden ? new Found.OnlyService(service) : new Found.None(own);
  }
}

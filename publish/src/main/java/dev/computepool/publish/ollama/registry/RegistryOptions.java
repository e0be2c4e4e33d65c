package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.http.Retries;
import java.time.Duration;

/// How a registry is spoken to.
///
/// @param insecure whether `http` is used, whatever the name says, and realms may be at `http` too
/// @param partBytes bytes of a part of an upload: what lies between us and Ollama's registry
///     refuses much larger ones, and its store takes ten thousand of them
/// @param parallel parts that are on their way at once, where the registry allows it
/// @param retries of each request; of parts and blobs, which are more than a request, as many
public record RegistryOptions(
    Credentials credentials, boolean insecure, long partBytes, int parallel, Retries retries) {
  private static final long PART = 100_000_000;
  private static final int PARALLEL = 16;
  private static final Retries RETRIES =
      new Retries(6, Duration.ofSeconds(1), Duration.ofSeconds(32), Duration.ofMinutes(6), true);

  public RegistryOptions {
    if (partBytes < 1) {
      throw new IllegalArgumentException("parts of %d bytes".formatted(partBytes));
    }
    if (parallel < 1) {
      throw new IllegalArgumentException("%d parts at once".formatted(parallel));
    }
  }

  /// As Ollama itself does it.
  public static RegistryOptions standard(Credentials credentials) {
    return new RegistryOptions(credentials, false, PART, PARALLEL, RETRIES);
  }

  /// The same over `http`, or not.
  public RegistryOptions withInsecure(boolean value) {
    return new RegistryOptions(credentials, value, partBytes, parallel, retries);
  }

  /// The same with parts of another size.
  public RegistryOptions withPartBytes(long value) {
    return new RegistryOptions(credentials, insecure, value, parallel, retries);
  }

  /// The same with more or less patience.
  public RegistryOptions with(Retries value) {
    return new RegistryOptions(credentials, insecure, partBytes, parallel, value);
  }
}

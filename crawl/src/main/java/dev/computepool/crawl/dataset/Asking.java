package dev.computepool.crawl.dataset;

import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.llama.LlamaFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which model writes the question that a text answers.
public sealed interface Asking {
  /// A server that speaks OpenAI's protocol.
  ///
  /// @param base such as `http://127.0.0.1:8080/v1`; `/chat/completions` is added
  /// @param model its name there; empty lets the server choose
  /// @param key sent as a bearer token; null if it wants none
  /// @param parallel requests at a time
  /// @param timeout of one request, to the last byte of its answer
  /// @param transport how it is reached
  /// @param answers what it said before
  /// @param offline whether nothing but these may be used
  record Endpoint(
      URI base,
      String model,
      @Nullable String key,
      int parallel,
      Duration timeout,
      TransportOptions transport,
      StoredAnswers answers,
      boolean offline)
      implements Asking {
    public Endpoint {
      String scheme = String.valueOf(base.getScheme());
      if ((!scheme.equals("http") && !scheme.equals("https")) || base.getHost() == null) {
        throw new IllegalArgumentException("'" + base + "' is no http or https address");
      }
      if (parallel < 1) {
        throw new IllegalArgumentException(
            "requests at a time are " + parallel + ", not 1 or more");
      }
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException("the time for a question is " + timeout);
      }
    }

    @Override
    public String toString() {
      return "Endpoint[base=%s, model=%s]".formatted(base, model); // without the key
    }
  }

  /// A model run by llama.cpp on this machine.
  ///
  /// @param answers what it said before
  record LocalModel(Path model, LlamaFiles library, int threads, StoredAnswers answers)
      implements Asking {}
}

package dev.computepool.crawl.fetch;

import dev.computepool.crawl.fetch.FetchResult.Refused;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is known of one scheme, host and port.
final class Host {
  private final HostGate gate;

  /// Held while robots.txt is fetched, so that it is fetched once.
  private final ReentrantLock learning = new ReentrantLock();

  private @Nullable Robots robots;
  private @Nullable Refused closed;

  Host(HostGate gate) {
    this.gate = gate;
  }

  HostGate gate() {
    return gate;
  }

  ReentrantLock learning() {
    return learning;
  }

  /// Its rules, null as long as they are not known.
  @Nullable Robots robots() {
    return robots;
  }

  /// Why nothing is fetched from it, null unless its robots.txt could not be had.
  @Nullable Refused closed() {
    return closed;
  }

  void learn(Robots rules) {
    robots = rules;
  }

  void close(Refused why) {
    closed = why;
  }
}

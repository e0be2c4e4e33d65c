package dev.computepool.crawl.fetch;

import dev.computepool.crawl.fetch.FetchResult.Refused;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is known of one scheme, host and port. The gate is that of the host.
final class Host {
  private final HostGate gate;

  /// Held while robots.txt or tdmrep.json is fetched, so that it is fetched once.
  private final ReentrantLock learning = new ReentrantLock();

  private @Nullable Robots robots;
  private @Nullable Refused closed;
  private Instant learnedAt = Instant.MIN;
  private Reservations reservations = Reservations.none();
  private Instant reservedAt = Instant.MIN;

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

  /// Whether its rules, or why they cannot be had, were found out so short a time ago that they are
  /// not asked for again.
  boolean isKnown(Instant now) {
    return learnedAt.isAfter(
        now.minus(closed == null ? Freshness.OF_RULES : Freshness.OF_FAILURES));
  }

  /// @param at when its rules were read from it
  void learn(Robots rules, Instant at) {
    robots = rules;
    closed = null;
    learnedAt = at;
  }

  void close(Refused why, Instant at) {
    robots = null;
    closed = why;
    learnedAt = at;
  }

  /// What its owner has reserved, as far as it is known.
  Reservations reservations() {
    return reservations;
  }

  /// Whether that was found out after `since`.
  boolean isReservationKnown(Instant since) {
    return reservedAt.isAfter(since);
  }

  /// @param at when they were read from it
  void reserve(Reservations all, Instant at) {
    reservations = all;
    reservedAt = at;
  }
}

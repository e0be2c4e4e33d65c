package dev.computepool.crawl.search;

import java.io.IOException;
import java.time.Duration;

/// A search service did not answer the question. No key is in the message.
public final class SearchException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Duration pause;

  /// What went wrong.
  public enum Kind {
    /// No key, or one that is not known.
    KEY,
    /// The account has nothing left, or the day's share is used up.
    QUOTA,
    /// The service did not understand the request.
    REQUEST,
    /// Asked too often, or the service has trouble: worth asking again.
    TROUBLE,
    /// The service cannot be used like this, whatever is asked.
    SETUP
  }

  /// @param message what happened, without the service's name
  /// @param pause how long the service wants to be left alone; zero if it does not say
  public SearchException(String service, Kind kind, String message, Duration pause) {
    super(service + ": " + message);
    this.kind = kind;
    this.pause = pause;
  }

  SearchException(String service, Kind kind, String message) {
    this(service, kind, message, Duration.ZERO);
  }

  public Kind kind() {
    return kind;
  }

  public Duration pause() {
    return pause;
  }
}

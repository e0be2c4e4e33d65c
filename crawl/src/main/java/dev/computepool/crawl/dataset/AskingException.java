package dev.computepool.crawl.dataset;

import java.io.IOException;

/// A model that was asked for questions did not answer.
public final class AskingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param endpoint without any key
  /// @param status of HTTP; 0 if there was no response
  AskingException(String endpoint, int status, String why) {
    super(endpoint + ": " + why);
    this.status = status;
  }

  /// Status of the HTTP response; 0 if there was none.
  public int status() {
    return status;
  }
}

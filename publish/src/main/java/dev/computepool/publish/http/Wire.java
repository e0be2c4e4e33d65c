package dev.computepool.publish.http;

import java.time.Duration;

/// Hears what goes over the wire, for people who want to see it. It is told no secret: neither a
/// header nor the query of a URL. Safe for use by several threads.
public interface Wire {
  /// Tells nobody.
  Wire SILENT =
      new Wire() {
        @Override
        public void answered(String request, int status, Duration time) {}

        @Override
        public void waiting(String request, String why, Duration pause) {}
      };

  /// An answer begins to come.
  ///
  /// @param request as {@link Request#label} says it
  void answered(String request, int status, Duration time);

  /// A request failed and is made again.
  ///
  /// @param why the status, or what happened to the connection
  void waiting(String request, String why, Duration pause);
}

package dev.computepool.publish.http;

import dev.computepool.base.http.Head;
import dev.computepool.base.http.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How often what failed is tried again, and after how long.
///
/// @param tries in all, at least one
/// @param first the pause after the first failure; each further one is twice as long
/// @param longest what pauses grow to
/// @param mostAsked how long a server may ask us to wait; where it asks for more, its answer stands
/// @param unsure whether what may have been done although it failed is done again; otherwise only
///     what a server was too busy to look at
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">Retry-After</a>
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-09">
///     RateLimit</a>
public record Retries(
    int tries, Duration first, Duration longest, Duration mostAsked, boolean unsure) {
  /// Once.
  public static final Retries NONE =
      new Retries(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, true);

  /// Five times more, as the Hub's own clients do; a window of the Hub's limits has five minutes.
  public static final Retries STANDARD =
      new Retries(6, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofMinutes(6), true);

  /// For what must not be done twice.
  public static final Retries CAREFUL =
      new Retries(6, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofMinutes(6), false);

  private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504);

  // RateLimit: "api";r=0;t=55
  private static final Pattern LIMIT = Pattern.compile("\"[^\"]*\"\\s*;(.*)");
  private static final Pattern PARAMETER = Pattern.compile("\\s*([rt])\\s*=\\s*([0-9]{1,9})\\s*");

  public Retries {
    if (tries < 1) {
      throw new IllegalArgumentException("%d tries".formatted(tries));
    }
  }

  /// Whether an answer may be another one when asked again.
  boolean isTransient(int status) {
    return unsure ? TRANSIENT.contains(status) : status == 429;
  }

  /// The pause after so many failures in a row.
  public Duration pause(int failures) {
    Duration pause = first;
    for (int i = 1; i < failures && pause.compareTo(longest) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longest) > 0 ? longest : pause;
  }

  /// The pause that an answer asks for, or else {@link #pause(int)}; nothing if it asks for more
  /// than anybody would wait.
  Optional<Duration> pause(Head head, int failures, Instant now) {
    Duration asked = asked(head, now);
    if (asked.compareTo(mostAsked) > 0) {
      return Optional.empty();
    }
    return Optional.of(asked.isZero() ? pause(failures) : asked);
  }

  /// Zero if it says nothing.
  private static Duration asked(Head head, Instant now) {
    if (head.status() == 429) {
      for (String value : head.all("ratelimit")) {
        for (String item : List.of(value.split(",", -1))) {
          Duration reset = reset(item.strip());
          if (!reset.isZero()) {
            return reset;
          }
        }
      }
    }
    return RetryAfter.of(head, now);
  }

  /// When a limit that is used up is lifted, one second after the server says so.
  private static Duration reset(String item) {
    Matcher limit = LIMIT.matcher(item);
    if (!limit.matches()) {
      return Duration.ZERO;
    }
    long left = -1;
    long seconds = -1;
    for (String parameter : List.of(limit.group(1).split(";", -1))) {
      Matcher matcher = PARAMETER.matcher(parameter);
      if (matcher.matches()) {
        if (matcher.group(1).equals("r")) {
          left = Long.parseLong(matcher.group(2));
        } else {
          seconds = Long.parseLong(matcher.group(2));
        }
      }
    }
    return left == 0 && seconds >= 0 ? Duration.ofSeconds(seconds + 1) : Duration.ZERO;
  }
}

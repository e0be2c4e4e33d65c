package dev.computepool.cli.net;

import dev.computepool.base.Durations;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.cli.Context;
import dev.computepool.cli.Version;
import dev.computepool.cli.output.Output;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Wire;
import dev.computepool.publish.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the environment says of the network.
public final class Network {
  /// Shorter pauses are nobody's business.
  private static final Duration LONG = Duration.ofSeconds(5);

  private Network() {}

  /// The proxies that the variables name; small letters go before capitals.
  public static ProxyRules proxies(Context context) {
    return ProxyRules.parse(
        variable(context, "HTTP_PROXY"),
        variable(context, "HTTPS_PROXY"),
        variable(context, "NO_PROXY"));
  }

  private static @Nullable String variable(Context context, String name) {
    String small = context.environment().variable(name.toLowerCase(Locale.ROOT));
    return small == null ? context.environment().variable(name) : small;
  }

  /// How requests are made: `-v` shows each, and long pauses are told to everybody.
  public static HttpOptions http(Context context, Output out) {
    return HttpOptions.standard(HttpOptions.userAgent(Version.CURRENT))
        .with(proxies(context))
        .with(
            new Wire() {
              @Override
              public void answered(String request, int status, Duration time) {
                out.detail("%s: %d after %s".formatted(request, status, Durations.format(time)));
              }

              @Override
              public void waiting(String request, String why, Duration pause) {
                String line =
                    "%s: %s; again in %s".formatted(request, why, Durations.format(pause));
                if (pause.compareTo(LONG) > 0) {
                  out.note(line);
                } else {
                  out.detail(line);
                }
              }
            });
  }

  /// Where the Hub is and who we are there.
  ///
  /// @param offline whether the network must not be used
  public static HubSettings hub(Context context, boolean offline) throws IOException {
    String home = context.environment().variable("HOME");
    HubSettings settings =
        HubSettings.read(
            context.environment()::variable,
            Path.of(home == null ? System.getProperty("user.home", ".") : home));
    return offline ? settings.withoutNetwork() : settings;
  }
}

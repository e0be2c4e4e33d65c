package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Context;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.CacheFolder;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.net.Network;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.crawl.dataset.StoredAnswers;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.FixedAddress;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How pages are fetched.
@Under(OptionHeading.FETCHING)
final class FetchFlags {
  /// A search may take longer than a page: each service has its own limit, and none a longer one.
  private static final Duration SEARCH_SILENCE = Duration.ofSeconds(60);

  private static final String USER_AGENT = "Mozilla/5.0 (compatible; computepool/0.1)";

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      description = "Time between two requests to a host, at least; default: 500ms.")
  private @Nullable Duration delay;

  @Option(
      names = "--max-delay",
      paramLabel = "TIME",
      description = "The most that a robots.txt may ask for; default: 30s.")
  private @Nullable Duration longestDelay;

  @Option(
      names = "--per-host",
      paramLabel = "N",
      description = "Requests to a host at the same time; default: 1.")
  private @Nullable Integer perHost;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "How often a failed request is made again; default: 3.")
  private @Nullable Integer retries;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Time for one page, to its last byte; default: 60s.")
  private @Nullable Duration timeout;

  @Option(
      names = "--max-page-size",
      paramLabel = "SIZE",
      description = "Larger pages are left out; default: 5MiB.")
  private @Nullable ByteSize maxPageSize;

  @Under(OptionHeading.KEPT)
  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      description = "Pages fetched within this time are not asked for again; default: 1d.")
  private @Nullable Duration maxAge;

  @Under(OptionHeading.KEPT)
  @Option(
      names = "--refresh",
      description =
          "Ask anew for all that is kept: whether pages have changed, what is found by a search, "
              + "in sitemaps and in repositories.")
  private boolean refresh;

  @Under(OptionHeading.KEPT)
  @Option(
      names = "--retry-failed",
      description = "Try again what failed within the last hour: pages, robots.txt, searches.")
  private boolean retryFailed;

  @Under(OptionHeading.KEPT)
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where fetched pages are kept; default: the setting crawl.cache.")
  private @Nullable Path cache;

  @Under(OptionHeading.ALLOWED)
  @Option(
      names = "--allow-private",
      split = ",",
      paramLabel = "HOST",
      description =
          "Hosts whose addresses need not be public, as HOST, HOST:PORT or * for all; "
              + "this machine and its network are otherwise not reached.")
  private List<String> allowPrivate = new ArrayList<>();

  @Under(OptionHeading.ALLOWED)
  @Option(
      names = "--resolve",
      paramLabel = "HOST:PORT:ADDRESS",
      description = "Use this address for a host instead of asking for it.")
  private List<String> resolve = new ArrayList<>();

  @Under(OptionHeading.ALLOWED)
  @Option(names = "--ignore-robots", description = "Fetch also what robots.txt forbids.")
  private boolean ignoreRobots;

  @Under(OptionHeading.ALLOWED)
  @Option(
      names = "--ignore-opt-outs",
      description =
          "Use also pages marked noindex, noai, noml or tdm-reservation, or reserved by"
              + " tdmrep.json.")
  private boolean ignoreOptOuts;

  @Under(OptionHeading.ALLOWED)
  @Option(
      names = "--user-agent",
      paramLabel = "TEXT",
      description =
          "What to tell servers we are, and robots.txt by which name; name yourself for large"
              + " crawls.")
  private String userAgent = USER_AGENT;

  FetchOptions fetch(boolean offline) {
    FetchOptions standard = FetchOptions.STANDARD;
    return new FetchOptions(
        or(delay, standard.delay()),
        or(longestDelay, standard.longestDelay()),
        or(perHost, standard.perHost()),
        or(retries, standard.retries()),
        standard.backOff(),
        standard.longestPause(),
        standard.patience(),
        or(timeout, standard.timeout()),
        maxPageSize == null ? standard.maxBytes() : maxPageSize.bytes(),
        refresh ? Duration.ZERO : or(maxAge, standard.maxAge()),
        retryFailed,
        !ignoreRobots,
        !ignoreOptOuts,
        offline);
  }

  private static <T> T or(@Nullable T value, T standard) {
    return value == null ? standard : value;
  }

  /// How pages are reached.
  TransportOptions transport(Context context) {
    TransportOptions standard = TransportOptions.standard(userAgent);
    return new TransportOptions(
        userAgent,
        Network.proxies(context),
        new AddressRules(allowPrivate),
        resolve.stream().map(FixedAddress::parse).toList(),
        standard.connectTimeout(),
        standard.silence());
  }

  /// How a service that the user named is reached: it may be on this machine.
  TransportOptions serviceTransport(Context context) {
    TransportOptions standard = TransportOptions.standard(userAgent);
    return new TransportOptions(
        userAgent,
        Network.proxies(context),
        new AddressRules(List.of("*")),
        List.of(),
        standard.connectTimeout(),
        SEARCH_SILENCE);
  }

  /// What models have answered before.
  StoredAnswers answers(Context context) throws IOException {
    return new StoredAnswers(cache(context).resolve("answers"), !refresh);
  }

  /// The folder that pages are kept in.
  Path cache(Context context) throws IOException {
    if (cache != null) {
      return cache;
    }
    String setting = context.config().setting(ConfigKey.CRAWL_CACHE).value();
    if (!setting.isEmpty()) {
      return Path.of(setting);
    }
    return CacheFolder.of(context.environment())
        .orElseThrow(
            () ->
                new UsageException(
                    "there is no home folder for the cache", "--cache DIR names one"))
        .resolve("crawl");
  }
}

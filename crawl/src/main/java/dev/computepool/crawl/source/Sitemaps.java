package dev.computepool.crawl.source;

import crawlercommons.sitemaps.AbstractSiteMap;
import crawlercommons.sitemaps.SiteMap;
import crawlercommons.sitemaps.SiteMapIndex;
import crawlercommons.sitemaps.SiteMapParser;
import crawlercommons.sitemaps.SiteMapURL;
import crawlercommons.sitemaps.UnknownFormatException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.fetch.Fetcher;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.WebUrl;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The pages that a site lists itself.
///
/// @see <a href="https://www.sitemaps.org/protocol.html">the protocol</a>
public final class Sitemaps {
  private static final int MAX_BYTES = 50 << 20; // the protocol's limit

  private final Fetcher fetcher;
  private final Limits limits;
  private final Predicate<URI> wanted;
  private final Set<URI> pages = new LinkedHashSet<>();
  private final List<Found.Nothing> failures = new ArrayList<>();
  private boolean morePages;
  private boolean moreSitemaps;

  /// What sitemaps list.
  ///
  /// @param pages each once, in the order of the sitemaps
  /// @param failures sitemaps that could not be read
  /// @param morePages whether there are more pages than were wanted
  /// @param moreSitemaps whether there are sitemaps that were not read, being too many
  public record Listing(
      List<URI> pages, List<Found.Nothing> failures, boolean morePages, boolean moreSitemaps) {}

  /// How far sitemaps are read.
  ///
  /// @param pages after which no further sitemap is read
  /// @param sitemaps that are read at most
  public record Limits(int pages, int sitemaps) {
    public Limits {
      if (pages < 1) {
        throw new IllegalArgumentException("the most pages are %d, not 1 or more".formatted(pages));
      }
      if (sitemaps < 1) {
        throw new IllegalArgumentException(
            "the most sitemaps are %d, not 1 or more".formatted(sitemaps));
      }
    }
  }

  private Sitemaps(Fetcher fetcher, Limits limits, Predicate<URI> wanted) {
    this.fetcher = fetcher;
    this.limits = limits;
    this.wanted = wanted;
  }

  /// Reads a sitemap and all that it refers to. The URL of a robots.txt, or of a site without a
  /// path, stands for the sitemaps that its robots.txt names.
  ///
  /// @param wanted which pages count
  /// @throws SourceException if there is no sitemap there
  public static Listing read(
      Fetcher fetcher, URI url, Limits limits, Predicate<URI> wanted, Progress progress)
      throws IOException {
    Sitemaps sitemaps = new Sitemaps(fetcher, limits, wanted);
    try (Progress.Step step = progress.begin("Reading sitemaps", -1, Progress.Unit.ITEMS)) {
      sitemaps.walk(url, step);
      return new Listing(
          List.copyOf(sitemaps.pages),
          List.copyOf(sitemaps.failures),
          sitemaps.morePages,
          sitemaps.moreSitemaps);
    }
  }

  private void walk(URI start, Progress.Step step) throws IOException {
    Deque<URI> waiting = new ArrayDeque<>(starts(start));
    if (waiting.isEmpty()) {
      throw new SourceException(
          start.toString(), Refusal.NOT_FOUND, "its robots.txt names no sitemap");
    }
    Set<URI> seen = new HashSet<>(waiting);
    int read = 0;
    while (!waiting.isEmpty()) {
      if (read == limits.sitemaps()) {
        moreSitemaps = true;
        return;
      }
      URI url = waiting.removeFirst();
      read++;
      step.advance(1);
      AbstractSiteMap map = load(url, url.equals(start));
      if (map instanceof SiteMapIndex index) {
        List<URI> inner = new ArrayList<>();
        for (AbstractSiteMap sitemap : index.getSitemaps()) {
          URI at = parse(sitemap.getUrl().toString());
          if (at == null || seen.contains(at)) {
            continue;
          }
          if (read + waiting.size() + inner.size() == limits.sitemaps()) {
            moreSitemaps = true;
            break;
          }
          seen.add(at);
          inner.add(at);
        }
        inner.reversed().forEach(waiting::addFirst);
      } else if (map instanceof SiteMap sitemap) {
        for (SiteMapURL entry : sitemap.getSiteMapUrls()) {
          URI at = parse(entry.getUrl().toString());
          if (at == null || !wanted.test(at) || pages.contains(at)) {
            continue;
          }
          if (pages.size() == limits.pages()) {
            morePages = true;
            return;
          }
          pages.add(at);
        }
      }
    }
  }

  private List<URI> starts(URI url) throws IOException {
    boolean site = url.getRawPath().equals("/") && url.getRawQuery() == null;
    if (!site && !url.getRawPath().equals("/robots.txt")) {
      return List.of(url);
    }
    List<String> named;
    try {
      named = fetcher.sitemaps(url);
    } catch (PageRefusedException e) {
      throw new SourceException(url.toString(), e.why(), e.detail());
    }
    List<URI> starts = new ArrayList<>();
    for (String text : named) {
      URI at = parse(text);
      if (at != null && !starts.contains(at)) {
        starts.add(at);
      }
    }
    return starts.isEmpty() && site ? List.of(url.resolve("/sitemap.xml")) : starts;
  }

  private static @Nullable URI parse(String text) {
    try {
      return WebUrl.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // an entry that leads nowhere
    }
  }

  /// Null where one of several could not be read.
  private @Nullable AbstractSiteMap load(URI url, boolean only) throws IOException {
    Refused refused;
    switch (fetcher.fetchSitemap(url)) {
      case Refused none -> refused = none;
      case Fetched(URI at, var page, int _) -> {
        byte[] bytes = fetcher.read(page).orElse(new byte[0]);
        try {
          // Not strict: many sitemaps list pages of other hosts, and --domains is there.
          return new SiteMapParser(false, true).parseSiteMap(inflate(bytes), at.toURL());
        } catch (UnknownFormatException | ZipException | EOFException e) {
          refused = new Refused(Refusal.UNREADABLE, "it is no sitemap");
        } catch (IOException e) {
          refused = new Refused(Refusal.UNREADABLE, String.valueOf(e.getMessage()));
        }
      }
    }
    if (only) {
      throw new SourceException(url.toString(), refused);
    }
    failures.add(new Found.Nothing(url.toString(), refused.why(), refused.detail()));
    return null;
  }

  private static byte[] inflate(byte[] bytes) throws IOException {
    if (bytes.length < 2 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(MAX_BYTES);
    }
  }
}

package dev.computepool.crawl.source;

import dev.computepool.base.http.Head;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A page as it came, before anything is made of it.
///
/// @param source where it was found after all redirects; of a file its place in the folder it was
///     found in, which is a relative URL
/// @param form what its bytes are
/// @param head of the answer it came with; without headers for what was not fetched
/// @param fetchedAt when it was read from its server; of a file when it was last changed
/// @param sha256 of its bytes
/// @param size of its bytes, as they are handed out
/// @param licence that all pages of its source have, as far as that is known
public record RawPage(
    URI source,
    Form form,
    Head head,
    Instant fetchedAt,
    Digest sha256,
    long size,
    @Nullable String licence,
    Content content) {
  /// What the bytes of a page are.
  public enum Form {
    HTML,
    MARKDOWN,
    TEXT,
    PDF
  }

  /// The bytes of a page.
  @FunctionalInterface
  public interface Content {
    /// Reads them, where they are not in memory anyway; the caller does not change them.
    byte[] bytes() throws IOException;
  }
}

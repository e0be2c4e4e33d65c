package dev.computepool.crawl.dataset;

import dev.computepool.hash.Digest;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One source of training text, and where it comes from.
///
/// @param source where it was found after all redirects, or a `file:` for what lay on a disk
/// @param title empty if it has none
/// @param language BCP 47 tag, as stated or as detected
/// @param licence an SPDX name or a URL, as stated
/// @param fetchedAt when its bytes were read, or last confirmed to be unchanged
/// @param sha256 hash of the bytes that were fetched, before anything was made of them
/// @param markdown its text
public record Document(
    URI source,
    String title,
    @Nullable String language,
    @Nullable String licence,
    Instant fetchedAt,
    Digest sha256,
    String markdown) {}

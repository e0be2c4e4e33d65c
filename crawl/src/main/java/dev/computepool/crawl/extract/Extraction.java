package dev.computepool.crawl.extract;

import org.jspecify.annotations.Nullable;

/// The main content of a page, without what surrounds it.
///
/// @param title the title of the page, without the name of its site; empty if it has none
/// @param language BCP 47 tag that the page gives itself, such as `en` or `pt-BR`
/// @param licence what the page says about its licence: an SPDX name or a URL, as stated
/// @param markdown CommonMark with GitHub's tables, code blocks exactly as written; empty if
///     nothing on the page reads like content
public record Extraction(
    String title, @Nullable String language, @Nullable String licence, String markdown) {}

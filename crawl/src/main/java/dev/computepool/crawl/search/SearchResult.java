package dev.computepool.crawl.search;

import java.net.URI;

/// One page that a service found.
///
/// @param rank from 1, over all requests of a search
/// @param url without what only tracks readers
public record SearchResult(int rank, URI url, String title, String snippet) {}

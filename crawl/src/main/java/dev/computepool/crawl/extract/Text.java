package dev.computepool.crawl.extract;

/// Text as it stands between two tags, its white space not yet collapsed.
///
/// @param value with references such as `&amp;` resolved
record Text(String value) implements Piece {}

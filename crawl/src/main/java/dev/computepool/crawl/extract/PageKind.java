package dev.computepool.crawl.extract;

/// What a page is for, as far as it matters for what its content is.
public enum PageKind {
  /// Text with code, or made by a generator of documentation: everything in the container counts.
  DOCUMENTATION,
  /// One text that somebody wrote; what stands around it is not part of it.
  ARTICLE,
  /// People answering each other; their posts are the content.
  DISCUSSION,
  /// One thing for sale and what is said about it.
  PRODUCT,
  /// Anything else: services, lists, portals. Everything that is not there to work the page counts.
  OTHER
}

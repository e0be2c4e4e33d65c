package dev.computepool.crawl.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a page is its content.
///
/// @param kind what the page is for
/// @param title the heading that says what the page's title says, if there is one
/// @param roots the boxes that hold the text, in the order of the page; what does not belong to
///     it has been dropped below them
record Content(PageKind kind, @Nullable Box title, List<Box> roots) {}

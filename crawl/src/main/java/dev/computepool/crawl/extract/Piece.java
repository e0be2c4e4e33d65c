package dev.computepool.crawl.extract;

/// What an element of a page holds, in the order of the page: text or further elements.
sealed interface Piece permits Text, Box {}

package dev.computepool.crawl.pdf;

/// A line of text on a page.
///
/// @param page from 0
/// @param size of most of its letters, in points
/// @param fixed whether all its letters are of fonts whose letters are equally wide
/// @param left where it begins, in points
/// @param letter how wide one of its letters is, in points
/// @param begins whether a paragraph begins with it
record PdfLine(
    int page, String text, float size, boolean fixed, float left, float letter, boolean begins) {}

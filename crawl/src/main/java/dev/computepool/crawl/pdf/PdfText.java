package dev.computepool.crawl.pdf;

/// What a PDF came to.
public sealed interface PdfText {
  /// Its text.
  ///
  /// @param title as the PDF states it, else its first heading; empty if it has neither
  /// @param markdown empty where there are only pictures
  /// @param allowed whether its owner allows that text is taken out of it
  record Read(String title, String markdown, boolean allowed) implements PdfText {}

  /// It cannot be read.
  record Unreadable(String why) implements PdfText {}

  /// PDFBox is not there.
  record Unsupported() implements PdfText {}
}

package dev.computepool.crawl.dataset;

import java.util.List;

/// A piece of a document that becomes one example.
///
/// @param index its place among the pieces of the document, from 0
/// @param headings those it stands under, the highest first
/// @param text its Markdown, with the headings inside it
record Chunk(Document document, int index, List<String> headings, String text) {
  Chunk {
    headings = List.copyOf(headings);
  }
}

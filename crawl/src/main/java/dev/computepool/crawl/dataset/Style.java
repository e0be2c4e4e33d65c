package dev.computepool.crawl.dataset;

/// What the user says in an example, if no model is asked for it.
public enum Style {
  /// `QUERY — section 3`, as Infernet writes it; without a query the title of the page.
  SECTION,
  /// `TITLE — HEADING › HEADING`.
  TITLE,
  /// A heading that is a question as it is, and of others `What does TITLE say about HEADING?`.
  QUESTION
}

package dev.computepool.crawl.dataset;

import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.dataset.DatasetReport.Source;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts while a dataset is written.
final class Tally {
  private static final String UNKNOWN_LANGUAGE = "und";
  private static final String NO_LICENCE = "not stated";

  final Lengths.Sum characters = new Lengths.Sum();
  final Lengths.Sum tokens = new Lengths.Sum();
  final List<Source> sources = new ArrayList<>();
  final Map<Mask, Long> masked = new EnumMap<>(Mask.class);
  private final Map<LeftOut, Long> documentsLeftOut = new EnumMap<>(LeftOut.class);
  private final Map<LeftOut, Long> chunksLeftOut = new EnumMap<>(LeftOut.class);
  private final SortedMap<String, Long> languages = new TreeMap<>();
  private final SortedMap<String, Long> licences = new TreeMap<>();
  long documents;
  long chunks;
  long unanswered;
  long train;
  long validation;

  void leaveOutDocument(LeftOut why) {
    documentsLeftOut.merge(why, 1L, Long::sum);
  }

  void leaveOutChunk(LeftOut why) {
    chunksLeftOut.merge(why, 1L, Long::sum);
  }

  void example(Document document, long length) {
    characters.add(length);
    String language = document.language() == null ? UNKNOWN_LANGUAGE : document.language();
    String licence = document.licence() == null ? NO_LICENCE : document.licence();
    languages.merge(language, 1L, Long::sum);
    licences.merge(licence, 1L, Long::sum);
  }

  DatasetReport report(DatasetReport.Written files, boolean tokenized) {
    return new DatasetReport(
        files,
        documents,
        documentsLeftOut,
        chunks,
        chunksLeftOut,
        masked,
        unanswered,
        train,
        validation,
        sources,
        languages,
        licences,
        characters.lengths(),
        tokenized ? tokens.lengths() : null);
  }
}

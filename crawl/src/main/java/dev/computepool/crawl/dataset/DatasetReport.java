package dev.computepool.crawl.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What became of the documents.
///
/// @param documents that came
/// @param documentsLeftOut of them, why: the reason and how many
/// @param chunks that the others made
/// @param chunksLeftOut of them, why
/// @param masked what was blacked out, and how often
/// @param unanswered pieces for which the model that was asked had no question; their user's turn
///     is made as {@link Style#QUESTION} makes it
/// @param train examples to train on
/// @param validation examples set aside
/// @param sources those with at least one example, in the order they came
/// @param languages examples of each; `und` where nobody knows
/// @param licences examples of each, as stated; `not stated` for the others
/// @param characters of what the assistant says
/// @param tokens of it; null without a tokenizer
public record DatasetReport(
    Written files,
    long documents,
    Map<LeftOut, Long> documentsLeftOut,
    long chunks,
    Map<LeftOut, Long> chunksLeftOut,
    Map<Mask, Long> masked,
    long unanswered,
    long train,
    long validation,
    List<Source> sources,
    SortedMap<String, Long> languages,
    SortedMap<String, Long> licences,
    Lengths characters,
    @Nullable Lengths tokens) {

  /// The files that were written, as {@link DatasetFiles} says.
  ///
  /// @param validation null where nothing was to be set aside
  public record Written(Path train, @Nullable Path validation, Path leftOut, Path card) {}

  /// Why something is not in the dataset.
  public enum LeftOut {
    /// It is in a language that was not asked for.
    LANGUAGE,
    /// It has no text, or less than the least.
    SHORT,
    /// It is there already, letter for letter.
    DUPLICATE,
    /// It is there already, in nearly the same words.
    NEAR_DUPLICATE,
    /// It shares words with what must not be learned.
    CONTAMINATED
  }

  /// A document that examples came from.
  ///
  /// @param sha256 of the bytes that were fetched
  /// @param validation whether its examples were set aside
  public record Source(
      String url,
      String title,
      @Nullable String licence,
      String sha256,
      long examples,
      boolean validation) {}
}

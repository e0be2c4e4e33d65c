package dev.computepool.crawl.dataset;

import dev.computepool.chat.LineFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is made of documents.
///
/// @param query what was searched for; empty if nothing was
/// @param languages primary subtags such as `en`: documents known to be in another are left out;
///     empty for all
/// @param nearDuplicates the similarity, from 0 to 1, from which two texts are the same one; 1
///     leaves out only exact copies
/// @param decontaminate files whose lines must not be in the dataset, such as a test set
/// @param validation the share of sources, from 0 to 1 (not included), that is set aside
/// @param asking who writes the user's turns; null for `style`
public record DatasetOptions(
    String query,
    LineFormat format,
    Chunking chunking,
    Style style,
    @Nullable Asking asking,
    Set<String> languages,
    double nearDuplicates,
    Set<Mask> masks,
    List<Path> decontaminate,
    double validation) {
  /// ChatML of all languages, without near duplicates, nothing set aside.
  public static final DatasetOptions DEFAULT =
      new DatasetOptions(
          "",
          LineFormat.CHATML,
          Chunking.DEFAULT,
          Style.SECTION,
          null,
          Set.of(),
          0.8,
          Set.of(),
          List.of(),
          0);

  public DatasetOptions {
    languages = Set.copyOf(languages);
    masks = Set.copyOf(masks);
    decontaminate = List.copyOf(decontaminate);
    for (String language : languages) {
      if (!language.matches("[a-z]{2,3}")) {
        throw new IllegalArgumentException(
            "'%s' is no language: two or three small letters, such as en".formatted(language));
      }
    }
    if (!(nearDuplicates >= 0.5 && nearDuplicates <= 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "similarity must be from 0.5 to 1, not %s", nearDuplicates));
    }
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "the share set aside must be from 0 to below 1, not " + validation);
    }
  }

  public DatasetOptions withQuery(String other) {
    return new DatasetOptions(
        other,
        format,
        chunking,
        style,
        asking,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withFormat(LineFormat other) {
    return new DatasetOptions(
        query,
        other,
        chunking,
        style,
        asking,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withChunking(Chunking other) {
    return new DatasetOptions(
        query,
        format,
        other,
        style,
        asking,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withStyle(Style other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        other,
        asking,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withAsking(@Nullable Asking other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        style,
        other,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withLanguages(Set<String> other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        style,
        asking,
        other,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }

  public DatasetOptions withNearDuplicates(double other) {
    return new DatasetOptions(
        query, format, chunking, style, asking, languages, other, masks, decontaminate, validation);
  }

  public DatasetOptions withMasks(Set<Mask> other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        style,
        asking,
        languages,
        nearDuplicates,
        other,
        decontaminate,
        validation);
  }

  public DatasetOptions withDecontaminate(List<Path> other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        style,
        asking,
        languages,
        nearDuplicates,
        masks,
        other,
        validation);
  }

  public DatasetOptions withValidation(double other) {
    return new DatasetOptions(
        query,
        format,
        chunking,
        style,
        asking,
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        other);
  }
}

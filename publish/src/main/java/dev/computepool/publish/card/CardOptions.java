package dev.computepool.publish.card;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a user says about a card.
///
/// @param title of the model
/// @param hubId where on the Hub it will be, such as `org/name`, or null
/// @param ollamaName how Ollama will find it, such as `user/name:q4_k_m`, or null
/// @param baseModel the Hub's id of the model that it was made of, or null for what files say
/// @param license the Hub's id of the licence, or null for what files say
/// @param datasets the Hub's ids of what it was trained on
/// @param languages codes of what it speaks; empty for what files say
/// @param tags besides those that follow from facts
/// @param card a card that is taken as it is, or null
/// @param template of the text below the head, in Jinja, or null for ours
/// @param keep whether the text of a card that the source has is kept
public record CardOptions(
    String title,
    @Nullable String hubId,
    @Nullable String ollamaName,
    @Nullable String baseModel,
    @Nullable String license,
    List<String> datasets,
    List<String> languages,
    List<String> tags,
    @Nullable Path card,
    @Nullable Path template,
    boolean keep) {
  public CardOptions {
    datasets = List.copyOf(datasets);
    languages = List.copyOf(languages);
    tags = List.copyOf(tags);
  }

  /// Nothing but a title.
  public static CardOptions of(String title) {
    return new CardOptions(
        title, null, null, null, null, List.of(), List.of(), List.of(), null, null, true);
  }
}

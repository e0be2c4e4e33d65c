package dev.computepool.cli.command.publish;

import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.publish.card.CardOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the card of a model is to say that its files do not.
@Under(OptionHeading.CARD)
final class CardFlags {
  enum Readme {
    KEEP,
    GENERATE
  }

  @Option(names = "--card", paramLabel = "FILE", description = "A card of your own, as it is.")
  private @Nullable Path card;

  @Option(
      names = "--card-template",
      paramLabel = "FILE",
      description = "A template for the card's text; --write-card-template has one to begin with.")
  private @Nullable Path template;

  @Option(
      names = "--readme",
      paramLabel = "WHAT",
      description = "Text of a card that DIR has: keep (default), or generate a new one.")
  private Readme readme = Readme.KEEP;

  @Option(names = "--license", paramLabel = "ID", description = "Licence, as the Hub calls it.")
  private @Nullable String license;

  @Option(
      names = "--base-model",
      paramLabel = "ORG/NAME",
      description = "What it was made of, on the Hub; default: as its files tell.")
  private @Nullable String baseModel;

  @Option(
      names = "--dataset",
      paramLabel = "ORG/NAME",
      description = "What it was trained on, on the Hub; repeatable.")
  private List<String> datasets = new ArrayList<>();

  @Option(
      names = "--language",
      split = ",",
      paramLabel = "CODE",
      description = "What it speaks, such as en; default: as the dataset's report tells.")
  private List<String> languages = new ArrayList<>();

  @Option(names = "--tag", split = ",", paramLabel = "TAG", description = "Further tags.")
  private List<String> tags = new ArrayList<>();

  CardOptions options(String title, @Nullable String hubId, @Nullable String ollamaName) {
    return new CardOptions(
        title,
        hubId,
        ollamaName,
        baseModel,
        license,
        datasets,
        languages,
        tags,
        card,
        template,
        readme == Readme.KEEP);
  }
}

package dev.computepool.cli.command.train;

import dev.computepool.chat.LineFormat;
import dev.computepool.cli.Context;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.crawl.dataset.Asking;
import dev.computepool.crawl.dataset.Chunking;
import dev.computepool.crawl.dataset.Chunking.Overflow;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.Mask;
import dev.computepool.crawl.dataset.StoredAnswers;
import dev.computepool.crawl.dataset.Style;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is made of pages.
@Under(OptionHeading.EXAMPLES)
final class DatasetFlags {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "How examples are written: chatml (default), alpaca, sharegpt or text.")
  private LineFormat format = LineFormat.CHATML;

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      description = "What the user says: section (default), title or question.")
  private Style style = Style.SECTION;

  @Option(
      names = "--min-chars",
      paramLabel = "N",
      defaultValue = "200",
      description = "Shorter texts are joined or left out; default: ${DEFAULT-VALUE}.")
  private int minChars;

  @Option(
      names = "--max-chars",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Longer texts are parted; default: ${DEFAULT-VALUE}.")
  private int maxChars;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "The same in tokens of --tokenizer.")
  private int maxTokens;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "A tokenizer.json, or the folder of a model that has one.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--overflow",
      paramLabel = "WHAT",
      description = "A paragraph that is too long is split (default) or cut.")
  private Overflow overflow = Overflow.SPLIT;

  @Under(OptionHeading.LEFT_OUT)
  @Option(
      names = "--languages",
      split = ",",
      paramLabel = "LANG",
      description = "Leave out pages known to be in another language, such as en,de.")
  private Set<String> languages = new HashSet<>();

  @Under(OptionHeading.LEFT_OUT)
  @Option(
      names = "--near-duplicates",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description = "Texts this similar count as one, 0.5 to 1; default: ${DEFAULT-VALUE}.")
  private double nearDuplicates;

  @Under(OptionHeading.LEFT_OUT)
  @Option(
      names = "--mask",
      split = ",",
      paramLabel = "WHAT",
      description = "Black out secrets, emails, ips.")
  private Set<Mask> masks = new HashSet<>();

  @Under(OptionHeading.LEFT_OUT)
  @Option(
      names = "--decontaminate",
      split = ",",
      paramLabel = "FILE",
      description = "Leave out what is in these files, such as a test set.")
  private List<Path> decontaminate = new ArrayList<>();

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the sources to set aside, such as 0.1; default: none.")
  private double validation;

  @Under(OptionHeading.QUESTIONS)
  @Option(
      names = "--ask",
      paramLabel = "ENDPOINT|MODEL.gguf",
      description = "A model that writes the question for each text: a server or a file.")
  private @Nullable String ask;

  @Under(OptionHeading.QUESTIONS)
  @Option(
      names = "--ask-model",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The model's name at the server.")
  private String askModel = "";

  @Under(OptionHeading.QUESTIONS)
  @Option(
      names = "--ask-parallel",
      paramLabel = "N",
      defaultValue = "4",
      description = "Questions asked of the server at a time; default: ${DEFAULT-VALUE}.")
  private int askParallel;

  @Under(OptionHeading.QUESTIONS)
  @Option(
      names = "--ask-timeout",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "Time for one question at a server; default: ${DEFAULT-VALUE}.")
  private Duration askTimeout = Duration.ofMinutes(5);

  /// Who writes the questions; null for nobody.
  private @Nullable Asking asking(Context context, FetchFlags fetch, boolean offline)
      throws IOException {
    if (ask == null) {
      return null;
    }
    StoredAnswers answers = fetch.answers(context);
    if (!ask.contains("://")) {
      return new Asking.LocalModel(
          Path.of(ask), LlamaOptions.files(context), context.config().threads(), answers);
    }
    try {
      return new Asking.Endpoint(
          new URI(ask),
          askModel,
          context.environment().variable(OtherVariable.OPENAI_API_KEY.name()),
          askParallel,
          askTimeout,
          fetch.serviceTransport(context),
          answers,
          offline);
    } catch (URISyntaxException e) {
      throw new UsageException("--ask: '%s' is no URL".formatted(ask));
    }
  }

  /// What was asked for.
  ///
  /// @param fetch how a model that writes questions is reached, and where its answers are kept
  /// @param offline whether the network must not be used
  DatasetOptions options(String query, Context context, FetchFlags fetch, boolean offline)
      throws IOException {
    return new DatasetOptions(
        query,
        format,
        new Chunking(minChars, maxChars, maxTokens, overflow, tokenizer),
        style,
        asking(context, fetch, offline),
        languages,
        nearDuplicates,
        masks,
        decontaminate,
        validation);
  }
}

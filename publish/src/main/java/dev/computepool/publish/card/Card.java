package dev.computepool.publish.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.InputFile;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.publish.source.RunFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A card that was made.
///
/// @param text of `README.md`
/// @param plot an SVG that it shows, and that lies beside it as {@link #PLOT}
public record Card(String text, Optional<String> plot) {
  /// The name of the card.
  public static final String FILE = "README.md";

  /// The name of the plot.
  public static final String PLOT = "loss.svg";

  private static final String TEMPLATE = "card.md.jinja";
  private static final long MAX_BYTES = 1 << 20;

  /// What peft writes beside an adapter for somebody to fill in.
  private static final String UNWRITTEN = "[More Information Needed]";

  /// Makes a card.
  ///
  /// @throws FormatException if a card that is to be taken over is none, or the Hub would refuse
  ///     its head
  /// @throws TemplateException if the template of the text is wrong
  public static Card of(CardSubject subject, CardOptions options) throws IOException {
    if (options.card() != null) {
      String text = InputFile.text(options.card(), MAX_BYTES);
      FrontMatter.read(options.card().toString(), text).require(options.card().toString());
      return new Card(text, Optional.empty());
    }
    FrontMatter existing = existing(subject.origin());
    ObjectNode head = CardHead.of(subject, options, existing.keys());
    boolean kept = options.keep() && options.template() == null && isWritten(existing.body());
    Optional<String> plot =
        kept
            ? Optional.empty()
            : subject.run().filter(run -> LossPlot.isWorthwhile(run.loss())).map(run -> plot(run));
    FrontMatter card =
        new FrontMatter(
            head, kept ? existing.body() : body(subject, options, head, plot.isPresent()));
    card.require(subject.origin().resolve(FILE).toString());
    return new Card(card.text(), plot);
  }

  /// Whether the text of the source's own card will be kept.
  public static boolean keeps(Path origin, CardOptions options) throws IOException {
    return options.card() == null
        && options.keep()
        && options.template() == null
        && isWritten(existing(origin).body());
  }

  /// The template of the text, to be edited.
  public static String template() throws IOException {
    try (InputStream resource = Card.class.getResourceAsStream(TEMPLATE)) {
      if (resource == null) {
        throw new IllegalStateException(TEMPLATE + " is not on the class path");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String plot(RunFacts run) {
    return LossPlot.of(run.loss(), run.validationLoss());
  }

  /// The card that the source has, if it has one.
  private static FrontMatter existing(Path origin) throws IOException {
    Path file = origin.resolve(FILE);
    return Files.isRegularFile(file)
        ? FrontMatter.read(file)
        : new FrontMatter(JsonNodeFactory.instance.objectNode(), "");
  }

  private static boolean isWritten(String body) {
    return !body.isBlank() && !body.contains(UNWRITTEN);
  }

  private static String body(
      CardSubject subject, CardOptions options, ObjectNode head, boolean plotted)
      throws IOException {
    ObjectNode tree = CardTree.of(subject, options, head, plotted ? PLOT : null);
    ArrayNode none = JsonNodeFactory.instance.arrayNode();
    ChatInput input = ChatInput.of(none);
    for (Map.Entry<String, JsonNode> fact : tree.properties()) {
      input = input.with(fact.getKey(), fact.getValue());
    }
    Path own = options.template();
    ChatTemplate template =
        own == null
            ? ChatTemplate.parse("the template of cards", template())
            : ChatTemplate.parse(own.toString(), InputFile.text(own, MAX_BYTES));
    String text = template.render(input).text();
    return "\n" + text.strip().replaceAll("\n{3,}", "\n\n") + "\n";
  }
}

package dev.computepool.crawl.dataset;

import dev.computepool.chat.Conversation;
import dev.computepool.chat.Example;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.Message;
import dev.computepool.chat.Passage;
import dev.computepool.chat.Role;
import java.util.List;
import java.util.SequencedMap;

/// Makes an example of a chunk: who says what.
final class Turns {
  private final DatasetOptions options;

  Turns(DatasetOptions options) {
    this.options = options;
  }

  /// What the user says in a style.
  String user(Chunk chunk, Style style) {
    String title = title(chunk.document());
    return switch (style) {
      case SECTION ->
          (options.query().isEmpty() ? title : options.query())
              + " — section "
              + (chunk.index() + 1);
      case TITLE -> {
        List<String> headings = below(chunk, title);
        yield headings.isEmpty() ? title : title + " — " + String.join(" › ", headings);
      }
      case QUESTION -> question(chunk, title);
    };
  }

  private static String question(Chunk chunk, String title) {
    List<String> headings = below(chunk, title);
    if (headings.isEmpty()) {
      return title.endsWith("?") ? title : "What does \"%s\" say?".formatted(title);
    }
    String heading = headings.getLast();
    return heading.endsWith("?")
        ? heading
        : "What does \"%s\" say about \"%s\"?".formatted(title, String.join(" › ", headings));
  }

  /// The headings, without a first one that only repeats the title.
  private static List<String> below(Chunk chunk, String title) {
    List<String> headings = chunk.headings();
    return !headings.isEmpty() && headings.getFirst().equalsIgnoreCase(title)
        ? headings.subList(1, headings.size())
        : headings;
  }

  /// What the document is called, or where it is.
  static String title(Document document) {
    return document.title().isEmpty() ? document.source().toString() : document.title();
  }

  /// The example in which `user` is answered with the text of the chunk.
  Example example(Chunk chunk, String user) {
    SequencedMap<String, String> fields = Provenance.fields(chunk, options.query());
    if (options.format() == LineFormat.TEXT) {
      return new Passage(chunk.text(), fields);
    }
    return new Conversation(
        List.of(
            new Message(
                Role.SYSTEM,
                "You are an expert assistant trained on " + title(chunk.document()) + "."),
            new Message(Role.USER, user),
            new Message(Role.ASSISTANT, chunk.text())),
        fields);
  }
}

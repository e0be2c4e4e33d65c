package dev.computepool.chat.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.chat.template.ChatText.Source;
import dev.computepool.chat.template.ChatText.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Finds out which text belongs to which message, and what of it the assistant says.
///
/// Three sources are asked in turn. A template may mark what is generated. Else the first messages
/// are rendered alone: if each such text begins the text of all, the differences are the turns.
/// That fails where a template treats the last message in its own way, such as those that drop the
/// thoughts of all answers but the last; then what the template's loop over the messages wrote for
/// each is its turn. A turn of the assistant begins with a mark that is no part of what it says:
/// what the template writes when asked to begin a turn of the assistant.
final class TurnFinder {
  private final ChatTemplate template;
  private final ChatInput input;
  private final ArrayNode messages;

  TurnFinder(ChatTemplate template, ChatInput input) {
    this.template = template;
    this.input = input;
    this.messages = input.messages();
  }

  ChatText find() throws TemplateException {
    Rendering whole = template.render(input);
    String body = template.render(input.withGenerationPrompt(false)).text();
    List<Optional<TextRange>> prefixes = prefixes(body);
    boolean complete = prefixes.stream().allMatch(Optional::isPresent);
    boolean loops = !complete && ordered(whole.loops());
    List<Optional<TextRange>> ranges = loops ? whole.loops() : prefixes;
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      turns.add(new Turn(role(i), ranges.get(i)));
    }
    if (!whole.generated().isEmpty()) {
      return new ChatText(
          whole.text(), turns, whole.generated(), Source.MARKS, doubt(turns, "turns"));
    }
    List<TextRange> said = said(whole.text(), turns);
    long answers = turns.stream().filter(turn -> turn.role().equals("assistant")).count();
    Source source = said.size() < answers ? Source.UNKNOWN : loops ? Source.LOOPS : Source.PREFIXES;
    Optional<String> doubt = doubt(turns, "turns");
    if (source == Source.UNKNOWN && doubt.isEmpty()) {
      doubt =
          Optional.of(
              "where the assistant begins to speak is not known: its turns do not begin as the"
                  + " template begins one when asked to");
    }
    return new ChatText(whole.text(), turns, said, source, doubt);
  }

  private static Optional<String> doubt(List<Turn> turns, String what) {
    List<Integer> unknown = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).range().isEmpty()) {
        unknown.add(i);
      }
    }
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("the %s of messages %s are not known: the template writes the first messages otherwise"
                    + " when more follow, or some not at all")
                .formatted(what, unknown));
  }

  private String role(int index) {
    JsonNode role = messages.get(index).path("role");
    return role.isTextual() ? role.textValue() : "";
  }

  /// The turns as differences of prefixes.
  private List<Optional<TextRange>> prefixes(String body) {
    List<Optional<TextRange>> ranges = new ArrayList<>();
    Optional<Integer> start = Optional.of(0);
    for (int count = 1; count <= messages.size(); count++) {
      Optional<Integer> end =
          count == messages.size()
              ? Optional.of(body.length())
              : first(count, false).filter(body::startsWith).map(String::length);
      Optional<Integer> from = start;
      ranges.add(
          end.filter(e -> from.isPresent() && from.get() < e)
              .map(e -> new TextRange(from.orElseThrow(), e)));
      start = end;
    }
    return ranges;
  }

  /// The text of the first messages alone; nothing if the template does not take them.
  private Optional<String> first(int count, boolean prompt) {
    ArrayNode some = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      some.add(messages.get(i));
    }
    try {
      ChatInput part = input.with("messages", some).withGenerationPrompt(prompt);
      return Optional.of(template.render(part).text());
    } catch (TemplateException _) {
      // Such as a system message without a user's, which is no conversation.
      return Optional.empty();
    }
  }

  /// Whether loops wrote every message but a first one of the system, one after the other.
  private boolean ordered(List<Optional<TextRange>> loops) {
    int end = 0;
    for (int i = 0; i < loops.size(); i++) {
      if (loops.get(i).isEmpty()) {
        if (i > 0 || role(i).equals("assistant")) {
          return false;
        }
        continue;
      }
      TextRange range = loops.get(i).orElseThrow();
      if (range.start() < end) {
        return false;
      }
      end = range.end();
    }
    return !loops.isEmpty();
  }

  private List<TextRange> said(String text, List<Turn> turns) {
    List<TextRange> said = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      Optional<TextRange> range = turns.get(i).range();
      if (turns.get(i).role().equals("assistant") && range.isPresent()) {
        TextRange whole = range.get();
        header(i, text.substring(whole.start(), whole.end()))
            .ifPresent(header -> said.add(new TextRange(whole.start() + header, whole.end())));
      }
    }
    return said;
  }

  /// How much of an assistant's turn the template itself begins it with.
  private OptionalInt header(int index, String turn) {
    String before = first(index, false).orElse("");
    String asked = first(index, true).filter(text -> text.startsWith(before)).orElse(before);
    String prompt = asked.substring(before.length());
    if (prompt.isEmpty()) {
      // A template that begins no turn when asked to: what stands before the words is the mark.
      String words = messages.get(index).path("content").asText("").strip();
      int at = words.isEmpty() ? -1 : turn.indexOf(words);
      return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
    }
    if (turn.startsWith(prompt)) {
      return OptionalInt.of(prompt.length());
    }
    // Such as a prompt that begins a thought, before an answer without one: what both have in
    // common, up to the end of a mark.
    int shared = 0;
    while (shared < Math.min(turn.length(), prompt.length())
        && turn.charAt(shared) == prompt.charAt(shared)) {
      shared++;
    }
    while (shared > 0 && ">\n]".indexOf(turn.charAt(shared - 1)) < 0) {
      shared--;
    }
    return shared == 0 ? OptionalInt.empty() : OptionalInt.of(shared);
  }
}

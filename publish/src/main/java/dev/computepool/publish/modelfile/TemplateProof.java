package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.gotemplate.OllamaInput;
import dev.computepool.publish.gotemplate.OllamaTemplate;
import dev.computepool.publish.modelfile.TemplateDecision.Difference;
import dev.computepool.publish.modelfile.TemplateDecision.Proof;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// Holds a Go template against the model's own: both write the same conversations.
///
/// Usual conversations must be written alike: with and without a system, of one to three questions,
/// of several lines, in several alphabets, with what looks like markup, on several days. What else
/// there can be is tried too, tools among it, and told where it differs.
final class TemplateProof {
  private static final List<String> QUESTIONS =
      List.of(
          "Hello",
          "What is 2 + 2?\nAnswer \u201Cbriefly\u201D, please.",
          "日本語で \uD83D\uDE00 \u00E9t\u00E9?\n\n- one\n- two",
          "{{ .Prompt }} {% if x %} <b>&amp;</b> \"quotes\" 'q' \\n $x `y` [z]");
  private static final List<String> ANSWERS =
      List.of(
          "Sure.",
          "It is 4.\n\n```java\nint x = 4;\n```",
          "\u041F\u0440\u0438\u0432\u0435\u0442 \u2013 ok {{ x }} {# y #}");
  private static final List<String> SYSTEMS =
      List.of(
          "Be brief.",
          "R\u00E9ponds en fran\u00E7ais.\nTwo lines, {{ name }} <x>.",
          "You are a helpful assistant.");
  /// What models begin thoughts with.
  private static final List<String> THOUGHTS = List.of("<think>", "[THINK]");

  private static final List<String> USUAL = List.of("u", "uau", "uauau");

  private final Jinja jinja;
  private final OllamaTemplate go;
  private final Set<Difference> differences = EnumSet.noneOf(Difference.class);
  private int alike;

  TemplateProof(Jinja jinja, OllamaTemplate go) {
    this.jinja = jinja.at(Dates.PROBE); // else midnight would be a difference
    this.go = go;
  }

  /// That both write a usual conversation otherwise.
  ///
  /// Its message has the roles, and what both write where they part.
  static final class DiffersException extends Exception {
    private static final long serialVersionUID = 1L;

    DiffersException(String why) {
      super(why, null, false, false);
    }
  }

  Proof prove() throws DiffersException {
    boolean refusesSystem =
        jinja.prompt(Chat.of("su", SYSTEMS.getFirst(), QUESTIONS.getFirst())).isEmpty();
    List<Clock> days = new ArrayList<>(Dates.OTHERS);
    days.add(Dates.PROBE);
    for (Clock day : days) {
      for (int i = 0; i < QUESTIONS.size(); i++) {
        for (String roles : USUAL) {
          require(filled(roles, i), day);
          if (!refusesSystem) {
            require(filled("s" + roles, i), day);
          }
        }
      }
    }
    if (refusesSystem) {
      differences.add(Difference.SYSTEM_REFUSED);
    } else if (isIgnored()) {
      differences.add(Difference.SYSTEM_IGNORED);
    }
    whiteSpace(refusesSystem);
    String question = QUESTIONS.get(0);
    String answer = ANSWERS.get(0);
    String system = SYSTEMS.get(0);
    if (!refusesSystem) {
      unusual(Difference.EMPTY_SYSTEM, Chat.of("su", "", question));
      unusual(Difference.LATER_SYSTEM, Chat.of("uasu", question, answer, system, "And now?"));
      unusual(
          Difference.LATER_SYSTEM,
          Chat.of("suasu", system, question, answer, "Be long.", "And now?"));
    }
    unusual(Difference.EMPTY_TURNS, Chat.of("u", ""));
    unusual(Difference.EMPTY_TURNS, Chat.of("uau", question, "", "And now?"));
    unusual(Difference.BEGUN_ANSWERS, Chat.of("ua", question, "It is"));
    unusual(Difference.BEGUN_ANSWERS, Chat.of("uaua", question, answer, "More?", "Yes, it is"));
    if (!refusesSystem) {
      unusual(Difference.BEGUN_ANSWERS, Chat.of("sua", system, question, "It is"));
    }
    unusual(Difference.ANSWER_FIRST, Chat.of("au", answer, question));
    unusual(
        Difference.THOUGHTS_KEPT,
        Chat.of("uau", question, "<think>\nWell.\n</think>\n\nSure.", "And now?"));
    if (knowsTools()) {
      differences.addAll(tools(!refusesSystem));
    }
    thinking();
    if (dated()) {
      differences.add(Difference.NEEDS_DATE);
    }
    return new Proof(alike, differences);
  }

  private static Chat filled(String roles, int offset) {
    String[] contents = new String[roles.length()];
    for (int i = 0; i < contents.length; i++) {
      List<String> from =
          switch (roles.charAt(i)) {
            case 's' -> SYSTEMS;
            case 'u' -> QUESTIONS;
            default -> ANSWERS;
          };
      contents[i] = from.get((i / 2 + offset) % from.size());
    }
    return Chat.of(roles, contents);
  }

  private boolean isIgnored() {
    Chat without = Chat.of("u", QUESTIONS.getFirst());
    Chat with = Chat.of("su", SYSTEMS.getFirst(), QUESTIONS.getFirst());
    return jinja.prompt(with).equals(jinja.prompt(without));
  }

  private boolean dated() throws DiffersException {
    Chat chat = Chat.of("u", QUESTIONS.getFirst());
    return !ours(chat, Dates.PROBE).equals(ours(chat, Dates.OTHERS.getFirst()));
  }

  private String ours(Chat chat, Clock day) throws DiffersException {
    return ours(chat, JsonNodeFactory.instance.arrayNode(), day);
  }

  private String ours(Chat chat, ArrayNode tools, Clock day) throws DiffersException {
    try {
      return go.at(day).render(new OllamaInput(chat.messages(), tools, null));
    } catch (GoTemplateException e) {
      throw new DiffersException("the Go template fails: " + e.getMessage());
    }
  }

  private void require(Chat chat, Clock day) throws DiffersException {
    String theirs =
        jinja
            .at(day)
            .prompt(chat)
            .orElseThrow(
                () ->
                    new DiffersException(
                        "the model's own refuses the roles '%s': %s"
                            .formatted(chat.letters(), jinja.refusal(chat))));
    String ours = ours(chat, day);
    if (!ours.equals(theirs)) {
      throw new DiffersException(
          "of the roles '%s', the model's own writes %s"
              .formatted(chat.letters(), parting(theirs, ours)));
    }
    alike++;
  }

  /// Where two texts part, and what each has there.
  static String parting(String theirs, String ours) {
    int at = 0;
    while (at < Math.min(theirs.length(), ours.length()) && theirs.charAt(at) == ours.charAt(at)) {
      at++;
    }
    return "%s at character %d, where ours writes %s"
        .formatted(shown(theirs, at), at, shown(ours, at));
  }

  private static String shown(String text, int at) {
    int end = Math.min(text.length(), at + 40);
    String part = text.substring(at, end).replace("\n", "\\n");
    return "'" + part + (end < text.length() ? "\u2026" : "") + "'";
  }

  /// Tries a conversation that need not be written alike.
  private void unusual(Difference difference, Chat chat) throws DiffersException {
    Optional<String> theirs = jinja.at(Dates.PROBE).prompt(chat);
    if (theirs.isPresent() && theirs.get().equals(ours(chat, Dates.PROBE))) {
      alike++;
    } else {
      differences.add(difference);
    }
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  /// White space around what is said: kept, or the only thing that differs.
  private void whiteSpace(boolean refusesSystem) throws DiffersException {
    Chat chat =
        refusesSystem
            ? Chat.of("uau", "  one \n", "\n two\n", " three\t")
            : Chat.of("suau", " zero\n\n", "  one \n", "\n two\n", " three\t");
    Optional<String> theirs = jinja.at(Dates.PROBE).prompt(chat);
    if (theirs.isEmpty()) {
      throw new DiffersException("the model's own refuses white space around what is said");
    }
    if (theirs.get().equals(ours(chat, Dates.PROBE))) {
      alike++;
      return;
    }
    if (squeezed(theirs.get()).equals(squeezed(ours(chat, Dates.PROBE)))) {
      differences.add(Difference.WHITE_SPACE);
      return;
    }
    throw new DiffersException(
        "with white space around what is said, the model's own writes "
            + parting(theirs.get(), ours(chat, Dates.PROBE)));
  }

  /// Whether the model's own does something with tools.
  private boolean knowsTools() {
    Chat chat = Chat.of("u", QUESTIONS.getFirst());
    Optional<String> plain = jinja.text(chat, true);
    return ToolChats.TOOLS.stream().anyMatch(t -> !jinja.with(t).text(chat, true).equals(plain));
  }

  /// Whether the model's own does something with thinking.
  private void thinking() {
    Chat chat = Chat.of("u", QUESTIONS.getFirst());
    Optional<String> plain = jinja.text(chat, true);
    for (String name : List.of("enable_thinking", "thinking")) {
      thinking(chat, plain, name, BooleanNode.TRUE);
      thinking(chat, plain, name, BooleanNode.FALSE);
    }
    for (String effort : List.of("low", "high")) {
      thinking(chat, plain, "reasoning_effort", TextNode.valueOf(effort));
    }
    for (Chat kind : List.of(filled("uau", 0), filled("ua", 0), ToolChats.oneCall())) {
      ArrayNode messages = kind.messages();
      Optional<String> unthought = jinja.text(chat, one("messages", messages));
      for (String name : List.of("reasoning_content", "thinking", "reasoning")) {
        ArrayNode thought = messages.deepCopy();
        ((ObjectNode) thought.get(1)).put(name, "Qthought");
        thinking(chat, unthought, "messages", thought);
      }
    }
    for (Chat kind : List.of(chat, filled("uau", 0))) {
      Optional<String> text = jinja.text(kind, true);
      if (THOUGHTS.stream().anyMatch(mark -> text.orElse("").contains(mark))) {
        differences.add(Difference.THINKING);
      }
    }
  }

  private void thinking(Chat chat, Optional<String> plain, String name, JsonNode value) {
    if (!jinja.text(chat, one(name, value)).equals(plain)) {
      differences.add(Difference.THINKING);
    }
  }

  private static SequencedMap<String, JsonNode> one(String name, JsonNode value) {
    SequencedMap<String, JsonNode> values = new LinkedHashMap<>();
    values.put(name, value);
    return values;
  }

  /// How tools are written: alike but for how JSON is spelled, or otherwise.
  private Set<Difference> tools(boolean system) throws DiffersException {
    Set<Difference> found = EnumSet.noneOf(Difference.class);
    int same = 0;
    for (ArrayNode tools : ToolChats.TOOLS) {
      Jinja told = jinja.at(Dates.PROBE).with(tools);
      List<Chat> chats = ToolChats.usual(system);
      if (told.prompt(ToolChats.twoCalls()).isPresent()) {
        chats.add(ToolChats.twoCalls());
      } else {
        found.add(Difference.SEVERAL_CALLS);
      }
      for (Chat chat : chats) {
        Optional<String> theirs = told.prompt(chat);
        String ours = ours(chat, tools, Dates.PROBE);
        if (theirs.isEmpty() || !JsonWithin.isAlike(theirs.get(), ours)) {
          return Set.of(Difference.TOOLS);
        }
        if (!theirs.get().equals(ours)) {
          found.add(Difference.TOOLS_SPELLED);
        }
        same++;
      }
    }
    alike += same;
    return found;
  }
}

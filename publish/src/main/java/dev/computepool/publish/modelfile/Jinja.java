package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.Limits;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.publish.modelfile.Chat.Turn;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A model's own chat template, asked what it writes for a conversation.
///
/// Nothing is what it writes for a conversation that it refuses or cannot cope with.
final class Jinja {
  /// Stands for a token whose text is not known; in no template or conversation.
  private static final String UNKNOWN = "\uE0B0";

  private static final Pattern UNKNOWN_TOKEN =
      Pattern.compile(UNKNOWN + "([a-z_]{1,32})" + UNKNOWN);

  /// Far more than the small conversations need that templates are asked for here.
  private static final Limits LIMITS =
      new Limits(2_000_000, 1 << 18, 16 << 20, 800, Duration.ofSeconds(20));

  private final ChatTemplate template;
  private final Map<String, String> tokens;
  private final boolean keepsBos;
  private final ArrayNode tools;

  /// @param tokens texts by name, such as `bos_token`
  /// @param keepsBos whether what begins a text is to be written, because no tokenizer adds it
  Jinja(ChatTemplate template, Map<String, String> tokens, boolean keepsBos) {
    this(template, tokens, keepsBos, JsonNodeFactory.instance.arrayNode());
  }

  private Jinja(
      ChatTemplate template, Map<String, String> tokens, boolean keepsBos, ArrayNode tools) {
    this.template = template.within(LIMITS);
    this.tokens = Map.copyOf(tokens);
    this.keepsBos = keepsBos;
    this.tools = tools;
  }

  /// Tokens of a template alone, whose texts nobody knows.
  static Map<String, String> unknownTokens(Map<String, String> known) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : new String[] {"bos_token", "eos_token", "unk_token", "pad_token"}) {
      tokens.put(name, known.getOrDefault(name, UNKNOWN + name + UNKNOWN));
    }
    tokens.putAll(known);
    return tokens;
  }

  /// The name of a token in a text whose own text is not known.
  static Optional<String> unknownToken(String text) {
    Matcher matcher = UNKNOWN_TOKEN.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  Jinja at(Clock clock) {
    return new Jinja(template.at(clock), tokens, keepsBos, tools);
  }

  /// The same, asked with tools that may be called.
  Jinja with(ArrayNode others) {
    return new Jinja(template, tokens, keepsBos, others);
  }

  /// What it writes without the token that begins a text, which the tokenizer adds.
  ///
  /// @param prompt whether the assistant is asked to speak
  Optional<String> text(Chat chat, boolean prompt) {
    return text(input(chat, prompt));
  }

  private ChatInput input(Chat chat, boolean prompt) {
    ChatInput input = ChatInput.of(chat.messages()).withTexts(tokens).withGenerationPrompt(prompt);
    return tools.isEmpty() ? input : input.with("tools", tools);
  }

  private Optional<String> text(ChatInput input) {
    try {
      return Optional.of(withoutBos(template.render(input).text()));
    } catch (TemplateException _) {
      return Optional.empty();
    }
  }

  /// What it writes when it is given values besides messages; nothing too if it fails.
  Optional<String> text(Chat chat, SequencedMap<String, JsonNode> values) {
    ChatInput input = input(chat, true);
    for (Map.Entry<String, JsonNode> value : values.entrySet()) {
      input = input.with(value.getKey(), value.getValue());
    }
    return text(input);
  }

  /// Why it does not take a conversation.
  String refusal(Chat chat) {
    try {
      template.render(input(chat, true));
      return "";
    } catch (TemplateException e) {
      return e.what();
    }
  }

  private String withoutBos(String text) {
    String bos = tokens.getOrDefault("bos_token", "");
    return !keepsBos && !bos.isEmpty() && text.startsWith(bos)
        ? text.substring(bos.length())
        : text;
  }

  /// What a model is given: up to where the assistant is to speak, or with its words begun as
  /// transformers' `continue_final_message` has it.
  Optional<String> prompt(Chat chat) {
    if (!chat.endsWithAnswer()) {
      return text(chat, true);
    }
    Turn last = chat.turns().getLast();
    String words = last.content().strip();
    return text(chat, false)
        .filter(text -> text.contains(words))
        .map(
            text -> {
              int at = text.lastIndexOf(words);
              // The white space after the words is theirs if the template wrote it.
              String content = last.content().stripLeading();
              int end = text.startsWith(content, at) ? at + content.length() : at + words.length();
              return text.substring(0, end);
            });
  }
}

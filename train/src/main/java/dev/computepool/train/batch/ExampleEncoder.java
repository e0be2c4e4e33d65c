package dev.computepool.train.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.chat.Conversation;
import dev.computepool.chat.Example;
import dev.computepool.chat.Message;
import dev.computepool.chat.Passage;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ChatText;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.chat.template.TextRange;
import dev.computepool.hash.Sha256;
import dev.computepool.tokenizer.Encoding;
import dev.computepool.tokenizer.Tokenizer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns examples into tokens, with a model's own tokenizer and chat template. Safe for use by
/// several threads.
///
/// Of a conversation the assistant's turns are learned, from behind what a generation prompt
/// writes to the end of what the template writes for the turn, so that the model learns to end it.
/// Of running text all is learned, and that it ends.
public final class ExampleEncoder implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Tokenizer tokenizer;
  private final @Nullable ChatTemplate template;
  private final Map<String, String> texts;
  private final EncoderOptions options;

  private ExampleEncoder(
      Tokenizer tokenizer,
      @Nullable ChatTemplate template,
      Map<String, String> texts,
      EncoderOptions options) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.texts = texts;
    this.options = options;
  }

  /// Opens the tokenizer and the chat template of a model.
  ///
  /// @param model its folder
  /// @throws FormatException if one of them is broken
  /// @throws java.nio.file.NoSuchFileException if there is no tokenizer
  public static ExampleEncoder open(Path model, EncoderOptions options) throws IOException {
    ModelTemplates own = ModelTemplates.read(model);
    ModelTemplates templates =
        options.template() == null ? own : ModelTemplates.read(options.template());
    Optional<String> name = templates.choose(null, false);
    ChatTemplate template =
        name.isEmpty()
            ? null
            : ChatTemplate.parse(templates.place(name.get()), templates.source(name.get()));
    return new ExampleEncoder(Tokenizer.open(model), template, own.tokens(), options);
  }

  /// Whether there is a chat template: without one, only running text can be learned.
  public boolean hasTemplate() {
    return template != null;
  }

  /// The tokens of an example.
  ///
  /// @param line its number in the file, from 1
  public EncodedExample encode(long line, Example example) {
    return switch (example) {
      case Passage passage -> passage(line, passage);
      case Conversation conversation -> conversation(line, conversation);
    };
  }

  private EncodedExample passage(long line, Passage passage) {
    int[] text = tokenizer.encode(passage.text(), true);
    String eos = texts.get("eos_token");
    int[] end = eos == null ? new int[0] : tokenizer.encode(eos);
    boolean ended =
        end.length == 0
            || (text.length >= end.length
                && Arrays.equals(text, text.length - end.length, text.length, end, 0, end.length));
    int[] tokens = Arrays.copyOf(text, text.length + (ended ? 0 : end.length));
    System.arraycopy(end, 0, tokens, text.length, tokens.length - text.length);
    return finished(line, tokens, passage);
  }

  private EncodedExample conversation(long line, Conversation conversation) {
    if (template == null) {
      return new EncodedExample.Unusable(line, "the model has no chat template");
    }
    ChatText text;
    try {
      Optional<ChatInput> input = input(conversation);
      if (input.isEmpty()) {
        return new EncodedExample.Unusable(line, "'tools' is no list of tools");
      }
      text = template.renderTurns(input.get());
    } catch (TemplateException e) {
      return new EncodedExample.Unusable(line, "the chat template refuses it: " + e.getMessage());
    } catch (JsonProcessingException e) {
      // Fields were read from JSON: what they are cannot be anything else.
      throw new UncheckedIOException(e);
    }
    if (text.source() == ChatText.Source.UNKNOWN && options.answersOnly()) {
      return new EncodedExample.Unusable(
          line, text.doubt().orElse("the chat template does not tell what the assistant says"));
    }
    Encoding encoding = tokenizer.locate(text.text());
    int[] tokens = encoding.tokens();
    if (options.answersOnly()) {
      List<TextRange> said = text.assistant();
      int range = 0;
      for (int i = 0; i < tokens.length; i++) {
        int start = encoding.start(i);
        while (range < said.size() && said.get(range).end() <= start) {
          range++;
        }
        boolean learned = range < said.size() && start >= said.get(range).start();
        tokens[i] = learned ? tokens[i] : EncodedExample.given(tokens[i]);
      }
    }
    return finished(line, tokens, conversation);
  }

  /// What the template gets; nothing if the tools of the conversation are none.
  private Optional<ChatInput> input(Conversation conversation) throws JsonProcessingException {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Message message : conversation.messages()) {
      ObjectNode node = messages.addObject();
      node.put("role", message.role().label());
      node.put("content", message.content());
      for (Map.Entry<String, String> field : message.fields().entrySet()) {
        node.set(field.getKey(), JSON.readTree(field.getValue()));
      }
    }
    ChatInput input = ChatInput.of(messages).withTexts(texts);
    String tools = conversation.fields().get("tools");
    JsonNode value = tools == null ? JSON.nullNode() : JSON.readTree(tools);
    if (value.isNull() || (value.isTextual() && value.asText().isBlank())) {
      return Optional.of(input);
    }
    ArrayNode list = tools(value);
    return list == null ? Optional.empty() : Optional.of(input.with("tools", list));
  }

  /// Tools as templates know them: a list, which may be JSON in a text, of functions, which may
  /// stand alone.
  private static @Nullable ArrayNode tools(JsonNode value) {
    JsonNode read = value;
    if (value.isTextual()) {
      try {
        read = JSON.readTree(value.asText());
      } catch (JsonProcessingException e) {
        return null;
      }
    }
    if (!read.isArray()) {
      return null;
    }
    ArrayNode list = JSON.createArrayNode();
    for (JsonNode tool : read) {
      if (tool.has("name") && !tool.has("function")) {
        list.addObject().put("type", "function").set("function", tool);
      } else {
        list.add(tool);
      }
    }
    return list;
  }

  private EncodedExample finished(long line, int[] tokens, Example example) {
    boolean tooLong = tokens.length > options.maxTokens();
    if (tooLong && !options.cut()) {
      return new EncodedExample.Unusable(line, "longer than " + options.maxTokens() + " tokens");
    }
    int[] kept = tooLong ? Arrays.copyOf(tokens, options.maxTokens()) : tokens;
    if (EncodedExample.learned(kept) == 0) {
      return new EncodedExample.Unusable(
          line,
          tooLong
              ? "no answer begins within " + options.maxTokens() + " tokens"
              : "has nothing to learn");
    }
    return new EncodedExample.Usable(kept, source(example), tooLong);
  }

  /// Examples that `train data` made of the same page are of one source; others of none but
  /// themselves.
  private static long source(Example example) {
    String meta = example.fields().get("meta");
    String source = "";
    if (meta != null) {
      try {
        JsonNode tree = JSON.readTree(meta);
        source = tree.path("source_url").asText(tree.path("source").asText(""));
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }
    return hash(source.isEmpty() ? example.toString() : source);
  }

  private static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] digest = Sha256.hasher().update(bytes, 0, bytes.length).digest().bytes();
    return ByteBuffer.wrap(digest).getLong();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

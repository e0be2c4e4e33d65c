package dev.computepool.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes one example as a line of JSON.
final class LineWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private final LineFormat format;
  private final JsonGenerator out;

  private LineWriter(LineFormat format, JsonGenerator out) {
    this.format = format;
    this.out = out;
  }

  static byte[] write(LineFormat format, Example example) throws InexpressibleException {
    for (String name : example.fields().keySet()) {
      if (format.keys().contains(name)) {
        throw new InexpressibleException(
            "its field '%s' means something else in %s".formatted(name, format.label()));
      }
    }
    requireWhole(example);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      LineWriter line = new LineWriter(format, out);
      out.writeStartObject();
      switch (example) {
        case Conversation conversation -> line.conversation(conversation.messages());
        case Passage passage -> line.passage(passage.text());
      }
      line.raw(example.fields());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return bytes.toByteArray();
  }

  /// Makes sure that UTF-8 can write what is said.
  private static void requireWhole(Example example) throws InexpressibleException {
    boolean whole =
        switch (example) {
          case Conversation conversation ->
              conversation.messages().stream().allMatch(m -> isWhole(m.content()));
          case Passage passage -> isWhole(passage.text());
        };
    if (!whole) {
      throw new InexpressibleException("it has half a surrogate pair, which UTF-8 cannot write");
    }
  }

  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)
          && (Character.isLowSurrogate(c)
              || ++i == text.length()
              || !Character.isLowSurrogate(text.charAt(i)))) {
        return false;
      }
    }
    return true;
  }

  private void conversation(List<Message> messages) throws IOException, InexpressibleException {
    switch (format) {
      case CHATML -> turns("messages", "role", "content", messages);
      case SHAREGPT -> turns("conversations", "from", "value", messages);
      case ALPACA -> alpaca(messages);
      case TEXT -> {
        plain(messages);
        out.writeStringField("text", ChatMarkup.write(messages));
      }
    }
  }

  private void passage(String text) throws IOException, InexpressibleException {
    if (format != LineFormat.TEXT) {
      throw new InexpressibleException(
          "it is a text without turns, and %s has nothing but turns".formatted(format.label()));
    }
    out.writeStringField("text", text);
  }

  private void turns(String name, String speaker, String speech, List<Message> messages)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (Message message : messages) {
      out.writeStartObject();
      Optional<String> calls = callsAlone(message);
      if (calls.isPresent()) {
        out.writeStringField(speaker, FunctionCalls.LABEL);
        out.writeStringField(speech, calls.get());
        out.writeEndObject();
        continue;
      }
      out.writeStringField(speaker, RoleNames.written(format, message.role()));
      if (!message.content().isEmpty() || !message.callsTools()) {
        out.writeStringField(speech, message.content());
      }
      raw(message.fields());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /// What a turn of ShareGPT says if it calls tools and nothing else.
  private Optional<String> callsAlone(Message message) {
    Map<String, String> fields = message.fields();
    String calls = fields.get(FunctionCalls.FIELD);
    boolean alone =
        format == LineFormat.SHAREGPT
            && message.role() == Role.ASSISTANT
            && message.content().isEmpty()
            && fields.size() == 1;
    return alone && calls != null ? FunctionCalls.words(calls) : Optional.empty();
  }

  private void alpaca(List<Message> messages) throws IOException, InexpressibleException {
    plain(messages);
    boolean system = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
    List<Message> rounds = system ? messages.subList(1, messages.size()) : messages;
    for (int i = 0; i < rounds.size(); i++) {
      Role expected = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
      if (rounds.get(i).role() != expected) {
        throw new InexpressibleException(
            "alpaca has rounds of user and assistant, and turn %d is of the %s"
                .formatted(i + (system ? 2 : 1), rounds.get(i).role().label()));
      }
    }
    if (rounds.isEmpty() || rounds.size() % 2 != 0) {
      throw new InexpressibleException("alpaca ends with the assistant, and this does not");
    }
    int last = rounds.size() - 2;
    out.writeStringField("instruction", rounds.get(last).content());
    out.writeStringField("input", "");
    out.writeStringField("output", rounds.get(last + 1).content());
    if (system) {
      out.writeStringField("system", messages.getFirst().content());
    }
    if (last > 0) {
      out.writeArrayFieldStart("history");
      for (int i = 0; i < last; i += 2) {
        out.writeStartArray();
        out.writeString(rounds.get(i).content());
        out.writeString(rounds.get(i + 1).content());
        out.writeEndArray();
      }
      out.writeEndArray();
    }
  }

  /// Makes sure that no turn has more than its words.
  private void plain(List<Message> messages) throws InexpressibleException {
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).fields().isEmpty()) {
        throw new InexpressibleException(
            "turn %d has '%s', for which %s has no place"
                .formatted(i + 1, messages.get(i).fields().firstEntry().getKey(), format.label()));
      }
    }
  }

  private void raw(Map<String, String> fields) throws IOException {
    for (Map.Entry<String, String> field : fields.entrySet()) {
      out.writeFieldName(field.getKey());
      out.writeRawValue(field.getValue());
    }
  }
}

package dev.computepool.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.chat.LineProblem.Edit;
import dev.computepool.chat.LineProblem.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads one line, in one pass and without a tree; fields that the format does not know stay the
/// bytes they are.
final class LineParser implements AutoCloseable {
  // The length of strings is bounded by the length of the line.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final int SHOWN = 40;

  private final LineFormat format;
  private final byte[] bytes;
  private final int from;
  private final JsonParser parser;
  private final List<LineProblem> problems = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final List<Integer> turns = new ArrayList<>();
  private final LinkedHashMap<String, String> fields = new LinkedHashMap<>();
  private final Set<String> seen = new TreeSet<>();

  private LineParser(LineFormat format, byte[] bytes, int from, int to) throws IOException {
    this.format = format;
    this.bytes = bytes;
    this.from = from;
    this.parser = FACTORY.createParser(bytes, from, to - from);
  }

  static Reading read(LineFormat format, byte[] bytes, int from, int to) {
    List<LineProblem> fatal = LineScan.unreadable(bytes, from, to);
    if (!fatal.isEmpty()) {
      return new Reading.Broken(fatal);
    }
    try (LineParser line = new LineParser(format, bytes, from, to)) {
      return line.read();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be read", e);
    }
  }

  /// The names of a line's fields, as far as it can be read.
  static Set<String> names(byte[] bytes, int from, int to) {
    Set<String> names = new TreeSet<>();
    try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          names.add(name);
          parser.nextToken();
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      return names; // what is wrong with the line is told by whoever reads it
    }
    return names;
  }

  private Reading read() throws IOException {
    @Nullable Example example = null;
    try {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        example =
            switch (format) {
              case CHATML -> chatMl();
              case ALPACA -> alpaca();
              case SHAREGPT -> shareGpt();
              case TEXT -> passage();
            };
        if (parser.nextToken() != null) {
          problem(offset(), Kind.SYNTAX, "something follows the object; one object a line");
        }
      } else {
        problem(0, Kind.SYNTAX, describe(parser.currentToken()) + ", not a JSON object");
      }
    } catch (JsonProcessingException e) {
      problem(offset(e), Kind.SYNTAX, describe(e));
    }
    return example == null || !problems.isEmpty()
        ? Reading.broken(problems)
        : new Reading.Whole(example, turns);
  }

  private Example chatMl() throws IOException {
    while (nextField()) {
      if (parser.currentName().equals("messages")) {
        turns("role", "content");
      } else {
        keep(fields);
      }
    }
    require("messages");
    return new Conversation(messages, fields);
  }

  private Example shareGpt() throws IOException {
    @Nullable String system = null;
    while (nextField()) {
      switch (parser.currentName()) {
        case "conversations" -> turns("from", "value");
        case "system" -> system = optionalString();
        default -> keep(fields);
      }
    }
    require("conversations");
    if (system != null && !system.isEmpty()) {
      messages.addFirst(new Message(Role.SYSTEM, system));
      turns.addFirst(0);
    }
    return new Conversation(messages, fields);
  }

  private Example alpaca() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Integer> places = new LinkedHashMap<>();
    while (nextField()) {
      String name = parser.currentName();
      places.put(name, offset());
      switch (name) {
        case "instruction", "output" -> texts.put(name, string());
        case "input", "system" -> texts.put(name, optionalString());
        case "history" -> history();
        default -> keep(fields);
      }
    }
    require("instruction");
    require("output");
    String system = texts.getOrDefault("system", "");
    if (!system.isEmpty()) {
      messages.addFirst(new Message(Role.SYSTEM, system));
      turns.addFirst(places.getOrDefault("system", 0));
    }
    String instruction = texts.getOrDefault("instruction", "");
    String input = texts.getOrDefault("input", "");
    String between = instruction.isEmpty() || input.isEmpty() ? "" : "\n";
    messages.add(new Message(Role.USER, instruction + between + input));
    turns.add(places.getOrDefault("instruction", 0));
    messages.add(new Message(Role.ASSISTANT, texts.getOrDefault("output", "")));
    turns.add(places.getOrDefault("output", 0));
    return new Conversation(messages, fields);
  }

  /// The turns before the last two: pairs of what the user and the assistant said.
  private void history() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL || !isArray("history")) {
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int at = offset();
      int strings = 0;
      boolean pair = parser.currentToken() == JsonToken.START_ARRAY;
      while (pair && parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.VALUE_STRING && strings < 2) {
          turns.add(offset());
          messages.add(new Message(strings == 0 ? Role.USER : Role.ASSISTANT, parser.getText()));
          strings++;
        } else {
          strings = 3;
          parser.skipChildren();
        }
      }
      if (strings != 2) {
        problem(at, Kind.SCHEMA, "a round of 'history' is not a list of two strings");
        parser.skipChildren();
      }
    }
  }

  private Example passage() throws IOException {
    String text = "";
    while (nextField()) {
      if (parser.currentName().equals("text")) {
        turns.add(offset());
        text = string();
      } else {
        keep(fields);
      }
    }
    require("text");
    return ChatMarkup.read(text, fields);
  }

  /// The array of turns; each is an object with two fields that we know.
  private void turns(String speaker, String speech) throws IOException {
    if (!isArray(parser.currentName())) {
      return;
    }
    int at = offset();
    int count = 0;
    for (; parser.nextToken() != JsonToken.END_ARRAY; count++) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        turn(speaker, speech);
      } else {
        problem(
            offset(),
            Kind.SCHEMA,
            "a turn is %s, not an object".formatted(describe(parser.currentToken())));
        parser.skipChildren();
      }
    }
    if (count == 0) {
      problem(at, Kind.SCHEMA, "there are no turns");
    }
  }

  private void turn(String speaker, String speech) throws IOException {
    int at = offset();
    @Nullable Role role = null;
    @Nullable String content = null;
    boolean spoken = false;
    boolean named = false;
    boolean calling = false;
    int words = at;
    LinkedHashMap<String, String> more = new LinkedHashMap<>();
    int nothing = -1;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int field = offset();
      parser.nextToken();
      if (name.equals(speaker)) {
        once(!named, field, name);
        named = true;
        calling =
            format == LineFormat.SHAREGPT
                && parser.currentToken() == JsonToken.VALUE_STRING
                && parser.getText().equals(FunctionCalls.LABEL);
        role = role();
      } else if (name.equals(speech)) {
        once(!spoken, field, name);
        spoken = true;
        words = offset();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
          nothing = offset();
        } else {
          content = string();
        }
      } else {
        once(!more.containsKey(name), field, name);
        keep(more);
      }
    }
    if (!named) {
      problem(at, Kind.SCHEMA, "a turn has no '%s'".formatted(speaker));
    }
    if (calling && content != null) {
      Optional<String> calls = FunctionCalls.fields(content);
      if (calls.isPresent()) {
        once(!more.containsKey(FunctionCalls.FIELD), at, FunctionCalls.FIELD);
        more.put(FunctionCalls.FIELD, calls.get());
        content = "";
      } else {
        problem(
            words,
            Kind.SCHEMA,
            "a function_call is no JSON of 'name' and 'arguments', nor a list of such");
      }
    }
    Message message =
        new Message(role == null ? Role.USER : role, content == null ? "" : content, more);
    if (content == null && !message.callsTools()) {
      if (nothing >= 0) {
        problem(nothing, Kind.SCHEMA, "'%s' is null, not a string".formatted(speech));
      } else if (!spoken) {
        problem(at, Kind.SCHEMA, "a turn has no '%s'".formatted(speech));
      }
    }
    messages.add(message);
    turns.add(at);
  }

  private @Nullable Role role() throws IOException {
    int at = offset();
    int before = problems.size();
    String label = string();
    if (problems.size() > before) {
      return null;
    }
    Role role = RoleNames.of(format, label);
    if (role != null) {
      return role;
    }
    String meant = RoleNames.meant(format, label);
    problems.add(
        new LineProblem(
            at,
            Kind.ROLE,
            "'%s' is no role of this format; its roles are %s"
                .formatted(shortened(label), RoleNames.list(format)),
            meant == null ? null : new Edit(at, end(), "\"" + meant + "\"")));
    return null;
  }

  /// Goes to the value of the next field of the line.
  private boolean nextField() throws IOException {
    if (parser.nextToken() == JsonToken.END_OBJECT) {
      return false;
    }
    int at = offset();
    String name = parser.currentName();
    once(seen.add(name), at, name);
    parser.nextToken();
    return true;
  }

  private void once(boolean first, int at, String name) {
    if (!first) {
      problem(at, Kind.SCHEMA, "'%s' is there twice".formatted(shortened(name)));
    }
  }

  /// Keeps the bytes of the current value as they are.
  private void keep(Map<String, String> into) throws IOException {
    String name = parser.currentName();
    int start = offset();
    parser.skipChildren();
    into.put(name, new String(bytes, from + start, end() - start, StandardCharsets.UTF_8));
  }

  private boolean isArray(String name) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      return true;
    }
    problem(
        offset(),
        Kind.SCHEMA,
        "'%s' is %s, not an array".formatted(name, describe(parser.currentToken())));
    parser.skipChildren();
    return false;
  }

  private String optionalString() throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NULL ? "" : string();
  }

  private String string() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    problem(
        offset(),
        Kind.SCHEMA,
        "'%s' is %s, not a string"
            .formatted(parser.currentName(), describe(parser.currentToken())));
    parser.skipChildren();
    return "";
  }

  private void require(String name) {
    if (!seen.contains(name)) {
      problem(0, Kind.SCHEMA, "there is no '%s'".formatted(name));
    }
  }

  private void problem(int offset, Kind kind, String what) {
    problems.add(new LineProblem(offset, kind, what));
  }

  /// Where the current token begins.
  private int offset() {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /// Where the current token ends.
  private int end() throws IOException {
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }

  private int offset(JsonProcessingException e) {
    JsonLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
    return (int) Math.max(0, at.getByteOffset());
  }

  private static String describe(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }

  /// What is wrong, without what Jackson says for its own programmers.
  private static String describe(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "the line ends in the middle of its JSON";
    }
    if (e instanceof StreamConstraintsException) {
      return "nested deeper than %d levels, or a number of more than %d digits"
          .formatted(
              StreamReadConstraints.DEFAULT_MAX_DEPTH, StreamReadConstraints.DEFAULT_MAX_NUM_LEN);
    }
    return "not JSON: " + SyntaxProblem.words(e);
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}

package dev.computepool.chat.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.InputFile;
import dev.computepool.base.SyntaxProblem;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files with what a template is given: messages, tools.
public final class ConversationFile {
  /// Larger files are refused, in bytes.
  private static final long MAX_BYTES = 64 << 20;

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private ConversationFile() {}

  /// The conversation in a file: a list of messages, or an object with `messages` and whatever else
  /// the template is to be given, such as `tools`.
  ///
  /// @throws FormatException if it is something else
  public static ChatInput read(Path file) throws IOException {
    JsonNode tree = tree(file);
    JsonNode messages = tree.isObject() ? tree.path("messages") : tree;
    if (!(messages instanceof ArrayNode list)) {
      throw new FormatException(
          file.toString(),
          new Problem("", "is neither a list of messages nor an object with such a list"));
    }
    requireObjects(file, list, "message");
    ChatInput input = ChatInput.of(list);
    if (tree.isObject()) {
      for (var field : tree.properties()) {
        input = input.with(field.getKey(), field.getValue());
      }
    }
    return input;
  }

  /// The tools in a file: a list of objects.
  ///
  /// @throws FormatException if it is something else
  public static ArrayNode readTools(Path file) throws IOException {
    if (!(tree(file) instanceof ArrayNode tools)) {
      throw new FormatException(file.toString(), new Problem("", "is no list of tools"));
    }
    requireObjects(file, tools, "tool");
    return tools;
  }

  private static void requireObjects(Path file, ArrayNode list, String what)
      throws FormatException {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isObject()) {
        problems.add(new Problem(what + " " + i, "is no object"));
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException(file.toString(), problems);
    }
  }

  private static JsonNode tree(Path file) throws IOException {
    long size = Files.size(InputFile.requireNoFolder(file));
    if (size > MAX_BYTES) {
      throw new FormatException(
          file.toString(), new Problem("", size + " bytes exceed the limit of " + MAX_BYTES));
    }
    try {
      return READER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException | CharConversionException e) {
      throw new FormatException(file.toString(), SyntaxProblem.json(e));
    }
  }
}

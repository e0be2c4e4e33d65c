package dev.computepool.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Consumer;

/// Changes of a state, which is a record of many fields.
final class RunChange {
  private static final JsonMapper JSON = new JsonMapper();

  private RunChange() {}

  /// The same state with other values in these fields, by their names in the file.
  static RunState with(RunState state, Consumer<ObjectNode> change) throws IOException {
    ObjectNode tree = JSON.valueToTree(state);
    change.accept(tree);
    return JSON.treeToValue(tree, RunState.class);
  }

  static RunState read(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, RunState.class);
  }

  static String write(JsonNode tree) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
  }

  static String write(RunState state) throws IOException {
    return write(JSON.<ObjectNode>valueToTree(state));
  }
}

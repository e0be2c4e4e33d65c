package dev.computepool.publish.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.hub.UploadPlan.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The body of a commit: a line of JSON for its header and one for each file.
final class CommitLines {
  static final String MEDIA_TYPE = "application/x-ndjson";

  private final StringBuilder lines = new StringBuilder();

  /// @param parent the commit that it must follow, null for any
  CommitLines(String summary, String description, @Nullable String parent) {
    ObjectNode header = HubJson.object();
    header.put("summary", summary.strip());
    header.put("description", description.strip());
    if (parent != null) {
      header.put("parentCommit", parent);
    }
    add("header", header);
  }

  private void add(String key, ObjectNode value) {
    ObjectNode line = HubJson.object();
    line.put("key", key);
    line.set("value", value);
    lines.append(line).append('\n');
  }

  /// A file with its content.
  ///
  /// @throws IOException if its content is not what was planned any more
  CommitLines inline(Item item) throws IOException {
    byte[] content = Files.readAllBytes(item.local().file());
    if (!Sha256.hasher().update(content, 0, content.length).digest().equals(item.sha256())) {
      throw new IOException("%s changed while it was published".formatted(item.local().file()));
    }
    ObjectNode file = HubJson.object();
    file.put("path", item.path());
    file.put("content", Base64.getEncoder().encodeToString(content));
    file.put("encoding", "base64");
    add("file", file);
    return this;
  }

  /// A file whose content is in the store.
  CommitLines large(Item item) {
    ObjectNode file = HubJson.object();
    file.put("path", item.path());
    file.put("algo", "sha256");
    file.put("oid", item.sha256().hex());
    file.put("size", item.size());
    add("lfsFile", file);
    return this;
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}

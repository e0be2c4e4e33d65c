package dev.computepool.sharding.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.sharding.plan.HfSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// `hf_source.json`, as nodes read and write it.
public final class HfSourceJson {
  private static final long MAX_BYTES = 64 << 10;

  private HfSourceJson() {}

  /// The origin as UTF-8.
  public static byte[] write(HfSource source) {
    ObjectNode json = JsonFields.object();
    json.put("repo_id", source.repoId());
    json.put("filename", source.filename());
    if (source.mmprojFilename() != null) {
      json.put("mmproj_filename", source.mmprojFilename());
    }
    return JsonFields.pretty(json).getBytes(StandardCharsets.UTF_8);
  }

  /// Reads an origin.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  /// @throws FormatException with what a node would not accept
  public static HfSource read(Path file) throws IOException {
    JsonFields fields = new JsonFields(file.toString());
    ObjectNode json = fields.parse(JsonFields.bytes(file, MAX_BYTES));
    String repo = fields.text(json, "repo_id", "");
    String name = fields.text(json, "filename", "");
    String mmproj = fields.optionalText(json, "mmproj_filename", "");
    fields.throwProblems();
    try {
      return new HfSource(repo, name, mmproj);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file.toString(), new FormatException.Problem("", String.valueOf(e.getMessage())));
    }
  }
}

package dev.computepool.sharding.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `computepool.json` tells of a directory that this program split: all that is needed to
/// prove the original again, and that the manifest has no place for.
///
/// Its last field is the BLAKE3 of all the text before it, so no byte of it changes unnoticed.
///
/// @param originalName the model file's name without folders
/// @param originalBytes its size
/// @param originalSha256 its digest as hubs publish it, if that was asked for
/// @param shardSize what a shard was to hold, in bytes
/// @param treeGroup bytes of a group in the hash trees
/// @param linked the shards stay in the original
/// @param extra ranges of the original that `computepool.extra` holds, one behind the other
/// @param extraHash BLAKE3 of these ranges
/// @param files the other files of the directory, but for the shards and their trees
public record SplitRecord(
    String originalName,
    long originalBytes,
    @Nullable Digest originalSha256,
    long shardSize,
    int treeGroup,
    boolean linked,
    List<ByteRange> extra,
    Digest extraHash,
    List<Entry> files) {
  private static final int VERSION = 1;
  private static final long MAX_BYTES = 64L << 20;
  private static final String SEAL = ",\n  \"blake3\": \"";
  private static final String END = "\"\n}\n";

  public SplitRecord {
    extra = List.copyOf(extra);
    files = List.copyOf(files);
  }

  /// A file as it was written.
  public record Entry(String name, long bytes, Digest blake3) {}

  /// What was recorded of a file.
  public Optional<Entry> entry(String name) {
    return files.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /// The record as UTF-8.
  byte[] write() {
    ObjectNode json = JsonFields.object();
    json.put("version", VERSION);
    ObjectNode original = json.putObject("original");
    original.put("name", originalName);
    original.put("bytes", originalBytes);
    if (originalSha256 != null) {
      original.put("sha256", originalSha256.hex());
    }
    json.put("shard_size", shardSize);
    json.put("tree_group", treeGroup);
    json.put("linked", linked);
    ObjectNode rest = json.putObject("extra");
    ArrayNode ranges = rest.putArray("ranges");
    for (ByteRange range : extra) {
      ranges.addArray().add(range.start()).add(range.end());
    }
    rest.put("blake3", extraHash.hex());
    ArrayNode entries = json.putArray("files");
    for (Entry entry : files) {
      entries
          .addObject()
          .put("name", entry.name())
          .put("bytes", entry.bytes())
          .put("blake3", entry.blake3().hex());
    }
    String text = JsonFields.pretty(json);
    return seal(text.substring(0, text.length() - "\n}".length())).getBytes(StandardCharsets.UTF_8);
  }

  private static String seal(String text) {
    return text + SEAL + Blake3.hash(text.getBytes(StandardCharsets.UTF_8)).hex() + END;
  }

  /// Reads a record.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  /// @throws VerificationException if it is not as it was written
  /// @throws FormatException if a later version of this program wrote it
  static SplitRecord read(Path file) throws IOException {
    byte[] bytes = JsonFields.bytes(file, MAX_BYTES);
    String text = new String(bytes, StandardCharsets.UTF_8);
    int seal = text.lastIndexOf(SEAL);
    if (seal < 0 || !text.equals(seal(text.substring(0, seal)))) {
      throw new VerificationException(
          file.toString(), List.of("does not match its own digest: it was changed or damaged"));
    }
    JsonFields fields = new JsonFields(file.toString());
    ObjectNode json = fields.parse(bytes);
    long version = fields.integer(json, "version", "", Integer.MAX_VALUE);
    if (version != VERSION) {
      throw new FormatException(
          file.toString(),
          new Problem("version", "is %d; this program reads %d".formatted(version, VERSION)));
    }
    SplitRecord record = read(json, fields);
    fields.throwProblems();
    return record;
  }

  private static SplitRecord read(ObjectNode json, JsonFields fields) {
    JsonNode original = json.path("original");
    long size = fields.integer(original, "bytes", "original.", Long.MAX_VALUE);
    int group = (int) fields.integer(json, "tree_group", "", Blake3Tree.MAX_GROUP);
    if (Integer.bitCount(group) != 1 || group < 1024) {
      fields.problem("tree_group", group + " is not a power of two from 1 KiB to 1 MiB");
    }
    JsonNode rest = json.path("extra");
    return new SplitRecord(
        fields.text(original, "name", "original."),
        size,
        JsonFields.isAbsent(original, "sha256")
            ? null
            : fields.hex(original, "sha256", "original."),
        fields.integer(json, "shard_size", "", Long.MAX_VALUE),
        group,
        json.path("linked").asBoolean(),
        readRanges(rest, size, fields),
        fields.hex(rest, "blake3", "extra."),
        readEntries(json, fields));
  }

  private static List<ByteRange> readRanges(JsonNode json, long size, JsonFields fields) {
    List<ByteRange> ranges = new ArrayList<>();
    long reached = 0;
    for (JsonNode range : fields.array(json, "ranges", "extra.")) {
      String at = "extra.ranges[" + ranges.size() + "]";
      long start = fields.integer(range.get(0), at + "[0]", size);
      long end = fields.integer(range.get(1), at + "[1]", size);
      if (start < reached || end <= start) {
        fields.problem(at, "[%d, %d) is empty or not behind the one before".formatted(start, end));
        break;
      }
      ranges.add(new ByteRange(start, end));
      reached = end;
    }
    return ranges;
  }

  private static List<Entry> readEntries(JsonNode json, JsonFields fields) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode entry : fields.array(json, "files", "")) {
      String at = "files[" + entries.size() + "].";
      String name = fields.text(entry, "name", at);
      if (!ShardFiles.isRecordable(name)) {
        fields.problem(at + "name", "'%s' is no file of a shard directory".formatted(name));
      } else if (!names.add(name)) {
        fields.problem(at + "name", "'%s' is listed twice".formatted(name));
      }
      entries.add(
          new Entry(
              name,
              fields.integer(entry, "bytes", at, Long.MAX_VALUE),
              fields.hex(entry, "blake3", at)));
    }
    return entries;
  }
}

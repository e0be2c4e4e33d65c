package dev.computepool.sharding.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.plan.Architecture;
import dev.computepool.sharding.plan.LayerRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Manifests as JSON: written as nodes write them, read as tolerantly as nodes read them.
///
/// Unknown keys are passed over, optional ones may be missing. What could lead a reader astray is
/// refused: tensors outside their shard or the model, or on top of each other.
public final class ManifestJson {
  /// The version that builds of mid-2026 demand; later ones pass over the key.
  static final int SCHEMA_VERSION = 2;

  // Thousands of layers; real manifests have less than a megabyte.
  private static final long MAX_BYTES = 64L << 20;
  // Eight tebibytes: no model has it, and no hash tree of more fits into memory.
  private static final long MAX_MODEL = 1L << 43;
  private static final long UINT32 = 0xffff_ffffL;

  // What every node writes. Where one of these is missing, somebody else was at work.
  private static final List<String> ALWAYS_WRITTEN =
      List.of(
          "num_params_billions",
          "tokenizer_hash",
          "manifest_hash",
          "publisher",
          "publish_date",
          "license");

  private ManifestJson() {}

  /// A manifest, and what its file tells beyond it.
  ///
  /// @param digest BLAKE3 of the file
  /// @param missing keys that every node writes, and this file lacks
  record Document(Manifest manifest, Digest digest, List<String> missing) {}

  /// Reads a manifest. Its self-hash is not checked.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  /// @throws FormatException with all that is wrong with it
  public static Manifest read(Path file) throws IOException {
    return readDocument(file).manifest();
  }

  static Document readDocument(Path file) throws IOException {
    byte[] bytes = JsonFields.bytes(file, MAX_BYTES);
    JsonFields fields = new JsonFields(file.toString());
    ObjectNode document = fields.parse(bytes);
    Manifest manifest = read(document, fields);
    return new Document(
        manifest,
        Blake3.hash(bytes),
        ALWAYS_WRITTEN.stream().filter(key -> JsonFields.isAbsent(document, key)).toList());
  }

  private static Manifest read(ObjectNode json, JsonFields fields) throws FormatException {
    List<JsonNode> shardNodes = fields.array(json, "shards", "");
    if (json.has("schema_version")
        && fields.integer(json, "schema_version", "", UINT32) != SCHEMA_VERSION) {
      fields.problem("schema_version", "is " + json.get("schema_version") + ", expected 2");
    }
    for (JsonNode shard : shardNodes) {
      if (shard.has("byte_start") || shard.has("byte_end")) {
        fields.problem("shards", "are byte ranges of format version 1: re-shard needed");
        fields.throwProblems();
      }
    }
    List<Manifest.Shard> shards = new ArrayList<>();
    for (int i = 0; i < shardNodes.size(); i++) {
      shards.add(readShard(shardNodes.get(i), i, fields));
    }
    long count = fields.integer(json, "shard_count", "", UINT32);
    if (count != shards.size()) {
      fields.problem("shard_count", "is %d, but %d are listed".formatted(count, shards.size()));
    }
    Manifest manifest =
        new Manifest(
            fields.text(json, "id", ""),
            fields.text(json, "name", ""),
            readArchitecture(json.get("architecture"), fields),
            fields.integer(json, "num_layers", "", UINT32),
            readParams(json, fields),
            fields.text(json, "quantization", ""),
            fields.integer(json, "total_size_bytes", "", MAX_MODEL),
            shards,
            optionalDigest(json, "tokenizer_hash", fields),
            optionalDigest(json, "manifest_hash", fields),
            optionalDigest(json, "publisher", fields),
            readDate(json, fields),
            JsonFields.isAbsent(json, "license")
                ? Manifest.UNKNOWN_LICENSE
                : fields.text(json, "license", ""),
            readMmproj(json, fields),
            JsonFields.isAbsent(json, "context_length")
                ? null
                : (Long) fields.integer(json, "context_length", "", UINT32));
    fields.throwProblems();
    checkGeometry(manifest, fields);
    fields.throwProblems();
    return manifest;
  }

  private static Manifest.Shard readShard(JsonNode json, int position, JsonFields fields) {
    String at = "shards[" + position + "].";
    long index = fields.integer(json, "index", at, UINT32);
    if (index != position) {
      fields.problem(at + "index", "is %d, expected %d".formatted(index, position));
    }
    List<Manifest.Tensor> tensors = new ArrayList<>();
    if (!JsonFields.isAbsent(json, "tensors")) {
      for (JsonNode tensor : fields.array(json, "tensors", at)) {
        String place = at + "tensors[" + tensors.size() + "].";
        tensors.add(
            new Manifest.Tensor(
                fields.text(tensor, "name", place),
                fields.integer(tensor, "gguf_offset", place, Long.MAX_VALUE),
                fields.integer(tensor, "shard_offset", place, Long.MAX_VALUE),
                fields.integer(tensor, "size", place, Long.MAX_VALUE)));
      }
    }
    return new Manifest.Shard(
        position,
        readLayers(json, at, fields),
        fields.integer(json, "size_bytes", at, MAX_MODEL),
        fields.digest(json, "hash", at),
        tensors);
  }

  private static LayerRange readLayers(JsonNode json, String at, JsonFields fields) {
    List<JsonNode> range = fields.array(json, "layer_range", at);
    if (range.size() != 2) {
      fields.problem(at + "layer_range", "does not have two elements");
      return new LayerRange(0, 0);
    }
    long start = fields.integer(range.get(0), at + "layer_range[0]", UINT32);
    long end = fields.integer(range.get(1), at + "layer_range[1]", UINT32);
    if (end < start) {
      fields.problem(at + "layer_range", "ends at %d, before its start %d".formatted(end, start));
      return new LayerRange(0, 0);
    }
    return new LayerRange(start, end);
  }

  private static Architecture readArchitecture(@Nullable JsonNode json, JsonFields fields) {
    if (json != null && json.isTextual()) {
      return new Architecture.Plain(json.textValue());
    }
    if (json == null || !json.isObject() || json.size() != 1) {
      fields.wrong(json, "architecture", "a string or an object of one key");
      return Architecture.LLAMA;
    }
    Map.Entry<String, JsonNode> variant = json.properties().iterator().next();
    String at = "architecture." + variant.getKey() + ".";
    JsonNode content = variant.getValue();
    if (content.has("vision_config")) {
      JsonNode config = content.get("vision_config");
      String place = at + "vision_config.";
      return new Architecture.Vision(
          variant.getKey(),
          new Architecture.VisionConfig(
              fields.integer(config, "image_size", place, UINT32),
              fields.integer(config, "patch_size", place, UINT32),
              fields.integer(config, "vision_hidden_size", place, UINT32),
              fields.integer(config, "vision_num_layers", place, UINT32),
              fields.integer(config, "vision_num_heads", place, UINT32),
              fields.integer(config, "projection_dim", place, UINT32)));
    }
    return new Architecture.Experts(
        variant.getKey(),
        fields.integer(content, "num_experts", at, UINT32),
        fields.integer(content, "experts_per_token", at, UINT32));
  }

  private static float readParams(JsonNode json, JsonFields fields) {
    JsonNode value = json.get("num_params_billions");
    if (value == null) {
      return 0;
    }
    float params = (float) value.doubleValue(); // serde reads an f32 by way of an f64 too
    if (!value.isNumber() || Float.isInfinite(params)) {
      fields.wrong(value, "num_params_billions", "a number in single precision");
      return 0;
    }
    return params;
  }

  private static Instant readDate(JsonNode json, JsonFields fields) {
    String text = fields.optionalText(json, "publish_date", "");
    if (text == null) {
      return Instant.EPOCH;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      fields.problem("publish_date", "'%s' is not a date of RFC 3339".formatted(text));
      return Instant.EPOCH;
    }
  }

  private static Manifest.@Nullable Mmproj readMmproj(JsonNode json, JsonFields fields) {
    if (JsonFields.isAbsent(json, "mmproj")) {
      return null;
    }
    JsonNode mmproj = json.get("mmproj");
    return new Manifest.Mmproj(
        fields.integer(mmproj, "size_bytes", "mmproj.", Long.MAX_VALUE),
        fields.digest(mmproj, "hash", "mmproj."),
        fields.optionalText(mmproj, "hf_filename", "mmproj."));
  }

  private static Digest optionalDigest(JsonNode json, String key, JsonFields fields) {
    return JsonFields.isAbsent(json, key) ? Manifest.UNKNOWN : fields.digest(json, key, "");
  }

  /// Checks that the tensors tile their shards and lie apart in the model.
  private static void checkGeometry(Manifest manifest, JsonFields fields) {
    if (manifest.shards().isEmpty()) {
      fields.problem("shards", "is empty");
      return;
    }
    long total = manifest.totalSizeBytes();
    if (manifest.isWhole()) {
      long size = manifest.shards().getFirst().sizeBytes();
      if (size != total) {
        fields.problem(
            "shards[0].tensors",
            "is empty, so the shard must be the whole file of %d bytes, not %d"
                .formatted(total, size));
      }
      return;
    }
    List<Manifest.Tensor> all = new ArrayList<>();
    for (Manifest.Shard shard : manifest.shards()) {
      String at = "shards[" + shard.index() + "].";
      if (shard.tensors().isEmpty()) {
        fields.problem(at + "tensors", "is empty, but there are other shards");
      }
      long filled = 0;
      for (int i = 0; i < shard.tensors().size(); i++) {
        Manifest.Tensor tensor = shard.tensors().get(i);
        String place = at + "tensors[" + i + "]";
        if (tensor.shardOffset() != filled || tensor.size() > shard.sizeBytes() - filled) {
          fields.problem(
              place,
              "%s has %d bytes from %d of the shard, expected from %d on in %d"
                  .formatted(
                      tensor.name(),
                      tensor.size(),
                      tensor.shardOffset(),
                      filled,
                      shard.sizeBytes()));
          break;
        }
        if (tensor.size() > total - tensor.ggufOffset()) {
          fields.problem(
              place,
              "%s has %d bytes from %d, beyond the end of the model at %d"
                  .formatted(tensor.name(), tensor.size(), tensor.ggufOffset(), total));
        } else {
          all.add(tensor);
        }
        filled += tensor.size();
      }
      if (filled != shard.sizeBytes()) {
        fields.problem(
            at + "size_bytes",
            "is %d, but its tensors have %d".formatted(shard.sizeBytes(), filled));
      }
    }
    all.sort(Comparator.comparingLong(Manifest.Tensor::ggufOffset));
    Manifest.@Nullable Tensor last = null;
    for (Manifest.Tensor tensor : all) {
      if (tensor.size() == 0) {
        continue;
      }
      if (last != null && last.inModel().end() > tensor.ggufOffset()) {
        ByteRange range = tensor.inModel();
        fields.problem(
            "shards",
            "tensors %s at %s and %s at %s overlap"
                .formatted(last.name(), last.inModel(), tensor.name(), range));
      }
      last = tensor;
    }
  }

  /// The manifest as UTF-8, laid out as nodes do.
  public static byte[] write(Manifest manifest) {
    ObjectNode json = JsonFields.object();
    json.put("id", manifest.id());
    json.put("name", manifest.name());
    putArchitecture(json, manifest.architecture());
    json.put("num_layers", manifest.layers());
    json.put("num_params_billions", manifest.paramsBillions());
    json.put("quantization", manifest.quantization());
    json.put("total_size_bytes", manifest.totalSizeBytes());
    json.put("shard_count", manifest.shards().size());
    ArrayNode shards = json.putArray("shards");
    for (Manifest.Shard shard : manifest.shards()) {
      ObjectNode entry = shards.addObject();
      entry.put("index", shard.index());
      entry.putArray("layer_range").add(shard.layers().start()).add(shard.layers().end());
      entry.put("size_bytes", shard.sizeBytes());
      putDigest(entry, "hash", shard.hash());
      ArrayNode tensors = entry.putArray("tensors");
      for (Manifest.Tensor tensor : shard.tensors()) {
        tensors
            .addObject()
            .put("name", tensor.name())
            .put("gguf_offset", tensor.ggufOffset())
            .put("shard_offset", tensor.shardOffset())
            .put("size", tensor.size());
      }
    }
    putDigest(json, "tokenizer_hash", manifest.tokenizerHash());
    putDigest(json, "manifest_hash", manifest.hash());
    putDigest(json, "publisher", manifest.publisher());
    json.put("publish_date", ManifestHash.rfc3339(manifest.publishDate(), "Z"));
    json.put("license", manifest.license());
    Manifest.Mmproj mmproj = manifest.mmproj();
    if (mmproj != null) {
      ObjectNode entry = json.putObject("mmproj");
      entry.put("size_bytes", mmproj.sizeBytes());
      putDigest(entry, "hash", mmproj.hash());
      if (mmproj.hfFilename() != null) {
        entry.put("hf_filename", mmproj.hfFilename());
      }
    }
    if (manifest.contextLength() != null) {
      json.put("context_length", manifest.contextLength());
    }
    json.put("schema_version", SCHEMA_VERSION);
    return JsonFields.pretty(json).getBytes(StandardCharsets.UTF_8);
  }

  private static void putArchitecture(ObjectNode json, Architecture architecture) {
    switch (architecture) {
      case Architecture.Plain(String variant) -> json.put("architecture", variant);
      case Architecture.Experts(String variant, long experts, long perToken) ->
          json.putObject("architecture")
              .putObject(variant)
              .put("num_experts", experts)
              .put("experts_per_token", perToken);
      case Architecture.Vision(String variant, Architecture.VisionConfig config) ->
          json.putObject("architecture")
              .putObject(variant)
              .putObject("vision_config")
              .put("image_size", config.imageSize())
              .put("patch_size", config.patchSize())
              .put("vision_hidden_size", config.hiddenSize())
              .put("vision_num_layers", config.layers())
              .put("vision_num_heads", config.heads())
              .put("projection_dim", config.projectionDim());
    }
  }

  private static void putDigest(ObjectNode json, String key, Digest digest) {
    ArrayNode array = json.putArray(key);
    for (byte b : digest.bytes()) {
      array.add(b & 0xff);
    }
  }
}

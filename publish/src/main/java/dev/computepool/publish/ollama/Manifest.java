package dev.computepool.publish.ollama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A list of blobs that are a model: its bytes, whose SHA-256 is the model's identity, and what
/// they say.
///
/// @see <a href="https://distribution.github.io/distribution/spec/manifest-v2-2/">Image manifest
///     V2, schema 2</a>
public final class Manifest {
  /// The media type of a manifest.
  public static final String MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

  /// More is not read: a manifest of a thousand layers has 200 KB.
  public static final int MAX_BYTES = 4 << 20;

  private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] bytes;
  private final Descriptor config;
  private final List<Descriptor> layers;

  private Manifest(byte[] bytes, Descriptor config, List<Descriptor> layers) {
    this.bytes = bytes;
    this.config = config;
    this.layers = List.copyOf(layers);
  }

  /// The manifest of these blobs: one line without a newline, keys in Ollama's order.
  static Manifest of(Blob config, List<Layer> layers) {
    Descriptor first = new Descriptor(CONFIG_TYPE, config.digest(), config.size());
    List<Descriptor> rest =
        layers.stream()
            .map(l -> new Descriptor(l.kind().mediaType(), l.blob().digest(), l.blob().size()))
            .toList();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 2).put("mediaType", MEDIA_TYPE).set("config", json(first));
    rest.forEach(layer -> root.withArray("layers").add(json(layer)));
    return new Manifest(root.toString().getBytes(StandardCharsets.UTF_8), first, rest);
  }

  private static ObjectNode json(Descriptor descriptor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digestText())
        .put("size", descriptor.size());
  }

  /// Reads a manifest; its bytes are kept as they are.
  ///
  /// @param source the path or URL it came from
  /// @throws FormatException if it is none
  public static Manifest parse(String source, byte[] bytes) throws FormatException {
    List<Problem> problems = new ArrayList<>();
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException | CharConversionException e) {
      throw new FormatException(source, SyntaxProblem.json(e));
    } catch (IOException e) {
      throw new AssertionError("bytes in memory can be read", e);
    }
    Descriptor config = descriptor(root.path("config"), "config", problems);
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : root.path("layers")) {
      layers.add(descriptor(layer, "layers[" + layers.size() + "]", problems));
    }
    if (layers.isEmpty()) {
      problems.add(new Problem("", "is no manifest of a model: it has no layers"));
    }
    if (!problems.isEmpty()) {
      throw new FormatException(source, problems);
    }
    return new Manifest(bytes.clone(), config, layers);
  }

  private static Descriptor descriptor(JsonNode node, String at, List<Problem> problems) {
    String digest = node.path("digest").asText();
    long size = node.path("size").asLong(-1);
    boolean sound = DIGEST.matcher(digest).matches() && size >= 0;
    if (!sound) {
      problems.add(
          new Problem(at, "has digest '%s' and size %s".formatted(digest, node.path("size"))));
    }
    return new Descriptor(
        node.path("mediaType").asText(),
        sound
            ? Digest.parse(digest.substring("sha256:".length()))
            : Digest.of(new byte[Digest.BYTES]),
        Math.max(0, size));
  }

  /// The manifest as it is stored and served.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// SHA-256 of {@link #bytes}.
  public Digest digest() {
    return Sha256.hasher().update(ByteBuffer.wrap(bytes)).digest();
  }

  public Descriptor config() {
    return config;
  }

  /// The layers in their order.
  public List<Descriptor> layers() {
    return layers;
  }

  /// Every blob once: the layers in their order, then the config.
  public List<Descriptor> blobs() {
    Map<Digest, Descriptor> once = new LinkedHashMap<>();
    layers.forEach(layer -> once.putIfAbsent(layer.digest(), layer));
    once.putIfAbsent(config.digest(), config);
    return List.copyOf(once.values());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.Problems;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The hyperparameters of a model: its `config.json` with all defaults.
///
/// Where several names are given for one thing, the first that is there counts, also if it is
/// null; null is as good as absent. What is there and of the wrong kind becomes a problem, and is
/// then treated as absent.
public final class Hyperparameters {
  private static final long MAX_UINT32 = 0xffff_ffffL;

  private final ObjectNode tree;
  private final Problems problems;
  private final ObjectNode rope;

  private Hyperparameters(ObjectNode tree, Problems problems) {
    this.tree = tree;
    this.problems = problems;
    this.rope = ropeParameters(tree);
  }

  /// Those of a `config.json` as it stands.
  public static Hyperparameters of(ObjectNode config, Problems problems) {
    return new Hyperparameters(ModelDefaults.complete(config), problems);
  }

  /// All about rotary positions in one place, wherever older files have it.
  private static ObjectNode ropeParameters(ObjectNode tree) {
    JsonNode given =
        tree.has("rope_parameters") ? tree.get("rope_parameters") : tree.get("rope_scaling");
    ObjectNode rope =
        given instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    if (rope.has("full_attention") || rope.has("sliding_attention")) {
      return rope;
    }
    JsonNode local =
        first(
            tree,
            "local_rope_theta",
            "rope_local_theta",
            "rope_theta_local",
            "swa_rope_theta",
            "rope_local_base_freq");
    if (local != null) {
      rope.putObject("sliding_attention").set("rope_theta", local);
    }
    mirror(
        rope,
        "rope_theta",
        first(
            tree,
            "global_rope_theta",
            "rope_global_theta",
            "rope_theta_global",
            "rope_theta",
            "rotary_emb_base"));
    mirror(rope, "rope_type", rope.get("type"));
    mirror(
        rope,
        "partial_rotary_factor",
        first(tree, "partial_rotary_factor", "rope_pct", "rope_percent"));
    mirror(
        rope, "original_max_position_embeddings", first(tree, "original_max_position_embeddings"));
    return rope;
  }

  private static void mirror(ObjectNode rope, String key, @Nullable JsonNode value) {
    if (value != null && !rope.has(key)) {
      rope.set(key, value);
    }
  }

  private static @Nullable JsonNode first(ObjectNode tree, String... keys) {
    for (String key : keys) {
      JsonNode value = tree.get(key);
      if (value != null) {
        return value.isNull() ? null : value;
      }
    }
    return null;
  }

  /// The whole tree.
  public ObjectNode tree() {
    return tree;
  }

  /// The parameters of rotary positions, as another set of hyperparameters: those of the layers
  /// with full attention, where they differ.
  public Hyperparameters rope() {
    return rope.get("full_attention") instanceof ObjectNode full ? within(full) : within(rope);
  }

  /// The parameters of rotary positions of layers with a sliding window, if they differ.
  public Hyperparameters slidingRope() {
    return rope.get("sliding_attention") instanceof ObjectNode sliding
        ? within(sliding)
        : within(JsonNodeFactory.instance.objectNode());
  }

  private Hyperparameters within(ObjectNode part) {
    return new Hyperparameters(part, problems);
  }

  public boolean has(String key) {
    return tree.has(key);
  }

  /// The value of the first of the names that is there.
  public Optional<JsonNode> find(String... keys) {
    return Optional.ofNullable(first(tree, keys));
  }

  /// An integer from 0 to 2^32 - 1.
  public OptionalLong integer(String... keys) {
    JsonNode value = first(tree, keys);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < 0
        || value.asLong() > MAX_UINT32) {
      wrong(value, "an integer from 0 to 2^32 - 1", keys);
      return OptionalLong.empty();
    }
    return OptionalLong.of(value.asLong());
  }

  /// An integer that must be there and not be 0.
  ///
  /// @return 1 where it is not, which is then noted
  public long required(String... keys) {
    OptionalLong value = integer(keys);
    if (value.isEmpty() && first(tree, keys) == null) {
      problems.add("config.json", "has no " + String.join(" or ", keys));
    } else if (value.isPresent() && value.getAsLong() == 0) {
      problems.add("config.json", String.join(" or ", keys) + " is 0");
    }
    return Math.max(1, value.orElse(1));
  }

  /// A number.
  public OptionalDouble number(String... keys) {
    JsonNode value = first(tree, keys);
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber()) {
      wrong(value, "a number", keys);
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(value.asDouble());
  }

  /// A number that must be there.
  ///
  /// @return 0 where it is not, which is then noted
  public double requiredNumber(String... keys) {
    OptionalDouble value = number(keys);
    if (value.isEmpty() && first(tree, keys) == null) {
      problems.add("config.json", "has no " + String.join(" or ", keys));
    }
    return value.orElse(0);
  }

  /// A text.
  public Optional<String> text(String... keys) {
    JsonNode value = first(tree, keys);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      wrong(value, "a text", keys);
      return Optional.empty();
    }
    return Optional.of(value.asText());
  }

  /// A truth value, or `otherwise` where there is none.
  public boolean flag(String key, boolean otherwise) {
    JsonNode value = first(tree, key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      wrong(value, "true or false", key);
      return otherwise;
    }
    return value.asBoolean();
  }

  private void wrong(JsonNode value, String expected, String... keys) {
    String key = keys[0];
    for (String candidate : keys) {
      if (tree.has(candidate)) {
        key = candidate;
        break;
      }
    }
    String shown = value.toString();
    problems.add(
        "config.json",
        "%s is %s, no%s"
            .formatted(
                key,
                shown.length() > 60 ? shown.substring(0, 60) + "…" : shown,
                expected.startsWith("true")
                    ? "t " + expected
                    : " " + expected.replaceFirst("^an? ", "")));
  }
}

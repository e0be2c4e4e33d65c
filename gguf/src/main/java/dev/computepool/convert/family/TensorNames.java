package dev.computepool.convert.family;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which tensors a family has: what each is called in the source and in GGUF, and its shape.
final class TensorNames {
  /// Stands for the number of the block.
  private static final String BLOCK = "{}";

  private final long blocks;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /// One name, without `.weight` or `.bias`.
  ///
  /// @param target the name in GGUF
  /// @param shape of the weight as PyTorch prints it; empty where it may be any
  /// @param required whether a model without it is broken
  private record Entry(String target, List<Long> shape, boolean required) {}

  /// A name that was looked up.
  ///
  /// @param target the name in GGUF
  /// @param shape as PyTorch prints it, or empty where it may be any
  record Target(String target, List<Long> shape) {}

  TensorNames(long blocks) {
    this.blocks = blocks;
  }

  /// A tensor that every model of the family has.
  ///
  /// @param source its name without suffix, `{}` for the number of the block
  /// @param target its name in GGUF, likewise
  /// @param shape of its weight, or nothing where it may be any
  TensorNames add(String source, String target, long... shape) {
    return add(source, target, true, shape);
  }

  /// A tensor that some models of the family lack.
  TensorNames addOptional(String source, String target, long... shape) {
    return add(source, target, false, shape);
  }

  private TensorNames add(String source, String target, boolean required, long... shape) {
    List<Long> extents = new ArrayList<>();
    for (long extent : shape) {
      extents.add(extent);
    }
    entries.put(source, new Entry(target, List.copyOf(extents), required));
    return this;
  }

  /// The name and shape that a tensor of the source gets, if the family has it.
  Optional<Target> find(String source) {
    for (String suffix : List.of(".weight", ".bias", "")) {
      if (source.endsWith(suffix)) {
        String stem = source.substring(0, source.length() - suffix.length());
        Optional<Target> found = lookup(stem, suffix);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Target> lookup(String stem, String suffix) {
    Entry entry = entries.get(stem);
    if (entry != null && !stem.contains(BLOCK)) {
      return Optional.of(target(entry, entry.target, suffix));
    }
    String[] parts = stem.split("\\.", -1);
    for (int i = 0; i < parts.length; i++) {
      if (isNumber(parts[i])) {
        String number = parts[i];
        parts[i] = BLOCK;
        entry = entries.get(String.join(".", parts));
        if (entry == null || Long.parseLong(number) >= blocks) {
          return Optional.empty();
        }
        return Optional.of(target(entry, entry.target.replace(BLOCK, number), suffix));
      }
    }
    return Optional.empty();
  }

  private static Target target(Entry entry, String name, String suffix) {
    boolean bias = suffix.equals(".bias") && entry.shape.size() > 1;
    return new Target(name + suffix, bias ? entry.shape.subList(0, 1) : entry.shape);
  }

  /// Whether a part of a name is the number of a block, without leading zeros.
  static boolean isNumber(String part) {
    return part.length() < 10 && part.matches("0|[1-9][0-9]*");
  }

  /// The first number in a name, which is that of its block, or -1.
  static int blockOf(String source) {
    for (String part : source.split("\\.", -1)) {
      if (isNumber(part)) {
        return Integer.parseInt(part);
      }
    }
    return -1;
  }

  /// The GGUF names of the weights that no model may lack.
  List<String> required() {
    List<String> names = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (!entry.required) {
        continue;
      }
      if (entry.target.contains(BLOCK)) {
        for (long block = 0; block < blocks; block++) {
          names.add(entry.target.replace(BLOCK, Long.toString(block)) + ".weight");
        }
      } else {
        names.add(entry.target + ".weight");
      }
    }
    return names;
  }
}

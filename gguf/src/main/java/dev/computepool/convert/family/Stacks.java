package dev.computepool.convert.family;

import dev.computepool.convert.Problems;
import dev.computepool.convert.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Collects the tensors of a block that GGUF has as one, such as the weights of its experts, until
/// all are there.
final class Stacks {
  private final Pattern pattern;
  private final long count;
  private final List<String> kinds;
  private final Problems problems;
  private final Map<Integer, Map<String, Tensor>> waiting = new TreeMap<>();

  /// Takes the stacks of a block when its last tensor is there.
  @FunctionalInterface
  interface Consumer {
    /// Takes one.
    ///
    /// @param kind one of the kinds, in their order
    void accept(String kind, Tensor stack);
  }

  /// @param pattern of the names, with the groups `block`, `number` and `kind`
  /// @param count tensors of one kind that a block has, numbered from 0
  /// @param kinds what `kind` can be, in the order in which the stacks are to come
  Stacks(String pattern, long count, List<String> kinds, Problems problems) {
    this.pattern = Pattern.compile(pattern);
    this.count = count;
    this.kinds = kinds;
    this.problems = problems;
  }

  /// Keeps a tensor, if its name is one of those, and hands out what is complete with it.
  ///
  /// @return whether the name is one of those
  boolean take(String name, Tensor tensor, Consumer consumer) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.matches()) {
      return false;
    }
    int block = Integer.parseInt(matcher.group("block"));
    Map<String, Tensor> members = waiting.computeIfAbsent(block, b -> new HashMap<>());
    members.put(slot(matcher.group("kind"), Integer.parseInt(matcher.group("number"))), tensor);
    if (members.size() < count * kinds.size()) {
      return true;
    }
    waiting.remove(block);
    for (String kind : kinds) {
      stack(name, members, kind).ifPresent(stack -> consumer.accept(kind, stack));
    }
    return true;
  }

  private Optional<Tensor> stack(String name, Map<String, Tensor> members, String kind) {
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor part = members.get(slot(kind, i));
      if (part == null) {
        problems.add(
            "tensor " + name, "belongs to %d, but number %d has no %s".formatted(count, i, kind));
        return Optional.empty();
      }
      parts.add(part);
    }
    try {
      return Optional.of(Tensor.stack(parts));
    } catch (IllegalArgumentException e) {
      problems.add("tensor " + name, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /// Notes the blocks that stayed incomplete.
  void finish() {
    waiting.forEach(
        (block, members) ->
            problems.add(
                "block " + block,
                "has %d of %d tensors of its stacks of %s"
                    .formatted(members.size(), count * kinds.size(), String.join(", ", kinds))));
  }

  private static String slot(String kind, int number) {
    return number + " " + kind;
  }
}

package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tensors of a model, each under the name that it has in the result: layers that follow one
/// that is left out move up.
final class SourceTensors {
  // At the beginning the library takes it for the order, anywhere for the renaming.
  private static final Pattern LAYER = Pattern.compile("blk\\.([0-9]{1,9})\\.");

  private final List<Source> sources;
  private final Map<String, Source> byName;
  private final int layers;

  private SourceTensors(List<Source> sources, Map<String, Source> byName, int layers) {
    this.sources = sources;
    this.byName = byName;
    this.layers = layers;
  }

  /// One of them.
  ///
  /// @param file its number in the set
  /// @param position of its first byte in that file
  record Source(int file, TensorInfo tensor, long position) {}

  /// Names them.
  ///
  /// @param pruned layers that are left out, ascending
  static SourceTensors of(ModelFiles model, List<Integer> pruned) {
    List<Source> sources = new ArrayList<>();
    for (int file = 0; file < model.headers().size(); file++) {
      GgufHeader header = model.headers().get(file);
      for (TensorInfo tensor : header.tensors()) {
        sources.add(new Source(file, tensor, header.positionOf(tensor)));
      }
    }
    Map<String, Source> byName = new HashMap<>();
    if (pruned.isEmpty()) {
      sources.forEach(source -> byName.put(source.tensor().name(), source));
      return new SourceTensors(sources, byName, 0);
    }
    Map<Integer, Integer> moved = new HashMap<>(); // layers to what they become, -1 for nothing
    int next = 0;
    for (Source source : ordered(sources)) {
      String name = source.tensor().name();
      Matcher layer = LAYER.matcher(name);
      if (layer.find()) {
        int number = Integer.parseInt(layer.group(1));
        Integer before = moved.get(number);
        if (before == null) {
          before = pruned.contains(number) ? -1 : number < pruned.getFirst() ? number : next;
          moved.put(number, before);
          next = before < 0 ? next : before + 1;
        }
        if (before < 0) {
          continue;
        }
        name = renamed(name, layer.toMatchResult(), before);
      }
      byName.put(name, source);
    }
    return new SourceTensors(sources, byName, next);
  }

  /// In the library's order: by layer, what is of none first, then by name.
  private static List<Source> ordered(List<Source> sources) {
    return sources.stream()
        .sorted(
            Comparator.comparingInt((Source source) -> layerAtStart(source.tensor().name()))
                .thenComparing(
                    source -> source.tensor().name().getBytes(StandardCharsets.UTF_8),
                    Arrays::compareUnsigned))
        .toList();
  }

  private static int layerAtStart(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.lookingAt() ? Integer.parseInt(layer.group(1)) : -1;
  }

  private static String renamed(String name, MatchResult layer, int number) {
    return name.substring(0, layer.start(1)) + number + name.substring(layer.end(1));
  }

  /// All of the model, in the library's order.
  List<TensorInfo> ordered() {
    return ordered(sources).stream().map(Source::tensor).toList();
  }

  /// How many layers the result has, if any are left out.
  int layers() {
    return layers;
  }

  /// The numbers of the files that something is left of.
  Set<Integer> files() {
    return byName.values().stream().map(Source::file).collect(Collectors.toSet());
  }

  /// What a planned tensor is made of.
  ///
  /// @throws LlamaException if the model has no such tensor
  Source of(PlannedTensor planned) throws LlamaException {
    Source source = byName.get(planned.name());
    if (source == null
        || source.tensor().type() != planned.from()
        || source.tensor().shape().elements() != planned.shape().elements()) {
      throw new LlamaException(
          "llama.cpp plans a tensor %s of %s %s, which the model does not have"
              .formatted(planned.name(), planned.from(), planned.shape()),
          List.of());
    }
    return source;
  }
}

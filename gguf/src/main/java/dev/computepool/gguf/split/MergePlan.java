package dev.computepool.gguf.split;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/// How the parts of a set become one file.
///
/// @param bytes of the file
/// @param dropped keys that only later parts have, which the file will not have
public record MergePlan(SplitSet set, long bytes, List<String> dropped) {
  public MergePlan {
    dropped = List.copyOf(dropped);
  }

  /// Decides what the merged file will be: the metadata of the first part without its `split.*`
  /// keys, and the tensors of all parts in their order.
  public static MergePlan of(SplitSet set) {
    return new MergePlan(set, assembly(set.headers()).bytes(), dropped(set.headers()));
  }

  /// What makes up the merged file.
  Assembly assembly() {
    return assembly(set.headers());
  }

  private static Assembly assembly(List<GgufHeader> headers) {
    GgufHeader first = headers.getFirst();
    GgufLayout.Builder builder = GgufLayout.builder().version(first.version());
    for (int i = 0; i < first.metadata().size(); i++) {
      builder.putFrom(first.metadata(), i);
    }
    builder.remove(SplitPlan.NO).remove(SplitPlan.COUNT).remove(SplitPlan.TENSORS);
    List<Assembly.Run> runs = new ArrayList<>();
    int tensors = 0;
    for (int i = 0; i < headers.size(); i++) {
      GgufHeader header = headers.get(i);
      for (TensorInfo tensor : header.tensors()) {
        builder.tensor(tensor.name(), tensor.type(), tensor.shape());
      }
      tensors += header.tensors().size();
      boolean end = i == headers.size() - 1;
      runs.addAll(Assembly.runs(i, header, 0, header.tensors().size(), first.alignment(), end));
    }
    GgufHeader last = headers.getLast();
    if (tensors == 0) {
      runs.addAll(Assembly.rest(headers.size() - 1, last));
      if (last.fileSize() >= last.dataOffset()) {
        builder.padHeader();
      }
    }
    return new Assembly(builder.build(), List.copyOf(runs));
  }

  private static List<String> dropped(List<GgufHeader> headers) {
    Metadata first = headers.getFirst().metadata();
    List<String> dropped = new ArrayList<>();
    for (GgufHeader header : headers.subList(1, headers.size())) {
      for (String key : header.metadata().keys()) {
        if (!key.startsWith("split.") && !first.contains(key) && !dropped.contains(key)) {
          dropped.add(key);
        }
      }
    }
    return dropped;
  }
}

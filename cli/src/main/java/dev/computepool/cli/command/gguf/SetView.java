package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.split.SplitPlan;
import dev.computepool.gguf.split.SplitSet;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The set that a file is a part of.
sealed interface SetView {
  /// Which part it is, from 1.
  long part();

  /// How many there are, as the file says.
  long partCount();

  /// For people.
  String text();

  /// All parts are here and belong together.
  ///
  /// @param fileBytes of all parts, as the next two
  /// @param elements weights
  record Whole(long part, long partCount, long fileBytes, long tensorCount, long elements)
      implements SetView {
    @Override
    public String text() {
      return String.format(
          Locale.ROOT,
          "part %d of %d, with %d tensors, %,d weights and %s in all",
          part,
          partCount,
          tensorCount,
          elements,
          ByteSize.format(fileBytes));
    }
  }

  /// Some parts are not here, or do not belong together.
  ///
  /// @param problems why they make no model
  record Broken(long part, long partCount, List<String> problems) implements SetView {
    @Override
    public String text() {
      String more = problems.size() > 1 ? ", and %d more".formatted(problems.size() - 1) : "";
      return "part %d of %d, which make no model: %s%s"
          .formatted(part, partCount, MetadataView.visible(problems.getFirst()), more);
    }
  }

  /// What is beside a part. Others that are not there, or are of another model, keep nobody from
  /// looking into this one.
  static SetView of(GgufFile file) throws IOException {
    SplitPlan.Membership part = SplitPlan.partOf(file.header()).orElseThrow();
    try {
      Optional<SplitSet> set = SplitSet.around(file.path(), file.header());
      return set.isPresent()
          ? whole(part, set.get())
          : broken(part, List.of("it is not called as one of its parts"));
    } catch (GgufFormatException e) {
      return broken(part, e.problems().stream().map(Problem::toString).toList());
    }
  }

  private static SetView broken(SplitPlan.Membership part, List<String> problems) {
    return new Broken(part.number(), part.count(), problems);
  }

  private static SetView whole(SplitPlan.Membership part, SplitSet set) {
    long bytes = 0;
    long tensors = 0;
    long elements = 0;
    for (GgufHeader header : set.headers()) {
      bytes += header.fileSize();
      tensors += header.tensors().size();
      for (TensorInfo tensor : header.tensors()) {
        elements += tensor.shape().elements();
      }
    }
    return new Whole(part.number(), part.count(), bytes, tensors, elements);
  }
}

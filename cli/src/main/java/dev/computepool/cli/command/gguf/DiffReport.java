package dev.computepool.cli.command.gguf;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.diff.GgufDiff;
import dev.computepool.gguf.diff.KeyChange;
import dev.computepool.gguf.diff.TensorChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What differs between two files.
///
/// @param a the first file
/// @param b the second
/// @param equal whether nothing differs
/// @param dataCompared whether tensors were read, or only their types and shapes compared
/// @param frame version, byte order and alignment, if they differ
record DiffReport(
    String a,
    String b,
    boolean equal,
    boolean dataCompared,
    List<String> frame,
    int equalKeys,
    List<Key> keys,
    int equalTensors,
    List<Tensor> tensors)
    implements Report {
  /// One key.
  ///
  /// @param change `added`, `removed` or `changed`
  record Key(
      String key, String change, @Nullable MetadataView before, @Nullable MetadataView after) {
    static Key of(KeyChange change) {
      return switch (change) {
        case KeyChange.Added(String key, var after) ->
            new Key(key, "added", null, MetadataView.of(after));
        case KeyChange.Removed(String key, var before) ->
            new Key(key, "removed", MetadataView.of(before), null);
        case KeyChange.Changed(String key, var before, var after) ->
            new Key(key, "changed", MetadataView.of(before), MetadataView.of(after));
      };
    }
  }

  /// One side of a tensor.
  record Kind(String type, List<Long> shape) {
    static Kind of(TensorInfo tensor) {
      return new Kind(tensor.type().name(), tensor.shape().extents());
    }

    @Override
    public String toString() {
      return type + " " + shape;
    }
  }

  /// One tensor.
  ///
  /// @param change `added`, `removed`, `changed`, `reshaped` (type or shape) or `incomparable`
  /// @param different elements that differ, or blocks where the type has such
  /// @param of how many of them there are
  /// @param first the first that differs
  /// @param maxDifference of two numbers; null where there is none, or one is NaN or infinite
  record Tensor(
      String name,
      String change,
      @Nullable Kind before,
      @Nullable Kind after,
      @Nullable Long different,
      @Nullable Long of,
      @Nullable Long first,
      @Nullable Double maxDifference) {
    static Tensor of(TensorChange change) {
      return switch (change) {
        case TensorChange.Added(TensorInfo after) -> plain(after.name(), "added", null, after);
        case TensorChange.Removed(TensorInfo before) ->
            plain(before.name(), "removed", before, null);
        case TensorChange.Reshaped(TensorInfo before, TensorInfo after) ->
            plain(before.name(), "reshaped", before, after);
        case TensorChange.Incomparable(TensorInfo tensor) ->
            plain(tensor.name(), "incomparable", tensor, tensor);
        case TensorChange.Changed(
                TensorInfo tensor,
                long different,
                long of,
                long first,
                var max) ->
            new Tensor(
                tensor.name(),
                "changed",
                Kind.of(tensor),
                Kind.of(tensor),
                different,
                of,
                first,
                max.isPresent() && Double.isFinite(max.getAsDouble()) ? max.getAsDouble() : null);
      };
    }

    private static Tensor plain(
        String name, String change, @Nullable TensorInfo before, @Nullable TensorInfo after) {
      return new Tensor(
          name,
          change,
          before == null ? null : Kind.of(before),
          after == null ? null : Kind.of(after),
          null,
          null,
          null,
          null);
    }

    /// What people read behind the name.
    String detail() {
      return switch (change) {
        case "added", "removed" -> String.valueOf(after == null ? before : after);
        case "reshaped" -> before + ", now " + after;
        case "incomparable" -> "byte orders differ: not compared";
        default ->
            "%d of %d %s differ, the first is %d%s"
                .formatted(
                    different,
                    of,
                    before != null && !before.type().matches("B?F[0-9]+|I[0-9]+")
                        ? "blocks"
                        : "elements",
                    first,
                    maxDifference == null ? "" : ", by %.3g at most".formatted(maxDifference));
      };
    }
  }

  static DiffReport of(Path a, Path b, GgufDiff diff, boolean data) {
    return new DiffReport(
        a.toString(),
        b.toString(),
        diff.isEmpty(),
        data,
        diff.frame(),
        diff.equalKeys(),
        diff.keys().stream().map(Key::of).toList(),
        diff.equalTensors(),
        diff.tensors().stream().map(Tensor::of).toList());
  }

  @Override
  public void print(Text out) {
    frame.forEach(out::line);
    if (!keys.isEmpty()) {
      Table table = new Table().left("key").left("change").left("value");
      for (Key key : keys) {
        List<String> sides = new ArrayList<>();
        if (key.before() != null) {
          sides.add(key.before().text());
        }
        if (key.after() != null) {
          sides.add(key.after().text());
        }
        table.row(key.key(), key.change(), String.join(", now ", sides));
      }
      out.table(table).blank();
    }
    if (!tensors.isEmpty()) {
      Table table = new Table().left("tensor").left("change").left("what");
      tensors.forEach(t -> table.row(t.name(), t.change(), t.detail()));
      out.table(table).blank();
    }
    out.line(
        "keys: %d equal, %d different; tensors: %d equal%s, %d different"
            .formatted(
                equalKeys,
                keys.size(),
                equalTensors,
                dataCompared ? "" : " in type and shape",
                tensors.size()));
  }
}

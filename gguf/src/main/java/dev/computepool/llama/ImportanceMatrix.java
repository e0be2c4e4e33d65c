package dev.computepool.llama;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// How much each input of each weight matters, measured on a text.
///
/// @param file the name it was given by, which is recorded in what is quantized with it
/// @param dataset the first text it was made of, which is recorded too; null if it is not known
/// @param chunks the pieces of text it was made of; 0 if that is not known
/// @param weights for each tensor the mean square of every input, expert after expert
public record ImportanceMatrix(
    String file, @Nullable String dataset, int chunks, SortedMap<String, float[]> weights) {
  private static final String PREFIX = "quantize.imatrix.";

  /// What llama-quantize records of it, in its order.
  public List<MetadataOverride> overrides() {
    List<MetadataOverride> overrides = new ArrayList<>();
    overrides.add(new MetadataOverride.TextOverride(PREFIX + "file", file));
    if (dataset != null) {
      overrides.add(new MetadataOverride.TextOverride(PREFIX + "dataset", dataset));
    }
    overrides.add(new MetadataOverride.IntOverride(PREFIX + "entries_count", weights.size()));
    if (chunks > 0) {
      overrides.add(new MetadataOverride.IntOverride(PREFIX + "chunks_count", chunks));
    }
    return overrides;
  }
}

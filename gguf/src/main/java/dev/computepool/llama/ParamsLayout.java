package dev.computepool.llama;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Where in llama.cpp's parameter structures each setting is, for one build.
///
/// The structures change with releases, also without a change of size, and nothing in a library
/// describes them. So a layout is believed only if three things fit: the release, the sizes, and
/// the defaults at the places where they should be. With any other build only what never moved is
/// set, and everything else is refused.
///
/// @param release the release, such as `0.5.0`; empty for builds that are not known
/// @param offsets in bytes from the start of the setting's structure
record ParamsLayout(String release, Map<Setting, Integer> offsets) {
  // Defaults that show where a field is: GGML_DEFAULT_N_THREADS, GGML_TYPE_F16, LLAMA_FTYPE_Q8_0.
  private static final int THREADS = 4;
  private static final int F16 = 1;
  private static final int Q8_0 = 7;

  /// What never moved in the two years before 0.5.0.
  private static final Map<Setting, Integer> STABLE =
      Map.ofEntries(
          Map.entry(Setting.CONTEXT_TOKENS, 0),
          Map.entry(Setting.BATCH_TOKENS, 4),
          Map.entry(Setting.MICRO_BATCH_TOKENS, 8),
          Map.entry(Setting.SEQUENCES, 12),
          Map.entry(Setting.THREADS, 0),
          Map.entry(Setting.FILE_TYPE, 4),
          Map.entry(Setting.OUTPUT_TENSOR_TYPE, 8),
          Map.entry(Setting.TOKEN_EMBEDDING_TYPE, 12),
          Map.entry(Setting.ALLOW_REQUANTIZE, 16),
          Map.entry(Setting.QUANTIZE_OUTPUT, 17),
          Map.entry(Setting.ONLY_COPY, 18),
          Map.entry(Setting.PURE, 19),
          Map.entry(Setting.KEEP_SPLIT, 20));

  /// One release whose llama.h was read.
  ///
  /// @param threads where `n_threads` and `n_threads_batch` are in the context's structure
  private record Release(
      String name,
      int modelSize,
      int contextSize,
      int quantizeSize,
      int threads,
      Map<Setting, Integer> offsets) {}

  private static final List<Release> RELEASES =
      List.of(
          new Release(
              "0.5.0",
              80,
              160,
              64,
              28,
              Map.ofEntries(
                  Map.entry(Setting.GPU_LAYERS, 16),
                  Map.entry(Setting.VOCABULARY_ONLY, 72),
                  Map.entry(Setting.CHECK_TENSORS, 73),
                  Map.entry(Setting.FLASH_ATTENTION, 52),
                  Map.entry(Setting.EVALUATION_CALLBACK, 88),
                  Map.entry(Setting.KEY_CACHE, 104),
                  Map.entry(Setting.VALUE_CACHE, 108),
                  Map.entry(Setting.FULL_WINDOW, 132),
                  Map.entry(Setting.DRY_RUN, 21),
                  Map.entry(Setting.IMATRIX, 24),
                  Map.entry(Setting.METADATA_OVERRIDES, 32),
                  Map.entry(Setting.TENSOR_TYPES, 40),
                  Map.entry(Setting.PRUNED_LAYERS, 48))));

  /// Recognises a build.
  ///
  /// @param version as the library tells it, such as `0.5.0-dev`
  /// @throws LlamaLibraryException if not even what never moved is where it was
  static ParamsLayout recognise(
      String library, String version, StructImage model, StructImage context, StructImage quantize)
      throws LlamaLibraryException {
    if (!isLlama(context, quantize)) {
      throw new LlamaLibraryException(
          library,
          "llama.cpp %s has parameters that this program cannot read (%d, %d and %d bytes); it knows %s"
              .formatted(version, model.size(), context.size(), quantize.size(), releases()));
    }
    Map<Setting, Integer> offsets = new EnumMap<>(STABLE);
    for (Release release : RELEASES) {
      if (fits(release, version, model, context, quantize)) {
        offsets.putAll(release.offsets);
        return new ParamsLayout(release.name, Map.copyOf(offsets));
      }
    }
    return new ParamsLayout("", Map.copyOf(offsets));
  }

  /// The releases that are known, for messages.
  static String releases() {
    return RELEASES.stream().map(Release::name).collect(Collectors.joining(", "));
  }

  private static boolean isLlama(StructImage context, StructImage quantize) {
    int typeCount = quantize.intAt(8);
    return context.intAt(0) == 512
        && context.intAt(4) == 2048
        && context.intAt(8) == 512
        && context.intAt(12) == 1
        && quantize.intAt(0) == 0
        && quantize.intAt(4) == Q8_0
        && typeCount > 0
        && quantize.intAt(12) == typeCount
        && quantize.byteAt(16) == 0
        && quantize.byteAt(17) == 1
        && quantize.byteAt(18) == 0
        && quantize.byteAt(19) == 0
        && quantize.byteAt(20) == 0;
  }

  private static boolean fits(
      Release release,
      String version,
      StructImage model,
      StructImage context,
      StructImage quantize) {
    // `0.5.0-dev` is what a build from a checkout of 0.5.0 says.
    String number = version.split("-", 2)[0];
    int gpuLayers = model.intAt(release.offsets.getOrDefault(Setting.GPU_LAYERS, 0));
    int splitMode = model.intAt(release.offsets.getOrDefault(Setting.GPU_LAYERS, 0) + 4);
    return number.equals(release.name)
        && model.size() == release.modelSize
        && context.size() == release.contextSize
        && quantize.size() == release.quantizeSize
        && (gpuLayers == -1 || gpuLayers == 999)
        && splitMode == 1
        && context.intAt(release.threads) == THREADS
        && context.intAt(release.threads + 4) == THREADS
        && context.intAt(release.offsets.getOrDefault(Setting.KEY_CACHE, 0)) == F16
        && context.intAt(release.offsets.getOrDefault(Setting.VALUE_CACHE, 0)) == F16;
  }

  /// Whether the build is one of those that are known.
  boolean isKnown() {
    return !release.isEmpty();
  }

  /// Where a setting is; empty where that is not known for this build.
  OptionalInt offset(Setting setting) {
    Integer offset = offsets.get(setting);
    return offset == null ? OptionalInt.empty() : OptionalInt.of(offset);
  }
}

package dev.computepool.llama;

/// A field of one of llama.cpp's parameter structures that this program sets.
///
/// The position of some never changed and can be relied on with every build; that of the others
/// is known for the builds in {@link ParamsLayout} only.
enum Setting {
  GPU_LAYERS("n_gpu_layers", Struct.MODEL),
  VOCABULARY_ONLY("vocab_only", Struct.MODEL),
  CHECK_TENSORS("check_tensors", Struct.MODEL),

  CONTEXT_TOKENS("n_ctx", Struct.CONTEXT),
  BATCH_TOKENS("n_batch", Struct.CONTEXT),
  MICRO_BATCH_TOKENS("n_ubatch", Struct.CONTEXT),
  SEQUENCES("n_seq_max", Struct.CONTEXT),
  FLASH_ATTENTION("flash_attn_type", Struct.CONTEXT),
  KEY_CACHE("type_k", Struct.CONTEXT),
  VALUE_CACHE("type_v", Struct.CONTEXT),
  EVALUATION_CALLBACK("cb_eval", Struct.CONTEXT),
  FULL_WINDOW("swa_full", Struct.CONTEXT),

  THREADS("nthread", Struct.QUANTIZE),
  FILE_TYPE("ftype", Struct.QUANTIZE),
  OUTPUT_TENSOR_TYPE("output_tensor_type", Struct.QUANTIZE),
  TOKEN_EMBEDDING_TYPE("token_embedding_type", Struct.QUANTIZE),
  ALLOW_REQUANTIZE("allow_requantize", Struct.QUANTIZE),
  QUANTIZE_OUTPUT("quantize_output_tensor", Struct.QUANTIZE),
  ONLY_COPY("only_copy", Struct.QUANTIZE),
  PURE("pure", Struct.QUANTIZE),
  KEEP_SPLIT("keep_split", Struct.QUANTIZE),
  DRY_RUN("dry_run", Struct.QUANTIZE),
  IMATRIX("imatrix", Struct.QUANTIZE),
  METADATA_OVERRIDES("kv_overrides", Struct.QUANTIZE),
  TENSOR_TYPES("tt_overrides", Struct.QUANTIZE),
  PRUNED_LAYERS("prune_layers", Struct.QUANTIZE);

  /// One of the structures that are filled with defaults by the library and passed back to it.
  enum Struct {
    MODEL,
    CONTEXT,
    QUANTIZE
  }

  private final String field;
  private final Struct struct;

  Setting(String field, Struct struct) {
    this.field = field;
    this.struct = struct;
  }

  /// The name in llama.h.
  String field() {
    return field;
  }

  Struct struct() {
    return struct;
  }
}

package dev.computepool.llama;

import static dev.computepool.llama.Symbols.BOOL;
import static dev.computepool.llama.Symbols.INT;
import static dev.computepool.llama.Symbols.LONG;
import static dev.computepool.llama.Symbols.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The functions of libllama that this program calls, each under its C prototype.
///
/// Nothing is checked here: {@link LlamaLibrary}, {@link LlamaModel} and {@link LlamaContext} see
/// to it that no call is made that would end the process.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/include/llama.h">llama.h</a>
final class LlamaCalls extends NativeCalls {
  LlamaCalls(Symbols symbols, ParamsDefaults sizes) {
    super(symbols);
    modelLoad =
        measured(
            "llama_model_load_from_file",
            () -> FunctionDescriptor.of(POINTER, POINTER, sizes.model().layout()));
    contextCreate =
        measured(
            "llama_init_from_model",
            () -> FunctionDescriptor.of(POINTER, POINTER, sizes.context().layout()));
    decode =
        measured("llama_decode", () -> FunctionDescriptor.of(INT, POINTER, sizes.batch().layout()));
  }

  // void llama_backend_init(void)
  private final NativeFunction backendInit = procedure("llama_backend_init");

  void backendInit() {
    try {
      backendInit.handle().invokeExact();
    } catch (Throwable t) {
      throw backendInit.broken(t);
    }
  }

  // void llama_log_set(ggml_log_callback log_callback, void * user_data)
  private final NativeFunction logSet = procedure("llama_log_set", POINTER, POINTER);

  void logSet(MemorySegment callback, MemorySegment data) {
    try {
      logSet.handle().invokeExact(callback, data);
    } catch (Throwable t) {
      throw logSet.broken(t);
    }
  }

  // const char * llama_print_system_info(void)
  private final NativeFunction systemInfo = function("llama_print_system_info", POINTER);

  MemorySegment systemInfo() {
    try {
      return (MemorySegment) systemInfo.handle().invokeExact();
    } catch (Throwable t) {
      throw systemInfo.broken(t);
    }
  }

  // struct llama_model * llama_model_load_from_file(
  //     const char * path_model, struct llama_model_params params)
  private final NativeFunction modelLoad;

  MemorySegment modelLoad(MemorySegment path, MemorySegment params) {
    try {
      return (MemorySegment) modelLoad.handle().invokeExact(path, params);
    } catch (Throwable t) {
      throw modelLoad.broken(t);
    }
  }

  // void llama_model_free(struct llama_model * model)
  private final NativeFunction modelFree = procedure("llama_model_free", POINTER);

  void modelFree(MemorySegment model) {
    try {
      modelFree.handle().invokeExact(model);
    } catch (Throwable t) {
      throw modelFree.broken(t);
    }
  }

  // int32_t llama_model_n_ctx_train(const struct llama_model * model)
  private final NativeFunction trainedContext = function("llama_model_n_ctx_train", INT, POINTER);

  int trainedContext(MemorySegment model) {
    try {
      return (int) trainedContext.handle().invokeExact(model);
    } catch (Throwable t) {
      throw trainedContext.broken(t);
    }
  }

  // int32_t llama_model_desc(const struct llama_model * model, char * buf, size_t buf_size)
  private final NativeFunction modelDescription =
      function("llama_model_desc", INT, POINTER, POINTER, LONG);

  int modelDescription(MemorySegment model, MemorySegment buffer, long size) {
    try {
      return (int) modelDescription.handle().invokeExact(model, buffer, size);
    } catch (Throwable t) {
      throw modelDescription.broken(t);
    }
  }

  // uint64_t llama_model_size(const struct llama_model * model)
  private final NativeFunction modelSize = function("llama_model_size", LONG, POINTER);

  long modelSize(MemorySegment model) {
    try {
      return (long) modelSize.handle().invokeExact(model);
    } catch (Throwable t) {
      throw modelSize.broken(t);
    }
  }

  // uint64_t llama_model_n_params(const struct llama_model * model)
  private final NativeFunction parameterCount = function("llama_model_n_params", LONG, POINTER);

  long parameterCount(MemorySegment model) {
    try {
      return (long) parameterCount.handle().invokeExact(model);
    } catch (Throwable t) {
      throw parameterCount.broken(t);
    }
  }

  // bool llama_model_has_decoder(const struct llama_model * model)
  private final NativeFunction hasDecoder = function("llama_model_has_decoder", BOOL, POINTER);

  boolean hasDecoder(MemorySegment model) {
    try {
      return (boolean) hasDecoder.handle().invokeExact(model);
    } catch (Throwable t) {
      throw hasDecoder.broken(t);
    }
  }

  // const struct llama_vocab * llama_model_get_vocab(const struct llama_model * model)
  private final NativeFunction vocabularyOf = function("llama_model_get_vocab", POINTER, POINTER);

  MemorySegment vocabularyOf(MemorySegment model) {
    try {
      return (MemorySegment) vocabularyOf.handle().invokeExact(model);
    } catch (Throwable t) {
      throw vocabularyOf.broken(t);
    }
  }

  // int32_t llama_vocab_n_tokens(const struct llama_vocab * vocab)
  private final NativeFunction tokenCount = function("llama_vocab_n_tokens", INT, POINTER);

  int tokenCount(MemorySegment vocab) {
    try {
      return (int) tokenCount.handle().invokeExact(vocab);
    } catch (Throwable t) {
      throw tokenCount.broken(t);
    }
  }

  // bool llama_vocab_get_add_bos(const struct llama_vocab * vocab)
  private final NativeFunction addsBos = function("llama_vocab_get_add_bos", BOOL, POINTER);

  boolean addsBos(MemorySegment vocab) {
    try {
      return (boolean) addsBos.handle().invokeExact(vocab);
    } catch (Throwable t) {
      throw addsBos.broken(t);
    }
  }

  // bool llama_vocab_get_add_eos(const struct llama_vocab * vocab)
  private final NativeFunction addsEos = function("llama_vocab_get_add_eos", BOOL, POINTER);

  boolean addsEos(MemorySegment vocab) {
    try {
      return (boolean) addsEos.handle().invokeExact(vocab);
    } catch (Throwable t) {
      throw addsEos.broken(t);
    }
  }

  // llama_token llama_vocab_bos(const struct llama_vocab * vocab)
  private final NativeFunction bos = function("llama_vocab_bos", INT, POINTER);

  int bos(MemorySegment vocab) {
    try {
      return (int) bos.handle().invokeExact(vocab);
    } catch (Throwable t) {
      throw bos.broken(t);
    }
  }

  // bool llama_vocab_is_eog(const struct llama_vocab * vocab, llama_token token)
  private final NativeFunction endsGeneration = function("llama_vocab_is_eog", BOOL, POINTER, INT);

  boolean endsGeneration(MemorySegment vocab, int token) {
    try {
      return (boolean) endsGeneration.handle().invokeExact(vocab, token);
    } catch (Throwable t) {
      throw endsGeneration.broken(t);
    }
  }

  // int32_t llama_tokenize(const struct llama_vocab * vocab, const char * text, int32_t text_len,
  //     llama_token * tokens, int32_t n_tokens_max, bool add_special, bool parse_special)
  private final NativeFunction tokenize =
      function("llama_tokenize", INT, POINTER, POINTER, INT, POINTER, INT, BOOL, BOOL);

  int tokenize(
      MemorySegment vocab,
      MemorySegment text,
      int length,
      MemorySegment tokens,
      int max,
      boolean addSpecial,
      boolean parseSpecial) {
    try {
      return (int)
          tokenize.handle().invokeExact(vocab, text, length, tokens, max, addSpecial, parseSpecial);
    } catch (Throwable t) {
      throw tokenize.broken(t);
    }
  }

  // int32_t llama_detokenize(const struct llama_vocab * vocab, const llama_token * tokens,
  //     int32_t n_tokens, char * text, int32_t text_len_max, bool remove_special,
  //     bool unparse_special)
  private final NativeFunction detokenize =
      function("llama_detokenize", INT, POINTER, POINTER, INT, POINTER, INT, BOOL, BOOL);

  int detokenize(
      MemorySegment vocab,
      MemorySegment tokens,
      int count,
      MemorySegment text,
      int max,
      boolean removeSpecial,
      boolean unparseSpecial) {
    try {
      return (int)
          detokenize
              .handle()
              .invokeExact(vocab, tokens, count, text, max, removeSpecial, unparseSpecial);
    } catch (Throwable t) {
      throw detokenize.broken(t);
    }
  }

  // int32_t llama_token_to_piece(const struct llama_vocab * vocab, llama_token token, char * buf,
  //     int32_t length, int32_t lstrip, bool special)
  private final NativeFunction piece =
      function("llama_token_to_piece", INT, POINTER, INT, POINTER, INT, INT, BOOL);

  int piece(
      MemorySegment vocab,
      int token,
      MemorySegment buffer,
      int length,
      int strip,
      boolean special) {
    try {
      return (int) piece.handle().invokeExact(vocab, token, buffer, length, strip, special);
    } catch (Throwable t) {
      throw piece.broken(t);
    }
  }

  // struct llama_context * llama_init_from_model(
  //     struct llama_model * model, struct llama_context_params params)
  private final NativeFunction contextCreate;

  MemorySegment contextCreate(MemorySegment model, MemorySegment params) {
    try {
      return (MemorySegment) contextCreate.handle().invokeExact(model, params);
    } catch (Throwable t) {
      throw contextCreate.broken(t);
    }
  }

  // void llama_free(struct llama_context * ctx)
  private final NativeFunction contextFree = procedure("llama_free", POINTER);

  void contextFree(MemorySegment context) {
    try {
      contextFree.handle().invokeExact(context);
    } catch (Throwable t) {
      throw contextFree.broken(t);
    }
  }

  // uint32_t llama_n_ctx(const struct llama_context * ctx)
  private final NativeFunction contextTokens = function("llama_n_ctx", INT, POINTER);

  int contextTokens(MemorySegment context) {
    try {
      return (int) contextTokens.handle().invokeExact(context);
    } catch (Throwable t) {
      throw contextTokens.broken(t);
    }
  }

  // uint32_t llama_n_batch(const struct llama_context * ctx)
  private final NativeFunction batchTokens = function("llama_n_batch", INT, POINTER);

  int batchTokens(MemorySegment context) {
    try {
      return (int) batchTokens.handle().invokeExact(context);
    } catch (Throwable t) {
      throw batchTokens.broken(t);
    }
  }

  // uint32_t llama_n_seq_max(const struct llama_context * ctx)
  private final NativeFunction sequences = function("llama_n_seq_max", INT, POINTER);

  int sequences(MemorySegment context) {
    try {
      return (int) sequences.handle().invokeExact(context);
    } catch (Throwable t) {
      throw sequences.broken(t);
    }
  }

  // void llama_set_n_threads(struct llama_context * ctx, int32_t n_threads, int32_t
  // n_threads_batch)
  private final NativeFunction setThreads = procedure("llama_set_n_threads", POINTER, INT, INT);

  void setThreads(MemorySegment context, int threads, int batchThreads) {
    try {
      setThreads.handle().invokeExact(context, threads, batchThreads);
    } catch (Throwable t) {
      throw setThreads.broken(t);
    }
  }

  // void llama_attach_threadpool(struct llama_context * ctx, ggml_threadpool_t threadpool,
  //     ggml_threadpool_t threadpool_batch)
  private final NativeFunction attachThreads =
      procedure("llama_attach_threadpool", POINTER, POINTER, POINTER);

  void attachThreads(MemorySegment context, MemorySegment pool, MemorySegment batchPool) {
    try {
      attachThreads.handle().invokeExact(context, pool, batchPool);
    } catch (Throwable t) {
      throw attachThreads.broken(t);
    }
  }

  // int32_t llama_decode(struct llama_context * ctx, struct llama_batch batch)
  private final NativeFunction decode;

  int decode(MemorySegment context, MemorySegment batch) {
    try {
      return (int) decode.handle().invokeExact(context, batch);
    } catch (Throwable t) {
      throw decode.broken(t);
    }
  }

  // void llama_synchronize(struct llama_context * ctx)
  private final NativeFunction synchronize = procedure("llama_synchronize", POINTER);

  void synchronize(MemorySegment context) {
    try {
      synchronize.handle().invokeExact(context);
    } catch (Throwable t) {
      throw synchronize.broken(t);
    }
  }

  // float * llama_get_logits_ith(struct llama_context * ctx, int32_t i)
  private final NativeFunction logits = function("llama_get_logits_ith", POINTER, POINTER, INT);

  MemorySegment logits(MemorySegment context, int index) {
    try {
      return (MemorySegment) logits.handle().invokeExact(context, index);
    } catch (Throwable t) {
      throw logits.broken(t);
    }
  }

  // llama_memory_t llama_get_memory(const struct llama_context * ctx)
  private final NativeFunction memoryOf = function("llama_get_memory", POINTER, POINTER);

  MemorySegment memoryOf(MemorySegment context) {
    try {
      return (MemorySegment) memoryOf.handle().invokeExact(context);
    } catch (Throwable t) {
      throw memoryOf.broken(t);
    }
  }

  // void llama_memory_clear(llama_memory_t mem, bool data)
  private final NativeFunction memoryClear = procedure("llama_memory_clear", POINTER, BOOL);

  void memoryClear(MemorySegment memory, boolean data) {
    try {
      memoryClear.handle().invokeExact(memory, data);
    } catch (Throwable t) {
      throw memoryClear.broken(t);
    }
  }

  // size_t llama_state_get_size(struct llama_context * ctx)
  private final NativeFunction stateSize = function("llama_state_get_size", LONG, POINTER);

  long stateSize(MemorySegment context) {
    try {
      return (long) stateSize.handle().invokeExact(context);
    } catch (Throwable t) {
      throw stateSize.broken(t);
    }
  }

  // size_t llama_state_get_data(struct llama_context * ctx, uint8_t * dst, size_t size)
  private final NativeFunction stateGet =
      function("llama_state_get_data", LONG, POINTER, POINTER, LONG);

  long stateGet(MemorySegment context, MemorySegment target, long size) {
    try {
      return (long) stateGet.handle().invokeExact(context, target, size);
    } catch (Throwable t) {
      throw stateGet.broken(t);
    }
  }

  // size_t llama_state_set_data(struct llama_context * ctx, const uint8_t * src, size_t size)
  private final NativeFunction stateSet =
      function("llama_state_set_data", LONG, POINTER, POINTER, LONG);

  long stateSet(MemorySegment context, MemorySegment source, long size) {
    try {
      return (long) stateSet.handle().invokeExact(context, source, size);
    } catch (Throwable t) {
      throw stateSet.broken(t);
    }
  }

  // struct llama_sampler * llama_sampler_init_greedy(void)
  private final NativeFunction greedySampler = function("llama_sampler_init_greedy", POINTER);

  MemorySegment greedySampler() {
    try {
      return (MemorySegment) greedySampler.handle().invokeExact();
    } catch (Throwable t) {
      throw greedySampler.broken(t);
    }
  }

  // llama_token llama_sampler_sample(
  //     struct llama_sampler * smpl, struct llama_context * ctx, int32_t idx)
  private final NativeFunction sample =
      function("llama_sampler_sample", INT, POINTER, POINTER, INT);

  int sample(MemorySegment sampler, MemorySegment context, int index) {
    try {
      return (int) sample.handle().invokeExact(sampler, context, index);
    } catch (Throwable t) {
      throw sample.broken(t);
    }
  }

  // void llama_sampler_free(struct llama_sampler * smpl)
  private final NativeFunction samplerFree = procedure("llama_sampler_free", POINTER);

  void samplerFree(MemorySegment sampler) {
    try {
      samplerFree.handle().invokeExact(sampler);
    } catch (Throwable t) {
      throw samplerFree.broken(t);
    }
  }

  // uint32_t llama_model_quantize(const char * fname_inp, const char * fname_out,
  //     const llama_model_quantize_params * params)
  private final NativeFunction quantize =
      function("llama_model_quantize", INT, POINTER, POINTER, POINTER);

  int quantize(MemorySegment input, MemorySegment output, MemorySegment params) {
    try {
      return (int) quantize.handle().invokeExact(input, output, params);
    } catch (Throwable t) {
      throw quantize.broken(t);
    }
  }

  // const char * llama_version(void), since 0.4.0
  private final @Nullable NativeFunction version = optional("llama_version", POINTER);

  /// The version, or a null pointer where the library has none.
  MemorySegment version() {
    if (version == null) {
      return MemorySegment.NULL;
    }
    try {
      return (MemorySegment) version.handle().invokeExact();
    } catch (Throwable t) {
      throw version.broken(t);
    }
  }
}

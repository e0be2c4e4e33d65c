package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model at work: what it remembers, and the room it computes in.
///
/// One thread uses it at a time; others wait.
public final class LlamaContext implements AutoCloseable {
  private static final int BATCH_TOKENS = 8; // offsets in struct llama_batch
  private static final int BATCH_POSITIONS = 24;
  private static final int BATCH_SEQUENCE_COUNTS = 32;
  private static final int BATCH_SEQUENCES = 40;
  private static final int BATCH_OUTPUTS = 48;

  private final LlamaModel model;
  private final LlamaLibrary library;
  private final LlamaCalls llama;
  private final MemorySegment context;
  private final Arena arena; // of the callback, which the native context refers to, and of:
  private final MemorySegment tokenRoom; // the tokens of a batch
  private final MemorySegment batch; // with them; making one for each token takes 0.3 ms
  private final @Nullable EvaluationCallback callback;
  private final int tokenCount;
  private final int contextTokens;
  private final int batchTokens;
  private final int sequences;
  private int batchSize; // as the batch says
  private final BitSet outputs = new BitSet(); // of the last batch
  private @Nullable ThreadPool pool;
  private int position; // of the next token of sequence 0, where that is decoded token by token
  private boolean open = true;

  private LlamaContext(
      LlamaModel model, MemorySegment context, Arena arena, @Nullable EvaluationCallback callback) {
    this.model = model;
    this.library = model.library();
    this.llama = library.llama();
    this.context = context;
    this.arena = arena;
    this.callback = callback;
    this.tokenCount = model.tokenCount();
    this.contextTokens = llama.contextTokens(context);
    this.batchTokens = llama.batchTokens(context);
    this.sequences = llama.sequences(context);
    this.tokenRoom = arena.allocate(ValueLayout.JAVA_INT, batchTokens);
    this.batch = arena.allocate(library.defaults().batch().layout());
    batch.set(ValueLayout.ADDRESS, BATCH_TOKENS, tokenRoom);
  }

  static LlamaContext open(
      LlamaModel model, ContextOptions options, @Nullable TensorObserver observer)
      throws LlamaException {
    if (model.vocabularyOnly()) {
      throw new IllegalArgumentException("only the vocabulary of the model is loaded");
    }
    LlamaLibrary library = model.library();
    if (!model.hasDecoder()) {
      throw new LlamaException("the model does not generate text", List.of());
    }
    Arena arena = Arena.ofShared();
    MemorySegment context = MemorySegment.NULL;
    MemorySegment loaded = model.acquire();
    try {
      EvaluationCallback callback =
          observer == null ? null : new EvaluationCallback(library, observer);
      MemorySegment params = params(library, options, callback, arena);
      library.log().clear();
      context = library.llama().contextCreate(loaded, params);
      if (context.address() == 0) {
        throw new LlamaException(
            "llama.cpp makes no room for %d tokens".formatted(options.contextTokens()),
            library.log().complaints());
      }
      library.llama().setThreads(context, options.threads(), options.threads());
      return new LlamaContext(model, context, arena, callback);
    } finally {
      if (context.address() == 0) {
        arena.close();
        model.release();
      }
    }
  }

  private static MemorySegment params(
      LlamaLibrary library,
      ContextOptions options,
      @Nullable EvaluationCallback callback,
      Arena arena)
      throws LlamaLibraryException {
    ParamsStruct params = new ParamsStruct(library, library.defaults().context(), arena);
    params.set(Setting.CONTEXT_TOKENS, options.contextTokens());
    params.set(Setting.BATCH_TOKENS, options.batchTokens());
    params.set(Setting.MICRO_BATCH_TOKENS, options.microBatchTokens());
    params.set(Setting.SEQUENCES, options.sequences());
    if (options.flashAttention() != ContextOptions.FlashAttention.AUTO) {
      params.set(Setting.FLASH_ATTENTION, options.flashAttention().id());
    }
    if (!options.fullWindow()) {
      params.set(Setting.FULL_WINDOW, false);
    }
    if (options.cache() != GgmlType.F16) {
      params.set(Setting.KEY_CACHE, options.cache().id());
      params.set(Setting.VALUE_CACHE, options.cache().id());
    }
    if (callback != null) {
      params.set(Setting.EVALUATION_CALLBACK, callback.upcall(arena));
    }
    return params.memory();
  }

  /// The tokens that all sequences together hold.
  public int contextTokens() {
    return contextTokens;
  }

  /// The most tokens of a batch.
  public int batchTokens() {
    return batchTokens;
  }

  /// Keeps the computing threads between calls, as llama-bench does, instead of starting them for
  /// each.
  ///
  /// @throws LlamaLibraryException if the library's CPU backend cannot
  public synchronized void keepThreads(int threads) throws LlamaLibraryException {
    requireOpen();
    if (pool == null) {
      pool = ThreadPool.start(library, threads);
      llama.attachThreads(context, pool.pointer(), MemorySegment.NULL);
      llama.setThreads(context, threads, threads);
    }
  }

  /// Decodes tokens behind those of sequence 0. Logits are kept of the last one.
  ///
  /// @throws IllegalArgumentException if a token is not in the vocabulary, or they do not fit
  /// @throws LlamaException if the library fails
  public synchronized void decode(int... tokens) throws LlamaException {
    requireOpen();
    if (tokens.length == 0) {
      throw new IllegalArgumentException("there are no tokens");
    }
    if (tokens.length > contextTokens - position) {
      throw new IllegalArgumentException(
          "%d tokens do not fit behind %d in a context of %d"
              .formatted(tokens.length, position, contextTokens));
    }
    requireTokens(tokens);
    for (int from = 0; from < tokens.length; from += batchTokens) {
      int count = Math.min(batchTokens, tokens.length - from);
      MemorySegment.copy(tokens, from, tokenRoom, ValueLayout.JAVA_INT, 0, count);
      if (count != batchSize) {
        batch.set(ValueLayout.JAVA_INT, 0, count);
        batchSize = count;
      }
      decode(batch, count);
      position += count;
      outputs.clear();
      outputs.set(count - 1);
    }
  }

  /// Decodes a batch. Logits are kept of the tokens that ask for them.
  ///
  /// @throws IllegalArgumentException if the batch is empty or too large, or a token, a position
  ///     or a sequence is not one of this context
  /// @throws LlamaException if the library fails
  public synchronized void decode(TokenBatch batch) throws LlamaException {
    requireOpen();
    int size = batch.size();
    if (size == 0 || size > batchTokens) {
      throw new IllegalArgumentException(
          "a batch of %d tokens, not 1 to %d".formatted(size, batchTokens));
    }
    int[] tokens = batch.tokens();
    int[] positions = batch.positions();
    int[] ids = batch.sequences();
    requireTokens(tokens);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment struct = scratch.allocate(library.defaults().batch().layout());
      MemorySegment numbers = scratch.allocateFrom(ValueLayout.JAVA_INT, ids);
      MemorySegment ones = scratch.allocate(ValueLayout.JAVA_INT, size);
      MemorySegment pointers = scratch.allocate(ValueLayout.ADDRESS, size);
      MemorySegment flags = scratch.allocate(size);
      for (int i = 0; i < size; i++) {
        requirePlace(ids[i], positions[i]);
        ones.setAtIndex(ValueLayout.JAVA_INT, i, 1);
        pointers.setAtIndex(ValueLayout.ADDRESS, i, numbers.asSlice((long) i * Integer.BYTES));
        flags.set(ValueLayout.JAVA_BYTE, i, (byte) (batch.output(i) ? 1 : 0));
      }
      struct.set(ValueLayout.JAVA_INT, 0, size);
      struct.set(
          ValueLayout.ADDRESS, BATCH_TOKENS, scratch.allocateFrom(ValueLayout.JAVA_INT, tokens));
      struct.set(
          ValueLayout.ADDRESS,
          BATCH_POSITIONS,
          scratch.allocateFrom(ValueLayout.JAVA_INT, positions));
      struct.set(ValueLayout.ADDRESS, BATCH_SEQUENCE_COUNTS, ones);
      struct.set(ValueLayout.ADDRESS, BATCH_SEQUENCES, pointers);
      struct.set(ValueLayout.ADDRESS, BATCH_OUTPUTS, flags);
      decode(struct, size);
    }
    outputs.clear();
    for (int i = 0; i < size; i++) {
      outputs.set(i, batch.output(i));
    }
  }

  private void decode(MemorySegment batch, int tokens) throws LlamaException {
    library.log().clear();
    int result = llama.decode(context, batch);
    if (callback != null) {
      callback.rethrow();
    }
    if (result != 0) {
      String why =
          switch (result) {
            case 1 -> "there is no room left in the context";
            case 2 -> "it was aborted";
            case -1 -> "it finds the batch invalid";
            default -> "error " + result;
          };
      throw new LlamaException(
          "llama.cpp does not decode %d tokens: %s".formatted(tokens, why),
          library.log().complaints());
    }
  }

  private void requireTokens(int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= tokenCount) {
        throw new IllegalArgumentException("token %d is none of %d".formatted(token, tokenCount));
      }
    }
  }

  private void requirePlace(int sequence, int at) {
    if (sequence < 0 || sequence >= sequences || at < 0 || at >= contextTokens) {
      throw new IllegalArgumentException(
          "sequence %d at %d is not in %d sequences of %d tokens together"
              .formatted(sequence, at, sequences, contextTokens));
    }
  }

  /// Waits until all computations are done; for measuring, everything else does it itself.
  public synchronized void await() {
    requireOpen();
    llama.synchronize(context);
  }

  /// Copies the logits of consecutive tokens of the last batch.
  ///
  /// @param first the index of a token in the batch; it and those behind it asked for logits
  /// @param rows number of tokens
  /// @param target receives `rows` times the vocabulary
  @SuppressWarnings("restricted")
  public synchronized void logits(int first, int rows, float[] target) {
    requireOpen();
    if (rows < 1 || first < 0 || outputs.nextClearBit(first) < first + rows) {
      throw new IllegalArgumentException(
          "the last batch has no logits of tokens %d to %d".formatted(first, first + rows));
    }
    int numbers = Math.multiplyExact(rows, tokenCount);
    MemorySegment logits = llama.logits(context, first);
    MemorySegment.copy(
        logits.reinterpret((long) numbers * Float.BYTES),
        ValueLayout.JAVA_FLOAT,
        0,
        target,
        0,
        numbers);
  }

  /// The most likely token after the last one decoded.
  public synchronized int mostLikely() {
    requireOpen();
    int last = outputs.length() - 1;
    if (last < 0) {
      throw new IllegalStateException("nothing has been decoded");
    }
    MemorySegment sampler = llama.greedySampler();
    try {
      return llama.sample(sampler, context, last);
    } finally {
      llama.samplerFree(sampler);
    }
  }

  /// Forgets all tokens.
  public synchronized void clear() {
    requireOpen();
    llama.memoryClear(llama.memoryOf(context), true);
    position = 0;
    outputs.clear();
  }

  /// What this context remembers, to be put back into it.
  public synchronized State state() {
    requireOpen();
    try (Arena scratch = Arena.ofConfined()) {
      long size = llama.stateSize(context);
      MemorySegment memory = scratch.allocate(size);
      long written = llama.stateGet(context, memory, size);
      byte[] bytes = memory.asSlice(0, written).toArray(ValueLayout.JAVA_BYTE);
      return new State(this, bytes, position);
    }
  }

  /// Makes this context remember what it did when `state` was taken from it.
  ///
  /// @throws IllegalArgumentException if it was taken from another context
  /// @throws LlamaException if the library does not take it back
  public synchronized void restore(State state) throws LlamaException {
    requireOpen();
    if (state.owner != this) {
      throw new IllegalArgumentException("the state is another context's");
    }
    library.log().clear();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment memory = scratch.allocateFrom(ValueLayout.JAVA_BYTE, state.bytes);
      if (llama.stateSet(context, memory, memory.byteSize()) == 0) {
        throw new LlamaException(
            "llama.cpp does not restore the state", library.log().complaints());
      }
    }
    position = state.position;
    outputs.clear();
  }

  /// What a context remembered at some moment.
  public static final class State {
    private final LlamaContext owner;
    private final byte[] bytes;
    private final int position;

    private State(LlamaContext owner, byte[] bytes, int position) {
      this.owner = owner;
      this.bytes = bytes;
      this.position = position;
    }

    /// Bytes that it takes.
    public int size() {
      return bytes.length;
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the context is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      llama.contextFree(context);
      if (pool != null) {
        pool.close();
      }
      arena.close();
      model.release();
    }
  }
}

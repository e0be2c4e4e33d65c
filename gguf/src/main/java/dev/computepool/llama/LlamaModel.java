package dev.computepool.llama;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A loaded model. Its memory is given back when it and all its contexts are closed.
///
/// The tokenizer may be used by several threads at once.
public final class LlamaModel implements AutoCloseable {
  private final LlamaLibrary library;
  private final MemorySegment model;
  private final MemorySegment vocabulary;
  private final boolean vocabularyOnly;
  private int users = 1; // this object itself, and each context
  private boolean open = true;

  private LlamaModel(LlamaLibrary library, MemorySegment model, boolean vocabularyOnly) {
    this.library = library;
    this.model = model;
    this.vocabularyOnly = vocabularyOnly;
    this.vocabulary = library.llama().vocabularyOf(model);
  }

  /// Loads a model.
  ///
  /// @param file the file, or the first of a split set
  /// @throws dev.computepool.base.FormatException if our own reader finds the file broken
  /// @throws LlamaException if the library does not load it
  public static LlamaModel load(LlamaLibrary library, Path file, ModelOptions options)
      throws IOException {
    if (options.vocabularyOnly()) {
      ModelFiles.read(file);
    } else {
      ModelFiles.readWithWeights(file);
    }
    library.log().clear();
    try (Arena arena = Arena.ofConfined()) {
      ParamsStruct params = new ParamsStruct(library, library.defaults().model(), arena);
      if (options.vocabularyOnly()) {
        params.set(Setting.VOCABULARY_ONLY, true);
      }
      if (options.gpuLayers() != null) {
        params.set(Setting.GPU_LAYERS, options.gpuLayers());
      }
      MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
      MemorySegment model = library.llama().modelLoad(path, params.memory());
      if (model.address() == 0) {
        throw new LlamaException("llama.cpp does not load " + file, library.log().complaints());
      }
      return new LlamaModel(library, model, options.vocabularyOnly());
    }
  }

  LlamaLibrary library() {
    return library;
  }

  /// The native model; it lives as long as the caller holds a share of it.
  synchronized MemorySegment acquire() {
    requireOpen();
    users++;
    return model;
  }

  /// Gives back what {@link #acquire} took.
  synchronized void release() {
    users--;
    if (users == 0) {
      library.llama().modelFree(model);
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      release();
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /// Makes room to run this model. Closing the result is the caller's.
  ///
  /// @throws LlamaException if there is no room, or the model is not one that generates text
  public LlamaContext open(ContextOptions options) throws LlamaException {
    return LlamaContext.open(this, options, null);
  }

  /// Makes room to run this model, and shows every tensor it computes to `observer`.
  ///
  /// @throws LlamaException if there is no room, or the build's structures are not known
  public LlamaContext open(ContextOptions options, TensorObserver observer) throws LlamaException {
    return LlamaContext.open(this, options, observer);
  }

  boolean vocabularyOnly() {
    return vocabularyOnly;
  }

  /// Such as `llama 7B Q4_K - Medium`.
  public synchronized String description() {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256);
      library.llama().modelDescription(model, buffer, buffer.byteSize());
      return LlamaLibrary.text(buffer);
    }
  }

  /// Bytes of all tensors.
  public synchronized long tensorBytes() {
    requireOpen();
    return library.llama().modelSize(model);
  }

  /// Weights of all tensors.
  public synchronized long parameters() {
    requireOpen();
    return library.llama().parameterCount(model);
  }

  /// The tokens of context that it was trained with.
  public synchronized int trainedContext() {
    requireOpen();
    return library.llama().trainedContext(model);
  }

  /// Whether it can continue a text.
  synchronized boolean hasDecoder() {
    requireOpen();
    return library.llama().hasDecoder(model);
  }

  /// Size of the vocabulary.
  public synchronized int tokenCount() {
    requireOpen();
    return library.llama().tokenCount(vocabulary);
  }

  /// Whether the tokenizer puts a beginning-of-sequence token before each text.
  public synchronized boolean addsBos() {
    requireOpen();
    return library.llama().addsBos(vocabulary);
  }

  /// Whether the tokenizer puts an end-of-sequence token behind each text.
  public synchronized boolean addsEos() {
    requireOpen();
    return library.llama().addsEos(vocabulary);
  }

  /// The beginning-of-sequence token, or -1 where the model has none.
  public synchronized int bos() {
    requireOpen();
    return library.llama().bos(vocabulary);
  }

  /// Whether a model that produced `token` has finished.
  public synchronized boolean endsGeneration(int token) {
    requireToken(token);
    return library.llama().endsGeneration(vocabulary, token);
  }

  /// The tokens of a text.
  ///
  /// @param addSpecial whether the tokens that begin and end each text are added
  /// @param parseSpecial whether `</s>` in the text means that token and not its letters
  public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return tokenize(text.getBytes(StandardCharsets.UTF_8), addSpecial, parseSpecial);
  }

  /// The tokens of bytes that should be a text in UTF-8.
  public synchronized int[] tokenize(byte[] bytes, boolean addSpecial, boolean parseSpecial) {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      int capacity = bytes.length + 2; // a token is a byte at least, and two are added
      MemorySegment tokens = arena.allocate(ValueLayout.JAVA_INT, capacity);
      int count =
          library
              .llama()
              .tokenize(
                  vocabulary, source, bytes.length, tokens, capacity, addSpecial, parseSpecial);
      if (count < 0) {
        // Few tokenizers make more tokens than bytes; they tell how many.
        capacity = Math.negateExact(count);
        tokens = arena.allocate(ValueLayout.JAVA_INT, capacity);
        count =
            library
                .llama()
                .tokenize(
                    vocabulary, source, bytes.length, tokens, capacity, addSpecial, parseSpecial);
      }
      return tokens.asSlice(0, (long) count * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }
  }

  /// The text of tokens, special ones left out.
  public synchronized String detokenize(int... tokens) {
    for (int token : tokens) {
      requireToken(token);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_INT, tokens);
      int capacity = 16 * tokens.length + 16;
      MemorySegment text = arena.allocate(capacity);
      int length =
          library
              .llama()
              .detokenize(vocabulary, source, tokens.length, text, capacity, true, false);
      if (length < 0) {
        capacity = Math.negateExact(length);
        text = arena.allocate(capacity);
        length =
            library
                .llama()
                .detokenize(vocabulary, source, tokens.length, text, capacity, true, false);
      }
      byte[] bytes = text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// The bytes that a token stands for, which need not be whole characters.
  public synchronized byte[] piece(int token) {
    requireToken(token);
    try (Arena arena = Arena.ofConfined()) {
      int capacity = 64;
      MemorySegment buffer = arena.allocate(capacity);
      int length = library.llama().piece(vocabulary, token, buffer, capacity, 0, false);
      if (length < 0) {
        capacity = Math.negateExact(length);
        buffer = arena.allocate(capacity);
        length = library.llama().piece(vocabulary, token, buffer, capacity, 0, false);
      }
      return Arrays.copyOf(buffer.toArray(ValueLayout.JAVA_BYTE), length);
    }
  }

  private void requireToken(int token) {
    requireOpen();
    int count = library.llama().tokenCount(vocabulary);
    if (token < 0 || token >= count) {
      throw new IllegalArgumentException("token %d is none of %d".formatted(token, count));
    }
  }
}

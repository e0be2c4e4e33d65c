package dev.computepool.gguf.sample;

/// A kind of model that samples can have.
public enum Architecture {
  /// Llama 2 with a SentencePiece vocabulary, Llama 3 with byte pairs and factors of its own for
  /// the rotary frequencies.
  LLAMA("llama"),
  /// Qwen 2 and 2.5: biases on query, key and value.
  QWEN2("qwen2"),
  /// Gemma 2: norms before and after each block, soft-capped logits, always tied.
  GEMMA2("gemma2"),
  /// Phi 3: query, key and value in one matrix, gate and up in another.
  PHI3("phi3"),
  /// GPT-2: learned positions, layer norms with biases, no gate.
  GPT2("gpt2");

  private final String ggufName;

  Architecture(String ggufName) {
    this.ggufName = ggufName;
  }

  /// What `general.architecture` says, and what the architecture's keys begin with.
  public String ggufName() {
    return ggufName;
  }

  /// The tokenizer that models of this kind mostly have.
  public Tokenizer usualTokenizer() {
    return switch (this) {
      case LLAMA, GEMMA2, PHI3 -> Tokenizer.SENTENCEPIECE;
      case QWEN2, GPT2 -> Tokenizer.BYTE_PAIR;
    };
  }

  /// Whether models of this kind mostly use the embedding's matrix for the output, too.
  public boolean isUsuallyTied() {
    return this != LLAMA && this != PHI3;
  }

  /// Whether a model may have an output matrix of its own.
  public boolean canBeUntied() {
    return this != GEMMA2;
  }

  /// Whether llama.cpp reads factors for the rotary frequencies from a tensor.
  public boolean canHaveRopeFactors() {
    return this == LLAMA || this == PHI3;
  }

  /// How text becomes tokens.
  public enum Tokenizer {
    /// Pieces with scores, and bytes for what no piece covers.
    SENTENCEPIECE,
    /// Merges of bytes, as GPT-2 introduced them.
    BYTE_PAIR
  }
}

package dev.computepool.convert.vocab;

/// Which files of a directory a family of models takes its vocabulary from, and what it adds.
public enum VocabularyKind {
  /// Byte-level BPE of `tokenizer.json`, or of `vocab.json` and `merges.txt`: most families.
  BYTE_PAIR,

  /// `tokenizer.model` if there is one, else as {@link #BYTE_PAIR}: Qwen 2 and its heirs.
  SENTENCE_PIECE_OR_BYTE_PAIR,

  /// `tokenizer.model`, or what was made of one in `tokenizer.json`, or byte-level BPE: Llama,
  /// Mistral and all that are built like them.
  LLAMA,

  /// `tokenizer.model`, with the tokens of CodeGemma: the first Gemma.
  GEMMA,

  /// `tokenizer.model`, no blank put before a text.
  GEMMA2,

  /// As {@link #GEMMA2}, or as {@link #BYTE_PAIR} without a `tokenizer.model`.
  GEMMA3,

  /// BPE of characters in `tokenizer.json`, as Gemma 4 has it.
  GEMMA4,

  /// `tokenizer.model` with added tokens in place of its own, or byte-level BPE as Phi-4 has it.
  PHI3,

  /// Word pieces, in a form in which llama.cpp can look them up.
  BERT,

  /// Byte-level BPE with segments.
  ROBERTA,

  /// The unigram model of `sentencepiece.bpe.model` or `tokenizer.json`, ids as fairseq moves them.
  XLM_ROBERTA,

  /// As {@link #XLM_ROBERTA} or as {@link #BERT}, by the model in `tokenizer.json`.
  NOMIC_BERT,

  /// As {@link #BERT}, or as {@link #ROBERTA}, or whole words, by the class of the tokenizer.
  JINA_BERT,

  /// Byte-level BPE, special tokens around every text.
  MODERN_BERT,

  /// Byte-level BPE, no special token before a text.
  EURO_BERT,

  /// The unigram model of `tokenizer.model` or `spiece.model`.
  T5
}

package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.vocab.VocabularyKind;

/// The first Gemma: a Gemma 2 without its second norms, caps and windows.
final class Gemma extends Gemma2 {
  Gemma(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "gemma";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.GEMMA;
  }

  @Override
  protected TensorNames tensorNames() {
    return Decoders.all(blocks(), Decoders.Sizes.of(config));
  }

  @Override
  protected void caps(MetadataList out) {}
}

package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.vocab.VocabularyKind;
import java.io.IOException;
import java.util.Optional;

/// Qwen 2 and 2.5, and embedding models built on them.
class Qwen2 extends Family {
  Qwen2(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "qwen2";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.SENTENCE_PIECE_OR_BYTE_PAIR;
  }

  @Override
  protected TensorNames tensorNames() {
    return Decoders.all(blocks(), Decoders.Sizes.of(config));
  }

  @Override
  public Optional<String> accept(String name) {
    // Models without a head were saved from within: their names lack the first part.
    return super.accept(name)
        .map(
            accepted ->
                accepted.startsWith("model.") || accepted.startsWith("lm_head.")
                    ? accepted
                    : "model." + accepted);
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    pooling(out);
  }
}

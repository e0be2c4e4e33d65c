package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import java.io.IOException;
import java.util.Optional;

/// RoBERTa, XLM-RoBERTa and CamemBERT, whose first positions stand for padding.
final class Roberta extends Bert {
  Roberta(Source source) {
    super(source);
  }

  @Override
  public VocabularyKind vocabulary() {
    boolean xlm = Families.architectureOf(source.directory()).orElse("").startsWith("XLMRoberta");
    return xlm
        ? VocabularyKind.XLM_ROBERTA
        : source.directory().file("tokenizer.json").isPresent()
            ? VocabularyKind.ROBERTA
            : VocabularyKind.BERT;
  }

  @Override
  protected long unusedPositions() {
    return config.integer("pad_token_id").stream().map(id -> id + 1).findFirst().orElse(0);
  }

  @Override
  public Optional<String> accept(String name) {
    return super.accept(name.replaceFirst("^roberta\\.", ""));
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    Tensor changed = tensor;
    long unused = unusedPositions();
    if (name.equals("embeddings.position_embeddings.weight")
        && tensor.shape().size() == 2
        && tensor.shape().getFirst() > unused) {
      changed = tensor.slice(unused, tensor.shape().getFirst());
    }
    super.convert(name, changed, sink);
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    out.uint32(
        key("context_length"),
        Math.max(0, config.required("max_position_embeddings") - unusedPositions()));
  }
}

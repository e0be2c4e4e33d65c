package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import dev.computepool.convert.vocab.VocabularyOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/// BERT and what is built like it, for embeddings and for ranking.
class Bert extends Family {
  private static final String BLOCK = "encoder.layer.{}.";
  private static final long MAX_LABELS = 1_000_000;

  private final List<String> labels;

  Bert(Source source) {
    super(source);
    labels = labels();
  }

  @Override
  public String architecture() {
    return "bert";
  }

  /// How many positions the embedding has that no token is at.
  protected long unusedPositions() {
    return 0;
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.BERT;
  }

  @Override
  public VocabularyOptions vocabularyOptions() {
    long segments = config.integer("type_vocab_size").orElse(1);
    return super.vocabularyOptions()
        .withSegments((int) Math.min(Integer.MAX_VALUE, Math.max(1, segments)));
  }

  @Override
  protected TensorNames tensorNames() {
    long embedding = config.required("hidden_size");
    long middle = config.required("intermediate_size");
    long positions = config.required("max_position_embeddings");
    return new TensorNames(blocks())
        .add("embeddings.word_embeddings", "token_embd", config.required("vocab_size"), embedding)
        .add(
            "embeddings.position_embeddings",
            "position_embd",
            positions - unusedPositions(),
            embedding)
        .addOptional(
            "embeddings.token_type_embeddings",
            "token_types",
            config.integer("type_vocab_size").orElse(1),
            embedding)
        .add("embeddings.LayerNorm", "token_embd_norm", embedding)
        .add(BLOCK + "attention.self.query", "blk.{}.attn_q", embedding, embedding)
        .add(BLOCK + "attention.self.key", "blk.{}.attn_k", embedding, embedding)
        .add(BLOCK + "attention.self.value", "blk.{}.attn_v", embedding, embedding)
        .add(BLOCK + "attention.output.dense", "blk.{}.attn_output", embedding, embedding)
        .add(BLOCK + "attention.output.LayerNorm", "blk.{}.attn_output_norm", embedding)
        .add(BLOCK + "intermediate.dense", "blk.{}.ffn_up", middle, embedding)
        .add(BLOCK + "output.dense", "blk.{}.ffn_down", embedding, middle)
        .add(BLOCK + "output.LayerNorm", "blk.{}.layer_output_norm", embedding)
        .addOptional("classifier.dense", "cls")
        .addOptional("classifier.out_proj", "cls.output");
  }

  @Override
  public Optional<String> accept(String name) {
    String accepted = name.replaceFirst("^bert\\.", "");
    if (accepted.endsWith(".gamma")) {
      accepted = accepted.substring(0, accepted.length() - 6) + ".weight";
    } else if (accepted.endsWith(".beta")) {
      accepted = accepted.substring(0, accepted.length() - 5) + ".bias";
    }
    boolean unused =
        accepted.equals("embeddings.position_ids")
            || accepted.equals("pooler.dense.weight")
            || accepted.equals("pooler.dense.bias")
            || accepted.startsWith("cls.predictions")
            || accepted.startsWith("cls.seq_relationship");
    return unused ? Optional.empty() : super.accept(accepted);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    boolean direct =
        !labels.isEmpty() && (name.equals("classifier.weight") || name.equals("classifier.bias"));
    put(direct ? name.replace("classifier.", "classifier.out_proj.") : name, tensor, sink);
  }

  /// What a classifier tells apart; nothing where the labels are those that every model has.
  private List<String> labels() {
    JsonNode tree = config.find("id2label").orElse(null);
    if (tree == null || !tree.isObject()) {
      long count = config.integer("num_labels").orElse(2);
      return count == 2 ? List.of() : unnamed(count);
    }
    Map<Long, String> byId = new TreeMap<>();
    for (Map.Entry<String, JsonNode> label : tree.properties()) {
      try {
        byId.put(Long.parseLong(label.getKey()), label.getValue().asText());
      } catch (NumberFormatException e) {
        source.problems().add("config.json", "id2label has " + label.getKey() + ", no number");
      }
    }
    boolean dummies = byId.size() == 2 && "LABEL_0".equals(byId.get(0L));
    return dummies ? List.of() : new ArrayList<>(byId.values());
  }

  /// Labels of a classifier of which only their number is known, as transformers calls them.
  private List<String> unnamed(long count) {
    if (count > MAX_LABELS) {
      source.problems().add("config.json", "num_labels is " + count + ", more than any model has");
      return List.of();
    }
    return LongStream.range(0, count).mapToObj(label -> "LABEL_" + label).toList();
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    out.bool(key("attention.causal"), false);
    pooling(out);
    out.texts(key("classifier.output_labels"), labels);
  }
}

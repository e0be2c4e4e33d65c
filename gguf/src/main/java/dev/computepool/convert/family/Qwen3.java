package dev.computepool.convert.family;

import dev.computepool.base.FormatException;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Qwen 3: a Qwen 2 with norms on queries and keys in place of biases.
///
/// Qwen's rerankers have the same configuration and are told by their name. They answer whether a
/// text fits a query with the token `yes` or `no`: of the output, these two rows are all they need.
final class Qwen3 extends Qwen2 {
  private static final int POOLING_RANK = 4;
  private static final String RERANKER = "qwen3-reranker";
  private static final String SEEING_RERANKER = "qwen3-vl-reranker";
  private static final int MAX_CARD_BYTES = 16 << 20;

  /// How the rerankers were trained to be asked, with the places of query and document.
  ///
  /// @see <a href="https://huggingface.co/Qwen/Qwen3-Reranker-0.6B">their card</a>
  private static final String QUESTION =
      "<|im_start|>system\n"
          + "Judge whether the Document meets the requirements based on the Query and the Instruct"
          + " provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n"
          + "<|im_start|>user\n"
          + "<Instruct>: Given a web search query, retrieve relevant passages that answer the"
          + " query\n"
          + "<Query>: {query}\n"
          + "<Document>: {document}<|im_end|>\n"
          + "<|im_start|>assistant\n"
          + "<think>\n\n"
          + "</think>\n\n";

  private final @Nullable Answers answers;

  /// The tokens that a reranker answers with.
  private record Answers(long yes, long no) {}

  Qwen3(Source source) {
    super(source);
    answers = isReranker() ? answers() : null;
  }

  @Override
  public String architecture() {
    return "qwen3";
  }

  private boolean isReranker() {
    String card = card().toLowerCase(Locale.ROOT);
    Stream<String> names =
        Stream.of(
            source.directory().name(),
            config.find("_name_or_path").map(node -> node.asText()).orElse(""));
    return card.contains("# " + RERANKER)
        || card.contains("# " + SEEING_RERANKER)
        || names
            .map(name -> name.toLowerCase(Locale.ROOT))
            .anyMatch(name -> name.contains(RERANKER) || name.contains(SEEING_RERANKER));
  }

  private String card() {
    Optional<Path> card = source.directory().file("README.md");
    try {
      return card.isPresent() && Files.size(card.get()) <= MAX_CARD_BYTES
          ? new String(Files.readAllBytes(card.get()), StandardCharsets.UTF_8)
          : "";
    } catch (IOException e) {
      source.problems().add("README.md", "cannot be read: " + e.getMessage());
      return "";
    }
  }

  private @Nullable Answers answers() {
    try {
      Map<String, Integer> ids = Vocabulary.ids(source.directory().path());
      Integer yes = ids.get("yes");
      Integer no = ids.get("no");
      if (yes != null && no != null) {
        return new Answers(yes, no);
      }
      source.problems().add("tokenizer.json", "lacks yes or no, with which a reranker answers");
    } catch (FormatException e) {
      e.problems().forEach(problem -> source.problems().add(problem.at(), problem.what()));
    } catch (IOException e) {
      source.problems().add("tokenizer.json", "cannot be read: " + e.getMessage());
    }
    return null;
  }

  @Override
  protected TensorNames tensorNames() {
    long headSize = config.required("head_dim");
    return super.tensorNames()
        .add(Decoders.BLOCK + "self_attn.q_norm", "blk.{}.attn_q_norm", headSize)
        .add(Decoders.BLOCK + "self_attn.k_norm", "blk.{}.attn_k_norm", headSize)
        .addOptional("answers", "cls.output", 2, config.required("hidden_size"));
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    boolean tied = config.flag("tie_word_embeddings", false);
    if (answers != null && name.contains(tied ? "embed_tokens" : "lm_head")) {
      if (tensor.shape().size() == 2
          && tensor.shape().getFirst() > Math.max(answers.yes(), answers.no())) {
        Answers rows = answers;
        put(
            "answers.weight",
            tensor.rows(
                List.of(2L, tensor.shape().getLast()), row -> row == 0 ? rows.yes() : rows.no()),
            sink);
      }
      if (!tied) {
        return;
      }
    }
    super.convert(name, tensor, sink);
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    if (answers != null) {
      out.uint32(key("pooling_type"), POOLING_RANK);
      out.texts(key("classifier.output_labels"), List.of("yes", "no"));
      out.text("tokenizer.chat_template.rerank", QUESTION);
      out.texts("tokenizer.chat_templates", List.of("rerank"));
    }
  }
}

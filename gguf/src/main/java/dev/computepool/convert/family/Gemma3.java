package dev.computepool.convert.family;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The language model of Gemma 3: norms on queries and keys, two bases of rotary positions.
final class Gemma3 extends Family {
  private static final int DEFAULT_CONTEXT = 131_072;
  private static final int DEFAULT_HEAD = 256;

  private final long vocabulary;

  Gemma3(Source source) {
    super(source);
    vocabulary = tokensOfTokenizer().orElse(config.required("vocab_size"));
  }

  @Override
  public String architecture() {
    return "gemma3";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.GEMMA3;
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    long headSize = config.integer("head_dim").orElse(DEFAULT_HEAD);
    TensorNames names = Gemma2.names(blocks(), sizes);
    return names
        .add(
            "model.embed_tokens",
            "token_embd",
            Math.min(vocabulary, sizes.vocabulary()),
            sizes.embedding())
        .add(Decoders.BLOCK + "self_attn.q_norm", "blk.{}.attn_q_norm", headSize)
        .add(Decoders.BLOCK + "self_attn.k_norm", "blk.{}.attn_k_norm", headSize);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    Tensor changed = tensor;
    if (name.contains("embed_tokens.weight")
        && tensor.shape().size() == 2
        && tensor.shape().getFirst() > vocabulary) {
      // Rows of the embedding that no token has.
      changed = tensor.slice(0, vocabulary);
    }
    put(name, name.endsWith("norm.weight") ? changed.plus(1) : changed, sink);
  }

  /// How many tokens `tokenizer.json` has, if that is the tokenizer.
  private Optional<Long> tokensOfTokenizer() {
    Optional<Path> file = source.directory().file("tokenizer.json");
    if (source.directory().file("tokenizer.model").isPresent() || file.isEmpty()) {
      return Optional.empty();
    }
    long tokens = 0;
    // Such a file has 35 MB: it is counted while it passes.
    try (JsonParser json = new JsonFactory().createParser(file.get().toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        if (key.equals("added_tokens")) {
          tokens += children(json);
        } else if (key.equals("model") && json.isExpectedStartObjectToken()) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String inner = json.currentName();
            json.nextToken();
            if (inner.equals("vocab")) {
              tokens += children(json);
            } else {
              json.skipChildren();
            }
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      source.problems().add("tokenizer.json", "not JSON: " + SyntaxProblem.words(e));
      return Optional.empty();
    } catch (IOException e) {
      source.problems().add("tokenizer.json", "cannot be read: " + e.getMessage());
      return Optional.empty();
    }
    return Optional.of(tokens);
  }

  private static long children(JsonParser json) throws IOException {
    if (!json.currentToken().isStructStart()) {
      return 0;
    }
    long count = 0;
    while (!json.nextToken().isStructEnd()) {
      if (json.currentToken() == JsonToken.FIELD_NAME) {
        json.nextToken();
      }
      json.skipChildren();
      count++;
    }
    return count;
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    long headSize = config.integer("head_dim").orElse(DEFAULT_HEAD);
    out.uint32(
        key("context_length"), config.integer("max_position_embeddings").orElse(DEFAULT_CONTEXT));
    out.uint32(key("attention.head_count"), config.integer("num_attention_heads").orElse(8));
    out.float32(
        key("attention.layer_norm_rms_epsilon"), config.number("rms_norm_eps").orElse(1e-6));
    out.uint32(key("attention.key_length"), headSize);
    out.uint32(key("attention.value_length"), headSize);
    out.float32(key("rope.freq_base"), config.rope().number("rope_theta").orElse(1_000_000));
    if (config.number("attn_logit_softcapping").isPresent()) {
      source
          .problems()
          .add("config.json", "attn_logit_softcapping is set, which Gemma 3 does not have");
    }
    double cap = config.number("final_logit_softcapping").orElse(0);
    if (cap != 0) {
      out.float32(key("final_logit_softcapping"), cap);
    }
    if (config.integer("sliding_window_pattern").orElse(0) != 1) {
      out.uint32(key("attention.sliding_window"), config.required("sliding_window"));
    }
    out.uint32(key("attention.head_count_kv"), config.integer("num_key_value_heads").orElse(4));
  }
}

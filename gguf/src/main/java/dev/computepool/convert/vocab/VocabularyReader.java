package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads one directory's vocabulary, in the way of one kind of model.
final class VocabularyReader {
  private static final String SENTENCE_PIECE = "tokenizer.model";

  private final TokenizerFiles files;
  private final Findings findings;
  private final VocabularyOptions options;
  private final Entries entries = new Entries();

  VocabularyReader(TokenizerFiles files, VocabularyOptions options) {
    this.files = files;
    this.findings = files.findings();
    this.options = options;
  }

  /// Reads it; what is wrong is noted with the files.
  Entries read(VocabularyKind kind) throws IOException {
    switch (kind) {
      case BYTE_PAIR -> bytePair();
      case SENTENCE_PIECE_OR_BYTE_PAIR -> sentencePieceOrBytePair();
      case LLAMA -> llama();
      case GEMMA -> gemma();
      case GEMMA2 -> gemma2();
      case GEMMA3 -> {
        if (files.has(SENTENCE_PIECE)) {
          gemma2();
        } else {
          bytePair();
        }
      }
      case GEMMA4 -> gemma4();
      case PHI3 -> phi3();
      case BERT -> bert();
      case ROBERTA -> {
        bytePair();
        entries.tokenTypeCount(segments());
      }
      case XLM_ROBERTA -> xlmRoberta();
      case NOMIC_BERT -> {
        if (modelType().equals("Unigram")) {
          xlmRoberta();
        } else {
          bert();
        }
      }
      case JINA_BERT -> jinaBert();
      case MODERN_BERT -> {
        entries.flag("tokenizer.ggml.add_bos_token", true);
        entries.flag("tokenizer.ggml.add_eos_token", true);
        entries.flag("tokenizer.ggml.add_sep_token", true);
        bytePair();
      }
      case EURO_BERT -> {
        entries.flag("tokenizer.ggml.add_bos_token", false);
        bytePair();
      }
      case T5 -> t5();
    }
    return entries;
  }

  private String modelType() {
    return files.tokenizer().map(tokenizer -> tokenizer.model().type()).orElse("");
  }

  private long segments() {
    return options.segments().orElse(files.config().path("type_vocab_size").asInt(1));
  }

  private void bytePair() throws IOException {
    bytePair("gpt2", Optional.empty());
  }

  /// @param model the name of the model to write
  /// @param pre the name of the pre-tokenizer to write, if it is not to be recognised
  private void bytePair(String model, Optional<String> pre) throws IOException {
    Optional<HuggingFaceTokens> read = HuggingFaceTokens.read(files);
    if (read.isEmpty()) {
      return;
    }
    HuggingFaceTokens tokens = read.get();
    String type = tokens.model().type();
    if (!type.isEmpty() && !type.equals("BPE")) {
      findings.add(TokenizerJson.NAME, "has a model of type %s, expected BPE".formatted(type));
      return;
    }
    List<String> merges = Merges.of(files, tokens.model());
    TokenList list = tokens.list(options.size());
    entries.model(model);
    entries.pre(pre.or(options::preTokenizer).orElseGet(tokens::preTokenizer));
    entries.tokens(list);
    entries.merges(merges);
    SpecialTokens.read(files, OptionalInt.empty()).addTo(entries);
  }

  private void sentencePieceOrBytePair() throws IOException {
    if (files.has(SENTENCE_PIECE)) {
      sentencePiece();
    } else {
      bytePair();
    }
  }

  private Optional<SentencePieceModel> sentencePieceModel(String name) throws IOException {
    if (!files.has(name)) {
      findings.add(name, "is missing");
      return Optional.empty();
    }
    return SentencePieceModel.read(files.path(name), findings);
  }

  private void sentencePiece() throws IOException {
    Optional<SentencePieceModel> model = sentencePieceModel(SENTENCE_PIECE);
    if (model.isPresent()) {
      TokenList list = SentencePieceTokens.list(model.get(), files, options.size());
      pieces("llama", list);
      SpecialTokens.read(files, OptionalInt.of(list.size())).addTo(entries);
    }
  }

  private void pieces(String model, TokenList list) {
    entries.model(model);
    entries.pre("default");
    entries.tokens(list);
  }

  private void llama() throws IOException {
    if (files.has("tekken.json") && !files.has(TokenizerJson.NAME)) {
      findings.add(
          "tekken.json",
          "is Mistral's own description of the tokenizer, expected tokenizer.json or"
              + " tokenizer.model beside it");
      return;
    }
    JsonNode prefix = files.tokenizerConfig().path("add_prefix_space");
    if (prefix.isBoolean()) {
      entries.addSpacePrefix(prefix.booleanValue());
    }
    if (files.has(SENTENCE_PIECE)) {
      sentencePiece();
    } else if (files.tokenizer().isPresent() && CharacterPairs.describes(files.tokenizer().get())) {
      characterPairs();
    } else {
      bytePair();
    }
    int size = options.size().orElse(32_000);
    if (size == 32_016) { // CodeLlama
      SpecialTokens fill =
          SpecialTokens.read(
              files, OptionalInt.empty(), List.of("prefix", "suffix", "middle", "eot"));
      fill.offer("eot", 32_010);
      fill.addTo(entries);
    }
    if (size == 49_152) { // the small models of Granite
      entries.flag("tokenizer.ggml.add_bos_token", false);
    }
  }

  private void characterPairs() throws IOException {
    Optional<TokenList> list = CharacterPairs.list(files, text -> false);
    if (list.isPresent()) {
      pieces("llama", list.get());
      SpecialTokens.read(files, OptionalInt.of(list.get().size())).addTo(entries);
    }
  }

  private void gemma() throws IOException {
    sentencePiece();
    SpecialTokens fill =
        SpecialTokens.read(
            files, OptionalInt.empty(), List.of("prefix", "suffix", "middle", "fsep", "eot"));
    fill.offer("eot", 107);
    fill.withoutTemplates().addTo(entries);
    entries.addSpacePrefix(false);
  }

  private void gemma2() throws IOException {
    sentencePiece();
    entries.addSpacePrefix(false);
  }

  private void gemma4() throws IOException {
    Optional<TokenizerJson> tokenizer = files.tokenizer();
    if (tokenizer.isEmpty()) {
      findings.add(TokenizerJson.NAME, "is missing");
      return;
    }
    List<String> merges = Merges.of(files, tokenizer.get().model());
    Optional<TokenList> list = CharacterPairs.list(files, CharacterPairs.GEMMA4_VISIBLE::contains);
    if (list.isPresent()) {
      entries.model("gemma4");
      entries.tokens(list.get());
      entries.merges(merges);
      SpecialTokens.read(files, OptionalInt.empty()).addTo(entries);
      entries.addSpacePrefix(false);
      entries.flag("tokenizer.ggml.add_bos_token", true);
    }
  }

  private void phi3() throws IOException {
    if (files.tokenizerConfig().path("tokenizer_class").asText("").equals("GPT2Tokenizer")) {
      bytePair();
      return;
    }
    Optional<SentencePieceModel> model = sentencePieceModel(SENTENCE_PIECE);
    if (model.isPresent()) {
      TokenList list = SentencePieceTokens.phi3(model.get(), files, options.size());
      pieces("llama", list);
      SpecialTokens.read(files, OptionalInt.of(list.size())).addTo(entries);
    }
  }

  private void bert() throws IOException {
    Optional<HuggingFaceTokens> read = HuggingFaceTokens.read(files);
    if (read.isEmpty()) {
      return;
    }
    TokenList list = read.get().list(options.size());
    entries.tokenTypeCount(segments());
    entries.model("bert");
    entries.pre(options.preTokenizer().orElseGet(() -> WordPieces.preTokenizer(read.get())));
    WordPieces.markStarts(list);
    entries.tokens(list);
    SpecialTokens.read(files, OptionalInt.of(list.size())).addTo(entries);
  }

  private void jinaBert() throws IOException {
    String name = files.tokenizerConfig().path("tokenizer_class").asText("");
    switch (name) {
      case "BertTokenizer" -> bert();
      case "RobertaTokenizer" -> {
        boolean words =
            files
                .tokenizer()
                .map(TokenizerJson::preTokenizer)
                .filter(node -> node.path("type").asText("").equals("Whitespace"))
                .isPresent();
        if (words) {
          bytePair("whitespace", Optional.of("whitespace"));
        } else {
          bytePair();
        }
        entries.tokenTypeCount(2);
      }
      default ->
          findings.add(
              "tokenizer_config.json",
              "tokenizer_class is %s, expected BertTokenizer or RobertaTokenizer".formatted(name));
    }
  }

  private void xlmRoberta() throws IOException {
    Optional<UnigramTokens> read = UnigramTokens.xlmRoberta(files, options.size());
    if (read.isPresent()) {
      UnigramTokens unigram = read.get();
      pieces("t5", unigram.list());
      entries.addSpacePrefix(unigram.addsSpacePrefix());
      entries.tokenTypeCount(segments());
      unigram(unigram);
    }
  }

  private void t5() throws IOException {
    String name = files.has(SENTENCE_PIECE) ? SENTENCE_PIECE : "spiece.model";
    Optional<SentencePieceModel> model = sentencePieceModel(name);
    if (model.isEmpty()) {
      return;
    }
    switch (model.get().algorithm()) {
      case UNIGRAM -> {
        UnigramTokens unigram = UnigramTokens.t5(model.get(), files, options.size());
        pieces("t5", unigram.list());
        entries.addSpacePrefix(unigram.addsSpacePrefix());
        unigram(unigram);
      }
      case BPE -> sentencePiece();
      case WORD, CHARACTER ->
          findings.add(
              name,
              "is a model of type %s, expected unigram or BPE"
                  .formatted(model.get().algorithm().name().toLowerCase(Locale.ROOT)));
    }
  }

  private void unigram(UnigramTokens unigram) throws IOException {
    entries.flag("tokenizer.ggml.remove_extra_whitespaces", unigram.removesExtraWhitespace());
    entries.bytes("tokenizer.ggml.precompiled_charsmap", unigram.charsMap());
    SpecialTokens.read(files, OptionalInt.of(unigram.list().size())).addTo(entries);
  }
}

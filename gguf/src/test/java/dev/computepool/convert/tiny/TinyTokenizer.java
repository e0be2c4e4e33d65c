package dev.computepool.convert.tiny;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Tokenizers of a few hundred tokens.
enum TinyTokenizer {
  /// Byte-level BPE that cuts as Qwen 2 does.
  BYTE_PAIR {
    @Override
    void write(Path directory) throws IOException {
      ObjectNode tree = MAPPER.createObjectNode();
      tree.put("version", "1.0").putNull("truncation").putNull("padding");
      ArrayNode added = tree.putArray("added_tokens");
      for (int i = 0; i < SPECIAL.size(); i++) {
        added
            .addObject()
            .put("id", 256 + MERGES.size() + i)
            .put("content", SPECIAL.get(i))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
      tree.putObject("normalizer").put("type", "NFC");
      ObjectNode pre = tree.putObject("pre_tokenizer").put("type", "Sequence");
      ArrayNode steps = pre.putArray("pretokenizers");
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", QWEN2);
      split.put("behavior", "Isolated").put("invert", false);
      byteLevel(steps.addObject());
      byteLevel(tree.putObject("post_processor"));
      byteLevel(tree.putObject("decoder"));
      ObjectNode model = tree.putObject("model").put("type", "BPE");
      model.putNull("dropout").putNull("unk_token");
      model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
      model.put("fuse_unk", false).put("byte_fallback", false);
      ObjectNode vocab = model.putObject("vocab");
      for (int b = 0; b < 256; b++) {
        vocab.put(letter(b), b);
      }
      ArrayNode merges = model.putArray("merges");
      for (int i = 0; i < MERGES.size(); i++) {
        merges.add(MERGES.get(i));
        vocab.put(MERGES.get(i).replace(" ", ""), 256 + i);
      }
      MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), tree);
      writeText(
          directory,
          "tokenizer_config.json",
          """
          {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|pad|>",
           "chat_template": "{{ messages[0]['content'] }}", "add_prefix_space": false,
           "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}\
          """);
    }
  },

  /// A SentencePiece model, BPE with bytes to fall back on.
  SENTENCE_PIECE {
    @Override
    void write(Path directory) throws IOException {
      ByteArrayOutputStream model = new ByteArrayOutputStream();
      piece(model, "<unk>", 0, 2);
      piece(model, "<s>", 0, 3);
      piece(model, "</s>", 0, 3);
      for (int b = 0; b < 256; b++) {
        piece(model, "<0x%02X>".formatted(b), 0, 6);
      }
      for (int i = 0; i < PIECES.size(); i++) {
        piece(model, PIECES.get(i), -i, 1);
      }
      piece(model, "<user>", 0, 4);
      // trainer_spec: model_type BPE, byte_fallback; normalizer_spec: identity, dummy prefix.
      field(model, 2, new byte[] {3 << 3, 2, (byte) (((35 << 3) & 0x7f) | 0x80), 35 >> 4, 1});
      ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
      field(normalizer, 1, "identity".getBytes(StandardCharsets.UTF_8));
      normalizer.writeBytes(new byte[] {3 << 3, 1, 4 << 3, 0});
      field(model, 3, normalizer.toByteArray());
      Files.write(directory.resolve("tokenizer.model"), model.toByteArray());
      writeText(
          directory,
          "tokenizer_config.json",
          """
          {"add_bos_token": true, "add_eos_token": false, "bos_token": "<s>",
           "eos_token": "</s>", "unk_token": "<unk>", "tokenizer_class": "LlamaTokenizer"}\
          """);
    }
  },

  /// Word pieces, lower case.
  WORD_PIECE {
    @Override
    void write(Path directory) throws IOException {
      ObjectNode tree = MAPPER.createObjectNode();
      tree.put("version", "1.0").putNull("truncation").putNull("padding");
      ArrayNode added = tree.putArray("added_tokens");
      ObjectNode vocab = MAPPER.createObjectNode();
      List<String> special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
      for (String token : special) {
        added
            .addObject()
            .put("id", vocab.size())
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
        vocab.put(token, vocab.size());
      }
      for (char c = 'a'; c <= 'z'; c++) {
        vocab.put(String.valueOf(c), vocab.size());
        vocab.put("##" + c, vocab.size());
      }
      for (String word : List.of("the", "of", "##ing", "##er", ".", ",")) {
        vocab.put(word, vocab.size());
      }
      tree.putObject("normalizer")
          .put("type", "BertNormalizer")
          .put("clean_text", true)
          .put("handle_chinese_chars", true)
          .putNull("strip_accents")
          .put("lowercase", true);
      tree.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
      tree.putNull("post_processor");
      tree.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
      tree.putObject("model")
          .put("type", "WordPiece")
          .put("unk_token", "[UNK]")
          .put("continuing_subword_prefix", "##")
          .put("max_input_chars_per_word", 100)
          .set("vocab", vocab);
      MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), tree);
      writeText(
          directory,
          "tokenizer_config.json",
          """
          {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]",
           "unk_token": "[UNK]", "mask_token": "[MASK]", "do_lower_case": true,
           "tokenizer_class": "BertTokenizer"}\
          """);
    }
  };

  /// Tokens that every configuration has room for; the rest is filled.
  static final int VOCABULARY = 320;

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final List<String> MERGES =
      List.of("t h", "th e", "Ġ the", "i n", "in g", "a n", "an d", "Ġ and");
  private static final List<String> SPECIAL =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>");
  private static final List<String> PIECES =
      List.of("▁", "▁the", "▁a", "e", "t", "a", "o", "i", "n", "s", "r", "h", "l", "d", "u");

  abstract void write(Path directory) throws IOException;

  private static void writeText(Path directory, String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static void byteLevel(ObjectNode step) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  /// How GPT-2's alphabet writes a byte: itself if it can be seen, else a letter beyond Latin-1.
  private static String letter(int b) {
    int beyond = 256;
    for (int i = 0; i <= b; i++) {
      boolean seen = (i > ' ' && i < 0x7f) || (i > 0xa0 && i != 0xad);
      if (i == b) {
        return new String(Character.toChars(seen ? b : beyond));
      }
      if (!seen) {
        beyond++;
      }
    }
    throw new IllegalArgumentException(b + " is no byte");
  }

  private static void piece(ByteArrayOutputStream model, String text, float score, int type) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    field(piece, 1, text.getBytes(StandardCharsets.UTF_8));
    piece.write(2 << 3 | 5);
    piece.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
    piece.write(3 << 3);
    piece.write(type);
    field(model, 1, piece.toByteArray());
  }

  private static void field(ByteArrayOutputStream target, int number, byte[] bytes) {
    target.write(number << 3 | 2);
    target.write(bytes.length); // all are shorter than 128 bytes
    target.writeBytes(bytes);
  }
}

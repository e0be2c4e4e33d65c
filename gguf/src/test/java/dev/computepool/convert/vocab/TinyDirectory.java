package dev.computepool.convert.vocab;

import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A directory with a tokenizer of a few tokens. JSON is given with single quotes.
final class TinyDirectory {
  /// Byte-level BPE that cuts as GPT-2 does: tokens 0 to 4, then two added ones.
  static final String GPT2 =
      "{'added_tokens':[{'id':5,'content':'<|end|>','special':true,'normalized':false},"
          + "{'id':6,'content':'<tool>','special':false,'normalized':true}],"
          + "'normalizer':null,'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false},"
          + "'post_processor':null,'decoder':{'type':'ByteLevel'},'model':{'type':'BPE',"
          + "'vocab':{'a':0,'b':1,'Ġ':2,'ab':3,'Ġab':4},'merges':['a b','Ġ ab']}}";

  private final Path path;

  TinyDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  TinyDirectory json(String name, String text) throws IOException {
    return text(name, text.replace('\'', '"'));
  }

  TinyDirectory text(String name, String text) throws IOException {
    Path file = path.resolve(name);
    Files.createDirectories(path);
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, text);
    return this;
  }

  TinyDirectory bytes(String name, byte[] bytes) throws IOException {
    Files.write(path.resolve(name), bytes);
    return this;
  }

  /// The metadata, each value as text: of arrays all elements.
  Map<String, String> read(VocabularyKind kind, VocabularyOptions options) throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    for (Map.Entry<String, MetadataValue> entry :
        Vocabulary.read(path, kind, options).metadata().entrySet()) {
      StringBuilder text = new StringBuilder();
      if (entry.getValue() instanceof MetadataArray array) {
        for (MetadataValue element : array) {
          text.append(text.isEmpty() ? "" : "|").append(element);
        }
      } else {
        text.append(entry.getValue());
      }
      shown.put(entry.getKey().replace("tokenizer.", "").replace("ggml.", ""), text.toString());
    }
    return shown;
  }

  /// A SentencePiece model being written.
  static final class Pieces {
    private final ByteArrayOutputStream model = new ByteArrayOutputStream();

    Pieces add(String text, float score, int type) {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      field(piece, 1, text.getBytes(StandardCharsets.UTF_8));
      piece.write((2 << 3) | 5);
      piece.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
      if (type != 1) {
        piece.write(3 << 3);
        piece.write(type);
      }
      field(model, 1, piece.toByteArray());
      return this;
    }

    byte[] bytes(int algorithm, boolean dummyPrefix, boolean extra, byte @Nullable [] charsMap) {
      field(model, 2, new byte[] {3 << 3, (byte) algorithm});
      ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
      field(normalizer, 1, "identity".getBytes(StandardCharsets.UTF_8));
      if (charsMap != null) {
        field(normalizer, 2, charsMap);
      }
      normalizer.writeBytes(new byte[] {3 << 3, (byte) (dummyPrefix ? 1 : 0)});
      normalizer.writeBytes(new byte[] {4 << 3, (byte) (extra ? 1 : 0)});
      field(model, 3, normalizer.toByteArray());
      return model.toByteArray();
    }

    private static void field(ByteArrayOutputStream target, int number, byte[] bytes) {
      target.write((number << 3) | 2);
      int length = bytes.length;
      while (length > 0x7f) {
        target.write((length & 0x7f) | 0x80);
        length >>>= 7;
      }
      target.write(length);
      target.writeBytes(bytes);
    }
  }
}

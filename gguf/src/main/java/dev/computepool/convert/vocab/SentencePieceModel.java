package dev.computepool.convert.vocab;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model that SentencePiece trained, such as `tokenizer.model`.
///
/// @param pieces the tokens by id
/// @param addsDummyPrefix whether a blank is put before a text
/// @param removesExtraWhitespace whether runs of blanks become one, and none is left at either end
/// @param charsMap how characters are normalized, in SentencePiece's own form; empty for not at all
/// @see <a href="https://github.com/google/sentencepiece/tree/master/src">sentencepiece_model.proto
///     </a>
record SentencePieceModel(
    String file,
    Algorithm algorithm,
    List<Piece> pieces,
    boolean addsDummyPrefix,
    boolean removesExtraWhitespace,
    ByteBuffer charsMap) {
  /// How a text is cut into pieces.
  enum Algorithm {
    UNIGRAM,
    BPE,
    WORD,
    CHARACTER
  }

  /// One token.
  ///
  /// @param score the logarithm of its probability, or in a BPE model how early it is merged
  record Piece(String text, float score, TokenType type) {
    /// The type as converters write it: what users defined counts as normal.
    TokenType writtenType() {
      return type == TokenType.USER_DEFINED ? TokenType.NORMAL : type;
    }
  }

  /// Reads a model.
  ///
  /// @return nothing if it is broken, which is then noted
  static Optional<SentencePieceModel> read(Path file, Findings findings) throws IOException {
    String name = file.getFileName().toString();
    if (Json.tooLarge(file, findings)) {
      return Optional.empty();
    }
    Reader reader = new Reader(name);
    try {
      reader.model(new Protobuf(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (BufferUnderflowException | CharacterCodingException e) {
      findings.add(name, "is no SentencePiece model: it breaks in piece " + reader.pieces.size());
      return Optional.empty();
    }
    if (!reader.sound(findings)) {
      return Optional.empty();
    }
    return Optional.of(
        new SentencePieceModel(
            name,
            Algorithm.values()[reader.algorithm - 1],
            reader.pieces,
            reader.addsDummyPrefix,
            reader.removesExtraWhitespace,
            reader.charsMap));
  }

  private static final class Reader {
    private final String name;
    private final List<Piece> pieces = new ArrayList<>();
    private int algorithm = 1;
    private boolean addsDummyPrefix = true;
    private boolean removesExtraWhitespace = true;
    private ByteBuffer charsMap = ByteBuffer.allocate(0);

    Reader(String name) {
      this.name = name;
    }

    void model(Protobuf model) throws CharacterCodingException {
      while (model.next()) {
        switch (model.field()) {
          case 1 -> piece(new Protobuf(model.bytes()));
          case 2 -> trainer(new Protobuf(model.bytes()));
          case 3 -> normalizer(new Protobuf(model.bytes()));
          default -> model.skip();
        }
      }
    }

    private void piece(Protobuf piece) throws CharacterCodingException {
      String text = "";
      float score = 0;
      long type = TokenType.NORMAL.id();
      while (piece.next()) {
        switch (piece.field()) {
          case 1 -> text = piece.text();
          case 2 -> score = piece.number();
          case 3 -> type = piece.integer();
          default -> piece.skip();
        }
      }
      if (type < 1 || type > TokenType.values().length) {
        throw new BufferUnderflowException();
      }
      pieces.add(new Piece(text, score, TokenType.ofId((int) type)));
    }

    private void trainer(Protobuf trainer) {
      while (trainer.next()) {
        if (trainer.field() == 3) {
          algorithm = (int) trainer.integer();
        } else {
          trainer.skip();
        }
      }
      if (algorithm < 1 || algorithm > Algorithm.values().length) {
        throw new BufferUnderflowException();
      }
    }

    private void normalizer(Protobuf normalizer) {
      while (normalizer.next()) {
        switch (normalizer.field()) {
          case 2 -> charsMap = normalizer.bytes();
          case 3 -> addsDummyPrefix = normalizer.integer() != 0;
          case 4 -> removesExtraWhitespace = normalizer.integer() != 0;
          default -> normalizer.skip();
        }
      }
    }

    /// Whether SentencePiece itself would take the model.
    private boolean sound(Findings findings) {
      int before = unknown();
      Map<String, Integer> seen = new HashMap<>();
      List<String> wrong = new ArrayList<>();
      for (int id = 0; id < pieces.size(); id++) {
        Piece piece = pieces.get(id);
        if (piece.text().isEmpty()) {
          wrong.add("piece %d is empty".formatted(id));
        }
        Integer other = seen.putIfAbsent(piece.text(), id);
        if (other != null) {
          wrong.add("pieces %d and %d are both %s".formatted(other, id, piece.text()));
        }
      }
      if (before != 1) {
        wrong.add("%d pieces are for what is unknown, expected one".formatted(before));
      }
      wrong.stream().limit(5).forEach(what -> findings.add(name, what));
      return wrong.isEmpty();
    }

    private int unknown() {
      int count = 0;
      for (Piece piece : pieces) {
        count += piece.type() == TokenType.UNKNOWN ? 1 : 0;
      }
      return count;
    }
  }
}

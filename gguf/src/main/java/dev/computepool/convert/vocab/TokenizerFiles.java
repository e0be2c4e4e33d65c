package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The files of a directory that describe its tokenizer, read once each.
final class TokenizerFiles {
  private final Path directory;
  private final Findings findings;
  private final ObjectNode config;
  private final ObjectNode tokenizerConfig;
  private final Optional<TokenizerJson> tokenizer;

  private TokenizerFiles(
      Path directory,
      Findings findings,
      ObjectNode config,
      ObjectNode tokenizerConfig,
      Optional<TokenizerJson> tokenizer) {
    this.directory = directory;
    this.findings = findings;
    this.config = config;
    this.tokenizerConfig = tokenizerConfig;
    this.tokenizer = tokenizer;
  }

  static TokenizerFiles read(Path directory, Findings findings) throws IOException {
    Path tokenizer = directory.resolve(TokenizerJson.NAME);
    return new TokenizerFiles(
        directory,
        findings,
        object(directory.resolve("config.json"), findings),
        object(directory.resolve("tokenizer_config.json"), findings),
        Files.isRegularFile(tokenizer)
            ? TokenizerJson.read(tokenizer, findings)
            : Optional.empty());
  }

  private static ObjectNode object(Path file, Findings findings) throws IOException {
    return Json.object(file, findings).orElseGet(JsonNodeFactory.instance::objectNode);
  }

  Findings findings() {
    return findings;
  }

  /// `config.json` as it stands, or an empty object.
  ObjectNode config() {
    return config;
  }

  /// `tokenizer_config.json`, or an empty object.
  ObjectNode tokenizerConfig() {
    return tokenizerConfig;
  }

  /// `tokenizer.json`; absent also if it is broken, which is then noted.
  Optional<TokenizerJson> tokenizer() {
    return tokenizer;
  }

  boolean has(String name) {
    return Files.isRegularFile(directory.resolve(name));
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /// The object in a file, or an empty one.
  JsonNode json(String name) throws IOException {
    return object(directory.resolve(name), findings);
  }

  /// The text of a file as Python reads one: line ends become `\n`.
  Optional<String> text(Path file) throws IOException {
    if (Json.tooLarge(file, findings)) {
      return Optional.empty();
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return Optional.of(text.replace("\r\n", "\n").replace('\r', '\n'));
    } catch (CharacterCodingException e) {
      findings.add(directory.relativize(file).toString(), "is not UTF-8");
      return Optional.empty();
    }
  }

  Path directory() {
    return directory;
  }
}

package dev.computepool.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/// Who made an HTTP request, as Infernet's servers are told it in a header. Whoever has the header
/// can make the same request again for a minute: it is written to no log.
///
/// @param createdAt seconds since 1970
/// @param nonce 16 bytes in hexadecimal, another one for each request
/// @param signature 64 bytes in hexadecimal, of the SHA-256 of {@link Parts#canonical}
public record SignedRequest(VerifyingKey key, long createdAt, String nonce, String signature) {
  /// The header that it is sent in.
  public static final String HEADER = "X-Infernet-Auth";

  /// How far the clocks of both sides may be apart.
  public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

  private static final int VERSION = 1;
  private static final int NONCE_BYTES = 16;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public SignedRequest {
    if (!nonce.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a nonce has 32 hexadecimal digits in lower case");
    }
    if (!signature.matches("[0-9a-f]{128}")) {
      throw new IllegalArgumentException("a signature has 128 hexadecimal digits in lower case");
    }
  }

  /// What is signed of a request.
  ///
  /// @param path with the query, without the host, as it is sent
  /// @param body SHA-256 of the body
  public record Parts(String method, String path, Digest body) {
    /// The parts of a request.
    ///
    /// @param body the bytes as they are sent; none where there is no body
    public static Parts of(String method, String path, byte[] body) {
      return new Parts(method, path, sha256(body));
    }

    /// The text of five lines, the last one without its end.
    String canonical(long createdAt, String nonce) {
      return String.join(
          "\n", method.toUpperCase(Locale.ROOT), path, Long.toString(createdAt), nonce, body.hex());
    }

    private byte[] message(long createdAt, String nonce) {
      return sha256(canonical(createdAt, nonce).getBytes(StandardCharsets.UTF_8)).bytes();
    }
  }

  /// Signs a request that is made now.
  public static SignedRequest sign(SigningKey key, Parts parts, Instant now, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] aux = new byte[SigningKey.AUX_BYTES];
    random.nextBytes(aux);
    return sign(key, parts, now.getEpochSecond(), HexFormat.of().formatHex(nonce), aux);
  }

  static SignedRequest sign(SigningKey key, Parts parts, long createdAt, String nonce, byte[] aux) {
    byte[] signature = key.sign(parts.message(createdAt, nonce), aux);
    return new SignedRequest(
        key.verifyingKey(), createdAt, nonce, HexFormat.of().formatHex(signature));
  }

  /// Whether this was signed for these parts, at most a minute before or after `now`. Whether the
  /// nonce was used before is for the server to know.
  public boolean isValid(Parts parts, Instant now) {
    return createdAt >= now.minus(CLOCK_TOLERANCE).getEpochSecond()
        && createdAt <= now.plus(CLOCK_TOLERANCE).getEpochSecond()
        && key.verifies(parts.message(createdAt, nonce), HexFormat.of().parseHex(signature));
  }

  /// What the header says: JSON in base64url without padding.
  public String header() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json().getBytes(StandardCharsets.UTF_8));
  }

  private String json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("v", VERSION);
    json.put("pubkey", key.hex());
    json.put("created_at", createdAt);
    json.put("nonce", nonce);
    json.put("sig", signature);
    return json.toString();
  }

  /// Reads a header.
  ///
  /// @throws IllegalArgumentException if it is none of version 1
  public static SignedRequest parse(String header) {
    JsonNode json;
    try {
      json =
          JSON.readTree(new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the header is no JSON", e);
    }
    if (json.path("v").asInt() != VERSION || !json.path("created_at").isIntegralNumber()) {
      throw new IllegalArgumentException("the header is not of version 1");
    }
    return new SignedRequest(
        VerifyingKey.parse(json.path("pubkey").asText()),
        json.path("created_at").asLong(),
        json.path("nonce").asText(),
        json.path("sig").asText());
  }

  private static Digest sha256(byte[] bytes) {
    return Sha256.hasher().update(bytes, 0, bytes.length).digest();
  }

  /// Without the signature, so that it can be told.
  @Override
  public String toString() {
    return "request of %s at %s".formatted(key, Instant.ofEpochSecond(createdAt));
  }
}

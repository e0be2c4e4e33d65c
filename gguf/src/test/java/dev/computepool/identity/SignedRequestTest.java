package dev.computepool.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.gguf.SharedData;
import dev.computepool.identity.SignedRequest.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedRequestTest {
  private static final SigningKey KEY = SigningKey.parse("01".repeat(32));
  private static final Instant THEN = Instant.ofEpochSecond(1_760_000_000);
  private static final Parts POST =
      Parts.of(
          "post",
          "/api/v1/training/shards/available",
          "{\"limit\":3}".getBytes(StandardCharsets.UTF_8));

  @Test
  void aRequestIsSignedAsTheOriginalDoes() {
    String nonce = "000102030405060708090a0b0c0d0e0f";
    assertEquals(
        "POST\n/api/v1/training/shards/available\n1760000000\n"
            + nonce
            + "\n"
            + "a7175ed78ef07ac44431637962e4f5f94a66ffd04e15d47f6a1547a155491fc3",
        POST.canonical(1_760_000_000, nonce));
    SignedRequest signed = SignedRequest.sign(KEY, POST, 1_760_000_000, nonce, new byte[32]);
    assertEquals(
        "19bbaea079142d9d1b4ae24edffd669eb88e57f9f12ba6fcc678284be7c973ce"
            + "10f0c8ffcf3e1a7ec72a158a7ebb101ee4c47b6e47a6e7c6a30fd9d0721791fe",
        signed.signature());
    assertEquals(signed, SignedRequest.parse(signed.header()));
  }

  @Test
  void theVectorsOfTheSpecificationAreMet() throws IOException {
    JsonNode vectors =
        JsonMapper.builder()
            .build()
            .readTree(
                Files.readAllBytes(
                    SharedData.folder("specs").resolve("fixtures").resolve("vectors.json")))
            .path("x_infernet_auth");
    assertEquals(2, vectors.size());
    for (JsonNode vector : vectors) {
      Parts parts =
          Parts.of(
              vector.path("method").asText(),
              vector.path("path").asText(),
              vector.path("body").asText().getBytes(StandardCharsets.UTF_8));
      long createdAt = vector.path("created_at").asLong();
      String nonce = vector.path("nonce").asText();
      SignedRequest signed =
          SignedRequest.sign(
              SigningKey.parse(vector.path("secret_key_hex").asText()),
              parts,
              createdAt,
              nonce,
              new byte[32]);
      assertEquals(vector.path("canonical").asText(), parts.canonical(createdAt, nonce));
      assertEquals(vector.path("pubkey").asText(), signed.key().hex());
      assertEquals(vector.path("sig_aux_zero").asText(), signed.signature());
      assertEquals(vector.path("header").asText(), signed.header());
      assertTrue(signed.isValid(parts, Instant.ofEpochSecond(createdAt)));
    }
  }

  @Test
  void aRequestIsValidForAMinuteAndAsItWasSignedOnly() {
    SignedRequest signed = SignedRequest.sign(KEY, POST, THEN, new SecureRandom());
    assertTrue(signed.isValid(POST, THEN));
    assertTrue(signed.isValid(POST, THEN.plusSeconds(60)));
    assertTrue(signed.isValid(POST, THEN.minusSeconds(60)));
    assertFalse(signed.isValid(POST, THEN.plusSeconds(61)));
    assertFalse(signed.isValid(POST, THEN.minusSeconds(61)));
    assertFalse(signed.isValid(new Parts("GET", POST.path(), POST.body()), THEN));
    assertFalse(signed.isValid(new Parts("POST", POST.path() + "?a=1", POST.body()), THEN));
    assertFalse(signed.isValid(Parts.of("POST", POST.path(), new byte[0]), THEN));
    SignedRequest other =
        new SignedRequest(
            SigningKey.parse("02".repeat(32)).verifyingKey(),
            signed.createdAt(),
            signed.nonce(),
            signed.signature());
    assertFalse(other.isValid(POST, THEN));
  }

  @Test
  void noTwoRequestsAreSignedAlike() {
    SecureRandom random = new SecureRandom();
    SignedRequest first = SignedRequest.sign(KEY, POST, THEN, random);
    SignedRequest second = SignedRequest.sign(KEY, POST, THEN, random);
    assertNotEquals(first.nonce(), second.nonce());
    assertNotEquals(first.signature(), second.signature());
  }

  @Test
  void aSignatureIsNotTold() {
    SignedRequest signed = SignedRequest.sign(KEY, POST, THEN, new SecureRandom());
    assertEquals(
        "request of %s at 2025-10-09T08:53:20Z".formatted(KEY.verifyingKey()), signed.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"v\":2}",
        "{\"v\":1,\"created_at\":1.5}",
        "{\"v\":1,\"created_at\":1,\"pubkey\":\"00\"}",
        "{\"v\":1,\"created_at\":1,\"pubkey\":"
            + "\"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\","
            + "\"nonce\":\"00\",\"sig\":\"00\"}",
        "no json"
      })
  void headersThatAreNoneAreRefused(String json) {
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    assertThrows(IllegalArgumentException.class, () -> SignedRequest.parse(header));
  }

  @Test
  void whatIsNotBase64IsRefused() {
    assertThrows(IllegalArgumentException.class, () -> SignedRequest.parse("a=b c"));
  }
}

package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.base.http.Head;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.HubException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HubErrorsTest {
  private static final RepoId REPO = RepoId.parse("acme/demo");

  private static HubException of(int status, String body, String... headers) {
    Map<String, List<String>> map = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], List.of(headers[i + 1]));
    }
    return HubErrors.of(
        "call",
        HubSettings.of("https://huggingface.co", Secret.of("hf_secret")),
        REPO,
        new Head(status, map),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bodiesOfAllFormsAreUnderstood() {
    assertEquals("call: status 400: no", of(400, "{\"error\":\"no\"}").getMessage());
    assertEquals("call: status 400: a; b", of(400, "{\"error\":[\"a\",\"b\"]}").getMessage());
    assertEquals(
        "call: status 400: deep", of(400, "{\"errors\":[{\"message\":\"deep\"}]}").getMessage());
    assertEquals(
        "call: status 400: code; long",
        of(400, "{\"error\":\"code\",\"error_description\":\"long\"}").getMessage());
    assertEquals("call: status 400: plain text", of(400, "plain\n text").getMessage());
    assertEquals("call: status 400", of(400, "").getMessage());
  }

  @Test
  void headersComeFirstAndNothingIsSaidTwice() {
    HubException e =
        of(400, "{\"error\":\"no\"}", "x-error-message", "no way", "x-request-id", "Root=1");
    assertEquals("call: status 400: no way (request id Root=1)", e.getMessage());
    assertEquals("Root=1", e.requestId());
  }

  @Test
  void codesAndStatusesHaveTheirMeaning() {
    assertEquals(Kind.REPO_NOT_FOUND, of(404, "", "x-error-code", "RepoNotFound").kind());
    assertEquals(Kind.REVISION_NOT_FOUND, of(404, "", "x-error-code", "RevisionNotFound").kind());
    assertEquals(Kind.ENTRY_NOT_FOUND, of(404, "", "x-error-code", "EntryNotFound").kind());
    assertEquals(Kind.REPO_NOT_FOUND, of(401, "").kind(), "hidden, not a bad token");
    assertEquals(
        Kind.BAD_TOKEN,
        of(401, "", "x-error-message", "Invalid credentials in Authorization header").kind());
    assertEquals(Kind.STALE, of(412, "").kind());
    assertEquals(Kind.FORBIDDEN, of(403, "").kind());
    assertEquals(Kind.TROUBLE, of(504, "").kind());
  }

  @Test
  void whatAServerRepeatsOfTheTokenIsNotSaid() {
    assertEquals("call: status 400: no (secret)!", of(400, "no hf_secret!").getMessage());
  }

  @Test
  void whatStoresSayIsToldWithoutWhatTheySigned() {
    String said =
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired"
            + "</Message><StringToSign>GET 1234</StringToSign></Error>";
    assertEquals("call: status 400: AccessDenied; Request has expired", of(400, said).getMessage());
    assertEquals(
        "call: status 400: a web page instead of an answer: Log in",
        of(400, "<html><title>Log in</title></html>").getMessage());
  }

  @Test
  void proxyThatWantsAPasswordIsTold() {
    HubException e = of(407, "");
    assertEquals("call: the proxy wants a name and a password", e.getMessage());
    assertEquals(Kind.TROUBLE, e.kind());
  }

  @Test
  void gatedModelsHaveAPageToAskAt() {
    HubException e = of(403, "", "x-error-code", "GatedRepo");
    assertEquals(Kind.GATED, e.kind());
    assertEquals("https://huggingface.co/acme/demo", e.page());
  }
}

package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.publish.http.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSettingsTest {
  @TempDir Path home;

  private HubSettings read(Map<String, String> variables) throws IOException {
    return HubSettings.read(variables::get, home);
  }

  private void tokenFile(String path, String token) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, token);
  }

  @Test
  void withoutAnythingItIsThePublicHubAndNobody() throws IOException {
    HubSettings settings = read(Map.of());
    assertEquals("https://huggingface.co", settings.endpoint());
    assertNull(settings.token());
    assertEquals("none", settings.tokenOrigin());
    assertFalse(settings.offline());
  }

  @Test
  void tokensAreLookedForInTheOrderOfTheOfficialTools() throws IOException {
    tokenFile(".cache/huggingface/token", "  hf_file\r\n");
    HubSettings file = read(Map.of("HUGGINGFACE_TOKEN", "hf_alias"));
    assertEquals(Secret.of("hf_file"), file.token());
    assertEquals(home.resolve(".cache/huggingface/token").toString(), file.tokenOrigin());
    HubSettings old = read(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old"));
    assertEquals(Secret.of("hf_old"), old.token());
    HubSettings both = read(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "hf_new\n"));
    assertEquals(Secret.of("hf_new"), both.token());
    assertEquals("HF_TOKEN", both.tokenOrigin());
    HubSettings empty = read(Map.of("HF_TOKEN", " \n"));
    assertEquals(Secret.of("hf_file"), empty.token());
  }

  @Test
  void lastComesTheVariableThatIsOurs() throws IOException {
    assertEquals("HUGGINGFACE_TOKEN", read(Map.of("HUGGINGFACE_TOKEN", "hf_x")).tokenOrigin());
  }

  @Test
  void foldersAreExpanded() throws IOException {
    tokenFile("elsewhere/token", "hf_there");
    assertEquals(Secret.of("hf_there"), read(Map.of("HF_HOME", "~/elsewhere")).token());
    assertEquals(
        Secret.of("hf_there"),
        read(Map.of("HF_TOKEN_PATH", "$BASE/token", "BASE", home + "/elsewhere")).token());
    tokenFile("cache/huggingface/token", "hf_xdg");
    assertEquals(Secret.of("hf_xdg"), read(Map.of("XDG_CACHE_HOME", home + "/cache")).token());
  }

  @Test
  void endpointHasNoSlashAtItsEnd() throws IOException {
    assertEquals(
        "https://mirror.example/hf",
        read(Map.of("HF_ENDPOINT", "https://mirror.example/hf//")).endpoint());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> read(Map.of("HF_ENDPOINT", "https://me:s3cret@mirror.example")));
    assertFalse(String.valueOf(e.getMessage()).contains("s3cret"));
  }

  @Test
  void theTokenBelongsToOneOriginOnly() {
    HubSettings settings = HubSettings.of("https://huggingface.co", Secret.of("x"));
    assertTrue(settings.isHere("https://huggingface.co/api/x"));
    assertTrue(settings.isHere("https://HuggingFace.co:443/api/x"));
    assertFalse(settings.isHere("http://huggingface.co/api/x"));
    assertFalse(settings.isHere("https://huggingface.co.evil.example/"));
    assertFalse(settings.isHere("https://huggingface.co@evil.example/"));
    assertFalse(settings.isHere("https://huggingface.co:8443/"));
  }

  @Test
  void mirrorsAreAskedForWhatTheHubNames() {
    HubSettings mirror = HubSettings.of("https://mirror.example", null);
    assertEquals("https://mirror.example/a?b", mirror.here("https://huggingface.co/a?b"));
    assertEquals("https://huggingface.co.evil/a", mirror.here("https://huggingface.co.evil/a"));
    assertEquals("https://s3.example/a", mirror.here("https://s3.example/a"));
  }

  @Test
  void timesAreThoseOfTheOfficialTools() throws IOException {
    HubSettings settings =
        read(Map.of("HF_HUB_ETAG_TIMEOUT", "5", "HF_HUB_DOWNLOAD_TIMEOUT", " 300 "));
    assertEquals(Duration.ofSeconds(5), settings.answerTime());
    assertEquals(Duration.ofMinutes(5), settings.withoutNetwork().forReading().fileTime());
    assertEquals(Duration.ofSeconds(60), read(Map.of()).fileTime());
    for (String wrong : List.of("0", "-1", "ten", "1.5")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> read(Map.of("HF_HUB_ETAG_TIMEOUT", wrong)));
      assertEquals(
          "HF_HUB_ETAG_TIMEOUT is '%s', not a whole number of seconds".formatted(wrong),
          e.getMessage());
    }
  }

  @Test
  void whoOnlyReadsCanKeepTheToken() throws IOException {
    HubSettings settings = read(Map.of("HF_TOKEN", "hf_x", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "YES"));
    assertEquals(Secret.of("hf_x"), settings.token());
    assertNull(settings.forReading().token());
    assertTrue(read(Map.of("HF_HUB_OFFLINE", "1")).offline());
  }

  @Test
  void tokenThatCannotBeSentIsToldByWhereItIs() throws IOException {
    IllegalArgumentException variable =
        assertThrows(IllegalArgumentException.class, () -> read(Map.of("HF_TOKEN", "hf_ä")));
    assertEquals("HF_TOKEN: a token has characters that no header may have", variable.getMessage());
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[] {'h', (byte) 0xff});
    IOException unreadable = assertThrows(IOException.class, () -> read(Map.of()));
    assertEquals(file + ": is not UTF-8 text", unreadable.getMessage());
  }

  @Test
  void noTextHasTheToken() {
    assertFalse(HubSettings.of("https://x.example", Secret.of("hf_x")).toString().contains("hf_x"));
  }
}

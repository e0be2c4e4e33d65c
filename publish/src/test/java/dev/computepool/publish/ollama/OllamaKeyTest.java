package dev.computepool.publish.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaKeyTest {
  /// The private bytes 00 01 … 1f.
  private static final String PUBLIC =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

  @TempDir Path folder;

  @Test
  void signsATokenRequestAsOllamaDoes() throws IOException {
    OllamaKey key = OllamaKey.read(Keys.vector(folder));
    assertEquals(PUBLIC, key.publicLine());
    String url =
        "https://registry.ollama.ai/v2/token?nonce=AAECAwQFBgcICQoLDA0ODw"
            + "&scope=repository%3Aalice%2Ftiny%3Apull&scope=repository%3Aalice%2Ftiny%3Apush"
            + "&service=registry.ollama.ai&ts=1700000000";
    assertEquals(
        "AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4:"
            + "rl3uP75DEins6uxZx1wnwPIG8BIpfIrcBdvDZS1ri+V0P7Mj/ErQ5OdYgFjbNH7J75yDoGJyr9GXyLOK7HLnCg==",
        key.authorization(
            "GET,"
                + url
                + ",ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ=="));
    assertEquals(
        "AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4:"
            + "rIiY96jUDn3p5ExfP1C9/9nYzXAVUHfjrzeKC99KPtAvDgslJUcQu+zgUAVvRL4qthmIXTes0HMMaoLoLjgbBQ==",
        key.authorization("POST,/api/me?ts=1700000000"));
  }

  @Test
  void readsBackWhatItCreates() throws IOException {
    Path file = folder.resolve("new/.ollama/id_ed25519");
    OllamaKey made = OllamaKey.create(file);
    assertEquals(made.publicLine(), OllamaKey.read(file).publicLine());
    assertEquals(made.publicLine() + "\n", Files.readString(file.resolveSibling("id_ed25519.pub")));
    assertEquals("rw-------", permissions(file));
    assertEquals("rw-r--r--", permissions(file.resolveSibling("id_ed25519.pub")));
    assertTrue(Files.readAllLines(file).stream().allMatch(line -> line.length() <= 70));
    String before = Files.readString(file);
    assertThrows(FileAlreadyExistsException.class, () -> OllamaKey.create(file));
    assertEquals(before, Files.readString(file));
  }

  @Test
  void sshKeygenReadsWhatItCreates() throws Exception {
    Assumptions.assumeTrue(hasSshKeygen(), "ssh-keygen is not installed");
    Path file = folder.resolve("id_ed25519");
    OllamaKey made = OllamaKey.create(file);
    assertEquals(made.publicLine(), run("ssh-keygen", "-y", "-f", file.toString()).strip());
  }

  @Test
  void readsWhatSshKeygenCreatesButNothingElse() throws Exception {
    Assumptions.assumeTrue(hasSshKeygen(), "ssh-keygen is not installed");
    Path plain = folder.resolve("plain");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "alice@home", "-f", plain.toString());
    assertEquals(
        Files.readString(folder.resolve("plain.pub")).strip(),
        OllamaKey.read(plain).publicLine() + " alice@home");
    Path locked = folder.resolve("locked");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked.toString());
    assertEquals(
        locked + ": has a passphrase (aes256-ctr); keys with one are not supported",
        assertThrows(KeyException.class, () -> OllamaKey.read(locked)).getMessage());
    Path ecdsa = folder.resolve("ecdsa");
    run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa.toString());
    assertEquals(
        ecdsa + ": is a key of type ecdsa-sha2-nistp256; Ollama knows ssh-ed25519 only",
        assertThrows(KeyException.class, () -> OllamaKey.read(ecdsa)).getMessage());
  }

  @Test
  void aKeyCutShortAnywhereIsRefused() throws IOException {
    String text = Files.readString(Keys.vector(folder));
    String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    byte[] bytes = Base64.getDecoder().decode(base64);
    Path file = folder.resolve("cut");
    // What follows the last 16 bytes is an empty comment and padding, which nobody needs.
    for (int length = 0; length < bytes.length - 16; length++) {
      byte[] cut = java.util.Arrays.copyOf(bytes, length);
      Files.writeString(
          file,
          "-----BEGIN OPENSSH PRIVATE KEY-----\n"
              + Base64.getEncoder().encodeToString(cut)
              + "\n-----END OPENSSH PRIVATE KEY-----\n");
      assertThrows(KeyException.class, () -> OllamaKey.read(file), "at " + length);
    }
    Files.writeString(file, "ssh-ed25519 AAAA");
    assertThrows(KeyException.class, () -> OllamaKey.read(file));
  }

  @Test
  void showsNothingOfItsPrivateHalf() throws IOException {
    OllamaKey key = OllamaKey.read(Keys.vector(folder));
    assertEquals(PUBLIC, key.toString());
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(PUBLIC.getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        "https://ollama.com/connect?name=my%20box%2F1&key=" + encoded, key.connectUrl("my box/1"));
  }

  @Test
  void looksForTheKeyThatIsLinked() throws IOException {
    Path home = folder.resolve("home");
    Path service = folder.resolve("service");
    assertEquals(
        new KeySearch.Found.None(home.resolve(".ollama/id_ed25519")),
        new KeySearch(null, home, service).find());
    OllamaKey theirs = OllamaKey.create(service.resolve(".ollama/id_ed25519"));
    KeySearch.Found.Usable found =
        assertInstanceOf(KeySearch.Found.Usable.class, new KeySearch(null, home, service).find());
    assertEquals(theirs.publicLine(), found.key().publicLine());
    OllamaKey own = OllamaKey.create(home.resolve(".ollama/id_ed25519"));
    found =
        assertInstanceOf(KeySearch.Found.Usable.class, new KeySearch(null, home, service).find());
    assertEquals(own.publicLine(), found.key().publicLine());
    assertFalse(theirs.publicLine().equals(own.publicLine()));
    Path named = folder.resolve("named");
    assertThrows(NoSuchFileException.class, () -> new KeySearch(named, home, service).find());
  }

  @ParameterizedTest
  @CsvSource({
    "a b,a+b",
    "a*b~c,a%2Ab~c",
    "repository:a/b:pull,repository%3Aa%2Fb%3Apull",
    "ä,%C3%A4"
  })
  void escapesAsGoDoes(String text, String escaped) {
    assertEquals(escaped, GoQuery.escape(text));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static boolean hasSshKeygen() {
    return Files.isExecutable(Path.of("/usr/bin/ssh-keygen"));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }
}

package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.tests.HubState.Repo;
import dev.computepool.tests.LocalHub.Reply;
import dev.computepool.tests.LocalHub.Seen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp models download` from a Hub that is strict and sometimes fails.
class HubDownloadTest {
  private static final int SIZE = 3_000_000;

  @TempDir Path folder;
  private LocalHub hub;
  private byte[] weights;

  @BeforeEach
  void startHub() {
    hub = LocalHub.start();
    Repo repo = hub.state.create("acme/demo", false);
    weights = HubFolders.random(SIZE, 7);
    hub.state.commit(
        repo,
        "main",
        "first",
        Map.of(
            "README.md", text("# demo\n"),
            "config.json", text("{\"model_type\": \"llama\"}\n"),
            "sub folder/ümlaut #1.txt", text("äöü\n"),
            "empty.txt", text(""),
            "model.safetensors", hub.state.large(weights)));
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  private static HubState.Entry text(String text) {
    return HubState.small(text.getBytes(StandardCharsets.UTF_8));
  }

  private Cli cp() {
    return Cli.cp(folder)
        .env("HF_ENDPOINT", hub.endpoint())
        .env("HF_TOKEN", LocalHub.TOKEN)
        .env("NO_PROXY", "*");
  }

  private Result download(String... more) {
    String[] arguments = new String[more.length + 5];
    System.arraycopy(
        new String[] {"models", "download", "acme/demo", "-o", "out"}, 0, arguments, 0, 5);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return cp().run(arguments);
  }

  private void assertBrought() throws IOException {
    Map<String, byte[]> there = hub.state.files("acme/demo", "main");
    there.remove(".gitattributes");
    HubFolders.assertSame(there, HubFolders.read(folder.resolve("out")));
    assertEquals(List.of(), parts(), "no parts are left");
    assertEquals(List.of(), hub.violations());
  }

  private List<String> parts() throws IOException {
    if (!Files.exists(folder.resolve("out"))) {
      return List.of();
    }
    try (var files = Files.walk(folder.resolve("out"))) {
      return files
          .map(f -> String.valueOf(f.getFileName()))
          .filter(name -> name.endsWith(".part"))
          .toList();
    }
  }

  private static void assertExit(int code, String told, Result result) {
    assertEquals(code, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains(told), result.stderr());
    assertEquals("", result.stdout());
  }

  private boolean isObject(Seen seen) {
    return seen.store() && seen.method().equals("GET");
  }

  @Test
  void filesComeAsTheyAreAndASecondRunFetchesNothing() throws IOException {
    Result first = download("--json");
    assertEquals(0, first.exitCode(), first.stderr());
    assertBrought();
    JsonNode report = new JsonMapper().readTree(first.stdout());
    assertEquals("acme/demo", report.path("repo").asText());
    assertEquals(hub.state.repo("acme/demo").head().oid(), report.path("commit").asText());
    assertEquals(6, report.path("files").size());
    JsonNode large = report.path("files").get(4);
    assertEquals("model.safetensors", large.path("path").asText());
    assertEquals(HubState.sha256(weights), large.path("sha256").asText());
    assertEquals("fetched", large.path("state").asText());
    hub.forget();
    Result second = download("--json");
    assertEquals(0, second.exitCode(), second.stderr());
    assertEquals(0, new JsonMapper().readTree(second.stdout()).path("fetch_bytes").asLong());
    assertTrue(hub.lines().stream().noneMatch(l -> l.contains("/resolve/")), "nothing is fetched");
  }

  @Test
  void namesSelectFiles() throws IOException {
    Result result = download("--include", "*.json", "--include", "*.txt", "--exclude", "sub*");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(
        List.of("config.json", "empty.txt"),
        List.copyOf(HubFolders.read(folder.resolve("out")).keySet()));
  }

  @Test
  void dryRunShowsAndFetchesNothing() throws IOException {
    Result result = download("--dry-run");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(result.stdout().contains("2.9 MiB in 6 files, 2.9 MiB to fetch"), result.stdout());
    assertFalse(Files.exists(folder.resolve("out")));
    assertTrue(hub.lines().stream().noneMatch(l -> l.contains("/resolve/")));
  }

  @Test
  void olderRevisionsAreThereAsTheyWere() throws IOException {
    String before = hub.state.repo("acme/demo").head().oid();
    hub.state.commit(
        hub.state.repo("acme/demo"), "main", "second", Map.of("README.md", text("# new\n")));
    assertEquals(0, download("--revision", before).exitCode());
    assertEquals("# demo\n", Files.readString(folder.resolve("out/README.md")));
  }

  @Test
  void neitherTokenNorSignatureIsEverShown() {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().cutAfter(1000));
    Result result = download("-vv");
    assertEquals(0, result.exitCode(), result.stderr());
    String all = result.stdout() + result.stderr();
    assertTrue(all.contains("GET " + hub.store() + "/objects/"), all);
    assertFalse(all.contains(LocalHub.TOKEN), all);
    assertFalse(all.contains(LocalHub.SIGNATURE), all);
  }

  @Test
  void killedRunIsGoneOnWith() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().stallAfter(2_000_000));
    long kept;
    try (Running running = cp().start("models", "download", "acme/demo", "-o", "out")) {
      Path part =
          folder
              .resolve("out")
              .resolve(
                  ".model.safetensors.%s.part"
                      .formatted(HubState.sha256(weights).substring(0, 12)));
      running.await(() -> size(part) >= 1_900_000, "two thirds of the file");
      running.kill();
      kept = size(part);
    }
    assertFalse(Files.exists(folder.resolve("out/model.safetensors")));
    hub.forget();
    Result second = download();
    assertEquals(0, second.exitCode(), second.stderr());
    assertBrought();
    List<String> ranges =
        hub.seen().stream()
            .filter(this::isObject)
            .map(s -> String.valueOf(s.header("range")))
            .toList();
    assertEquals(List.of("bytes=%d-".formatted(kept)), ranges);
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0; // it has just been moved
    }
  }

  @Test
  void interruptedRunSaysSoAndIsGoneOnWith() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().stallAfter(2_000_000));
    try (Running running = cp().start("models", "download", "acme/demo", "-o", "out")) {
      running.await(() -> hub.seen().stream().anyMatch(this::isObject), "the large file");
      Running.pause(java.time.Duration.ofMillis(300));
      running.signal("INT");
      assertEquals(130, running.await().exitCode());
    }
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  @Test
  void brokenConnectionsAreGoneOnWith() throws IOException {
    hub.trouble(this::isObject, 2, (_, regular) -> regular.answer().cutAfter(500_000));
    assertEquals(0, download().exitCode());
    assertBrought();
    List<String> ranges =
        hub.seen().stream()
            .filter(this::isObject)
            .map(s -> String.valueOf(s.header("range")))
            .toList();
    assertEquals(List.of("null", "bytes=500000-", "bytes=1000000-"), ranges);
  }

  @Test
  void expiredAddressIsAskedForAgain() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().cutAfter(500_000));
    hub.trouble(
        s -> isObject(s) && s.header("range") != null, 1, (_, _) -> Reply.error(403, null, "old"));
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  @Test
  void ignoredRangeBeginsAgain() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().cutAfter(500_000));
    hub.trouble(
        s -> isObject(s) && s.header("range") != null,
        1,
        (_, _) -> new Reply(200, "application/octet-stream", weights));
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  @Test
  void corruptBytesAreFetchedOnceMore() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> corrupt(regular.answer()));
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  private static Reply corrupt(Reply reply) {
    byte[] bytes = reply.body.clone();
    bytes[bytes.length / 2] ^= 1;
    return new Reply(reply.status, "application/octet-stream", bytes);
  }

  @Test
  void bytesThatStayCorruptNeverAppear() throws IOException {
    hub.trouble(this::isObject, 99, (_, regular) -> corrupt(regular.answer()));
    // Alone: a failure ends what comes at the same time, and its parts stay.
    assertExit(
        3,
        "model.safetensors: what came is not what its SHA-256 says",
        download("--include", "model.*"));
    assertFalse(Files.exists(folder.resolve("out/model.safetensors")));
    assertEquals(List.of(), parts());
  }

  @Test
  void corruptSmallFilesAreFoundByWhatGitCallsThem() {
    hub.trouble(
        s -> s.path().endsWith("/config.json"),
        99,
        (request, regular) -> {
          Reply reply = regular.answer();
          return request.path().startsWith("/api/resolve-cache/")
              ? corrupt(reply).with("X-Repo-Commit", "0".repeat(40))
              : reply;
        });
    assertExit(3, "config.json: what came is not what git says", download());
  }

  @Test
  void compressedFilesAreUnpacked() throws IOException {
    hub.trouble(
        s -> s.path().startsWith("/api/resolve-cache/"),
        99,
        (_, regular) -> {
          Reply reply = regular.answer();
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(reply.body);
          }
          Reply other = new Reply(200, "text/plain", packed.toByteArray());
          other.headers.putAll(reply.headers);
          return other.with("Content-Encoding", "gzip");
        });
    Result result = download();
    assertEquals(0, result.exitCode(), result.stderr());
    assertBrought();
  }

  @Test
  void longListsComeInPages() throws IOException {
    hub.pageSize = 2;
    assertEquals(0, download().exitCode());
    assertBrought();
    assertEquals(4, hub.lines().stream().filter(l -> l.contains("/tree/")).count());
  }

  @Test
  void passingFailuresAreSurvived() throws IOException {
    hub.trouble(
        s -> s.path().contains("/tree/"),
        1,
        (_, _) -> Reply.error(429, null, "slow down").with("RateLimit", "\"api\";r=0;t=0"));
    hub.trouble(s -> s.path().contains("/revision/"), 1, (_, _) -> null);
    hub.trouble(this::isObject, 1, (_, _) -> Reply.empty(503));
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  @Test
  void renamedRepositoriesAreFound() throws IOException {
    Repo repo = hub.state.repo("acme/demo");
    hub.trouble(
        s -> s.path().startsWith("/api/models/acme/demo/revision/"),
        1,
        (_, _) ->
            Reply.empty(307)
                .with("Location", "/api/models/acme/demo/revision/" + repo.head().oid()));
    assertEquals(0, download().exitCode());
    assertBrought();
  }

  @Test
  void nameWithoutAnOrganizationIsThatOfAFirstModel() throws IOException {
    hub.trouble(
        s -> s.path().equals("/api/models/demo/revision/main"),
        1,
        (_, _) -> Reply.empty(307).with("Location", "/api/models/acme/demo/revision/main"));
    Result result = cp().run("models", "download", "demo", "--include", "config.json");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(result.stdout().startsWith("acme/demo at "), result.stdout());
    assertTrue(Files.exists(folder.resolve("demo/config.json")));
  }

  @Test
  void silenceIsBorneAsLongAsTheVariableSays() throws IOException {
    hub.trouble(this::isObject, 1, (_, regular) -> regular.answer().stallAfter(500_000));
    Result result =
        cp().env("HF_HUB_DOWNLOAD_TIMEOUT", "2")
            .run("models", "download", "acme/demo", "-o", "out", "-v");
    assertEquals(0, result.exitCode(), result.stderr());
    assertBrought();
    assertTrue(result.stderr().contains("nothing moved for 2"), result.stderr());
  }

  @Test
  void whatOneMayNotHaveNamesThePageToAskAt() {
    hub.state.repo("acme/demo").gated = "manual";
    Result result =
        cp().env("HF_TOKEN", LocalHub.READ_TOKEN)
            .run("models", "download", "acme/demo", "-o", "out");
    assertExit(5, "ask for access at %s/acme/demo".formatted(hub.endpoint()), result);
    assertTrue(result.stderr().contains("request id Root=1-local"), result.stderr());
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertExit(
        4,
        "there is no repository acme/none",
        cp().run("models", "download", "acme/none", "-o", "out"));
    assertExit(4, "there is no such revision", download("--revision", "v9"));
    assertExit(
        4,
        "acme/demo at main has no such files\nhint: it has .gitattributes, README.md, config.json",
        download("--include", "*.bin"));
    Result hidden = cp().withoutEnv("HF_TOKEN").run("models", "download", "acme/none", "-o", "out");
    assertExit(4, "or you have no access to it", hidden);
  }

  @Test
  void wrongTokenIsTold() {
    Result result =
        cp().env("HF_TOKEN", "hf_wrong").run("models", "download", "acme/demo", "-o", "out");
    assertExit(5, "the token is wrong or has expired (it is from HF_TOKEN)", result);
    assertFalse(result.stderr().contains("hf_wrong"));
  }

  @Test
  void publicRepositoriesNeedNoToken() throws IOException {
    Result result = cp().withoutEnv("HF_TOKEN").run("models", "download", "acme/demo", "-o", "out");
    assertEquals(0, result.exitCode(), result.stderr());
    assertBrought();
  }

  @Test
  void offlineAsksNobody() {
    assertExit(6, "the network must not be used", download("--offline"));
    assertExit(
        6,
        "the network must not be used",
        cp().env("HF_HUB_OFFLINE", "1").run("models", "download", "acme/demo", "-o", "out"));
    assertEquals(List.of(), hub.lines());
  }

  @Test
  void whoeverIsNoHubIsFoundOut() {
    hub.trouble(
        s -> s.path().contains("/revision/"),
        1,
        (_, _) ->
            new Reply(200, "text/html", "<html>log in</html>".getBytes(StandardCharsets.UTF_8)));
    assertExit(6, "the answer is no JSON; is this a Hub?", download());
    hub.trouble(
        s -> s.path().contains("/revision/"),
        1,
        (_, _) ->
            new Reply(
                400,
                "text/html",
                "<html><title>Proxy says no</title></html>".getBytes(StandardCharsets.UTF_8)));
    assertExit(1, "a web page instead of an answer: Proxy says no", download());
  }

  @Test
  void serverThatIsNotThereIsTold() throws IOException {
    try (Socket silent = new Socket()) { // which has a port and does not listen
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Result result =
          cp().env("HF_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort())
              .run("models", "download", "acme/demo", "-o", "out");
      assertExit(6, "no connection: the host refuses it", result);
    }
  }

  @Test
  void namesThatLeadOutAreRefused() {
    hub.state.commit(
        hub.state.repo("acme/demo"), "main", "evil", Map.of("../../evil.txt", text("x")));
    assertExit(2, "'../../evil.txt' must not become a file here", download());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void linksThatLeadOutAreNotFollowed() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createDirectory(folder.resolve("out"));
    Files.createSymbolicLink(folder.resolve("out/sub folder"), outside);
    hub.state.commit(
        hub.state.repo("acme/demo"), "main", "deep", Map.of("sub folder/a/b.txt", text("b")));
    assertExit(1, "leads out of out", download("--include", "sub folder/a/*"));
    assertExit(1, "leads out of out", download());
    try (var files = Files.list(outside)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void hashesThatAreNoneNeverBecomeNamesHere() throws IOException {
    Files.createDirectories(folder.resolve("out/.config.json."));
    hub.trouble(
        s -> s.path().contains("/tree/"),
        1,
        (_, regular) ->
            rewritten(
                regular.answer(),
                text ->
                    text.replaceAll(
                        "\"oid\":\"[0-9a-f]{40}\"(,\"size\":[0-9]+,\"path\":\"config)",
                        "\"oid\":\"/../../evil\"$1")));
    assertExit(6, "the 'oid' of config.json is none of git", download());
    try (var files = Files.walk(folder)) {
      assertEquals(
          List.of(),
          files.filter(Files::isRegularFile).filter(f -> f.toString().contains("evil")).toList());
    }
  }

  private static Reply rewritten(Reply reply, UnaryOperator<String> change) {
    String text = change.apply(new String(reply.body, StandardCharsets.UTF_8));
    Reply other = Reply.json(reply.status, text);
    other.headers.putAll(reply.headers);
    return other;
  }

  /// Says that the large file has a hundred bytes more than it has.
  private void listLies() {
    hub.trouble(
        s -> s.path().contains("/tree/"),
        1,
        (_, regular) ->
            rewritten(
                regular.answer(), text -> text.replace("\"size\":3000000", "\"size\":3000100")));
  }

  @Test
  void fileThatIsShorterThanItsListSaysIsToldBeforeItComes() {
    listLies();
    assertExit(6, "says it has 3000100 bytes, the file 3000000", download());
    assertTrue(hub.seen().stream().noneMatch(this::isObject));
  }

  @Test
  void fileThatIsShorterThanItsListSaysIsNotFetchedWithoutEnd() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    String part = ".model.safetensors.%s.part".formatted(HubState.sha256(weights).substring(0, 12));
    Files.write(out.resolve(part), weights);
    listLies();
    hub.trouble(
        s -> s.path().endsWith("/model.safetensors"),
        99,
        (_, regular) -> {
          Reply reply = regular.answer();
          reply.headers.remove("X-Linked-Size");
          return reply;
        });
    assertExit(6, "says it has 3000100 bytes, the file 3000000", download());
    assertEquals(1, hub.seen().stream().filter(this::isObject).count());
  }

  @Test
  void breakBehindTheLastByteIsNone() throws IOException {
    hub.trouble(
        this::isObject,
        1,
        (_, regular) -> {
          Reply reply = regular.answer();
          Reply longer =
              new Reply(200, "application/octet-stream", Arrays.copyOf(reply.body, SIZE + 9));
          return longer.with("Content-Encoding", "identity").cutAfter(SIZE);
        });
    Result result = download();
    assertEquals(0, result.exitCode(), result.stderr());
    assertBrought();
    assertEquals(1, hub.seen().stream().filter(this::isObject).count());
  }

  @Test
  void fullDiskIsToldBeforeAndWhileItFills() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    try (Mounts _ = Mounts.small(out, 2 << 20)) {
      assertExit(7, "not enough disk space", download());
      assertTrue(hub.seen().stream().noneMatch(this::isObject));
    }
    try (Mounts _ = Mounts.small(out, 4 << 20)) {
      Path other = out.resolve("other");
      hub.trouble(
          this::isObject,
          1,
          (_, regular) -> {
            Files.write(other, new byte[2 << 20]); // somebody else is faster
            return regular.answer();
          });
      assertExit(7, "not enough disk space", download());
      assertFalse(Files.exists(out.resolve("model.safetensors")));
      Files.delete(other);
      Result second = download();
      assertEquals(0, second.exitCode(), second.stderr());
      assertBrought();
      assertTrue(
          hub.seen().stream().anyMatch(s -> isObject(s) && s.header("range") != null),
          "what had come is kept");
    }
  }

  @Test
  void folderInTheWayIsToldBeforeAnythingComes() throws IOException {
    Files.createDirectories(folder.resolve("out/config.json"));
    assertExit(2, "config.json: is a folder, not a file", download("--force"));
    assertTrue(hub.lines().stream().noneMatch(l -> l.contains("/resolve/")));
  }

  @Test
  void tokenThatAServerRepeatsIsNotShown() {
    hub.trouble(
        s -> s.path().contains("/revision/"),
        1,
        (request, _) -> Reply.error(400, null, "bad header: Bearer " + request.token()));
    Result result = download();
    assertExit(1, "bad header: Bearer (secret)", result);
    assertFalse(result.stderr().contains(LocalHub.TOKEN), result.stderr());
  }

  @Test
  void warningsOfTheHubMoveNoCursor() {
    hub.trouble(
        s -> s.path().contains("/revision/"),
        1,
        (_, regular) -> regular.answer().with("X-HF-Warning", "topic; old \u001b[2J client"));
    Result result = download();
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("warning: old \\x1b[2J client"), result.stderr());
  }

  @Test
  void otherFilesAreKeptUnlessForced() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.writeString(folder.resolve("out/config.json"), "mine");
    assertExit(2, "out/config.json exists already", download());
    assertEquals("mine", Files.readString(folder.resolve("out/config.json")));
    assertTrue(hub.lines().stream().noneMatch(l -> l.contains("/resolve/")));
    assertEquals(0, download("--force").exitCode());
    assertBrought();
  }

  @Test
  void changedFilesAreNeverAppendedTo() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.write(out.resolve(".model.safetensors.0123456789ab.part"), new byte[1000]);
    assertEquals(0, download().exitCode());
    assertBrought();
    assertArrayEquals(weights, Files.readAllBytes(out.resolve("model.safetensors")));
  }
}

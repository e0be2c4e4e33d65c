package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubException;
import dev.computepool.publish.hub.HubSettings;
import dev.computepool.publish.hub.HubUpload;
import dev.computepool.publish.hub.LocalFile;
import dev.computepool.publish.hub.RepoId;
import dev.computepool.publish.hub.UploadPlan;
import dev.computepool.publish.hub.UploadReport;
import dev.computepool.publish.hub.UploadRequest;
import dev.computepool.tests.LocalHub.Reply;
import dev.computepool.tests.LocalHub.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads to a Hub that is strict and sometimes fails.
class HubUploadTest {
  private static final RepoId REPO = RepoId.parse("acme/demo");

  @TempDir Path folder;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private LocalHub hub;

  @BeforeEach
  void startHub() throws IOException {
    hub = LocalHub.start();
    HubFolders.publishable(folder);
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  private UploadRequest request() throws IOException {
    return UploadRequest.of(REPO, LocalFile.under(folder), "Upload demo");
  }

  private interface Work<T> {
    T with(HubUpload upload) throws IOException;
  }

  private <T> T upload(String token, Cancellation cancellation, Work<T> work) throws IOException {
    try (Http http = Http.open(HttpOptions.standard("computepool/test; java/25"), cancellation)) {
      HubSettings settings = HubSettings.of(hub.endpoint(), Secret.of(token));
      return work.with(new HubUpload(new Hub(http, settings, warnings::add)));
    }
  }

  private UploadReport publish(UploadRequest request) throws IOException {
    return upload(
        LocalHub.TOKEN,
        new Cancellation(),
        upload -> upload.run(upload.plan(request, Progress.NONE), Progress.NONE));
  }

  private UploadPlan plan(UploadRequest request) throws IOException {
    return upload(
        LocalHub.TOKEN, new Cancellation(), upload -> upload.plan(request, Progress.NONE));
  }

  private void assertPublished(String revision) throws IOException {
    Map<String, byte[]> there = hub.state.files("acme/demo", revision);
    there.remove(".gitattributes");
    HubFolders.assertSame(HubFolders.read(folder), there);
    assertEquals(List.of(), hub.violations());
  }

  @Test
  void requestsAreThoseOfTheOfficialClients() throws IOException {
    UploadReport report = publish(request());
    assertPublished("main");
    List<String> lines = hub.lines();
    List<String> puts = lines.stream().filter(l -> l.startsWith("PUT")).sorted().toList();
    String safetensors = HubState.sha256(Files.readAllBytes(folder.resolve("model.safetensors")));
    String gguf = HubState.sha256(Files.readAllBytes(folder.resolve("model.q4_k_m.gguf")));
    List<String> parts = new ArrayList<>(List.of("PUT S/objects/" + safetensors));
    for (int i = 0; i < 4; i++) {
      parts.add("PUT S/parts/" + gguf);
    }
    assertEquals(parts, puts);
    String verify = "POST H/acme/demo.git/info/lfs/objects/verify";
    assertEquals(2, lines.stream().filter(verify::equals).count());
    assertTrue(
        lines.indexOf("POST H/api/complete_multipart") > lines.lastIndexOf("PUT S/parts/" + gguf));
    assertTrue(lines.lastIndexOf(verify) > lines.indexOf("POST H/api/complete_multipart"));
    assertEquals(
        List.of(
            "GET H/api/whoami-v2",
            "GET H/api/models/acme/demo",
            "POST H/api/repos/create",
            "POST H/api/validate-yaml",
            "POST H/api/models/acme/demo/preupload/main",
            "POST H/acme/demo.git/info/lfs/objects/batch",
            "POST H/api/complete_multipart",
            "POST H/api/models/acme/demo/commit/main"),
        lines.stream().filter(l -> !l.startsWith("PUT") && !l.equals(verify)).toList());
    assertTrue(report.committed());
    assertEquals(hub.state.repo("acme/demo").head().oid(), report.commit());
    assertEquals(
        List.of("README.md", "config.json", "model.q4_k_m.gguf", "model.safetensors"),
        report.sent());
    assertEquals(42_000_120, report.bytesSent());
  }

  @Test
  void aSecondRunSendsNothingAndCommitsNothing() throws IOException {
    publish(request());
    hub.forget();
    int commits = hub.state.repo("acme/demo").branch("main").size();
    UploadPlan plan = plan(request());
    assertTrue(plan.isDone());
    assertEquals(0, plan.bytesToSend());
    UploadReport report = publish(request());
    assertFalse(report.committed());
    assertEquals(hub.state.repo("acme/demo").head().oid(), report.commit());
    assertEquals(4, report.unchanged().size());
    assertTrue(hub.seen().stream().allMatch(s -> s.method().equals("GET")), hub.lines().toString());
    assertEquals(commits, hub.state.repo("acme/demo").branch("main").size());
    assertEquals(List.of(), hub.violations());
  }

  @Test
  void aPlanOnlyReadsAndSaysWhatIsNewAndChanged() throws IOException {
    publish(request());
    hub.forget();
    Files.writeString(folder.resolve("config.json"), "{\"changed\":true}");
    Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
    UploadPlan plan = plan(request());
    Map<String, UploadPlan.State> states = new TreeMap<>();
    plan.items().forEach(item -> states.put(item.path(), item.state()));
    assertEquals(
        Map.of(
            "README.md", UploadPlan.State.SAME,
            "config.json", UploadPlan.State.CHANGED,
            "model.q4_k_m.gguf", UploadPlan.State.SAME,
            "model.safetensors", UploadPlan.State.SAME,
            "vocab.txt", UploadPlan.State.NEW),
        states);
    assertEquals(20, plan.bytesToSend());
    assertTrue(hub.seen().stream().allMatch(s -> s.method().equals("GET")));
    UploadReport report = publish(request());
    assertEquals(List.of("config.json", "vocab.txt"), report.sent());
    assertPublished("main");
  }

  @Test
  void tokenGoesNowhereButToTheHub() throws IOException {
    publish(request());
    for (Seen seen : hub.seen()) {
      boolean tells =
          (seen.url() + seen.headers() + new String(seen.body(), StandardCharsets.ISO_8859_1))
              .contains(LocalHub.TOKEN);
      boolean hubCall = !seen.store() && !seen.path().equals("/api/complete_multipart");
      assertEquals(hubCall, tells, seen.line());
    }
  }

  @Test
  void readingTokenIsRefusedBeforeAnythingIsHashed() {
    HubException refused =
        assertThrows(
            HubException.class,
            () ->
                upload(
                    LocalHub.READ_TOKEN,
                    new Cancellation(),
                    upload -> upload.plan(request(), Progress.NONE)));
    assertEquals(HubException.Kind.FORBIDDEN, refused.kind());
    assertEquals(List.of("GET H/api/whoami-v2"), hub.lines());
  }

  @Test
  void wrongTokenIsToldWithoutIt() {
    String token = "hf_wrongWrongWrong";
    HubException refused =
        assertThrows(
            HubException.class,
            () ->
                upload(token, new Cancellation(), upload -> upload.plan(request(), Progress.NONE)));
    assertEquals(HubException.Kind.BAD_TOKEN, refused.kind());
    assertEquals("Root=1-local", refused.requestId());
    StringBuilder all = new StringBuilder();
    for (Throwable t = refused; t != null; t = t.getCause()) {
      all.append(t);
    }
    assertFalse(all.toString().contains(token));
  }

  @Test
  void cardThatTheHubRefusesStopsEverythingBeforeLargeFilesAreSent() throws IOException {
    Files.writeString(folder.resolve("README.md"), "---\ndatasets: null\n---\n# demo\n");
    HubException refused = assertThrows(HubException.class, () -> publish(request()));
    assertEquals(HubException.Kind.REFUSED, refused.kind());
    assertTrue(String.valueOf(refused.getMessage()).contains("\"datasets\" must be an array"));
    assertTrue(hub.seen().stream().noneMatch(s -> s.method().equals("PUT")));
  }

  @Test
  void pullRequestLeavesTheBranchAsItIs() throws IOException {
    hub.state.create("acme/demo", false);
    String before = hub.state.repo("acme/demo").head().oid();
    UploadReport report = publish(request().withPullRequest(true));
    assertEquals(hub.endpoint() + "/acme/demo/discussions/1", report.pullRequest());
    assertEquals(before, hub.state.repo("acme/demo").head().oid());
    assertPublished("refs/pr/1");
  }

  @Test
  void pullRequestsAreAddedToByTheirRevision() throws IOException {
    hub.state.create("acme/demo", false);
    publish(request().withPullRequest(true));
    Files.writeString(folder.resolve("config.json"), "{\"more\":1}");
    publish(request().withRevision("refs/pr/1"));
    assertPublished("refs/pr/1");
    assertTrue(
        hub.seen().stream()
            .anyMatch(s -> s.is("POST", "/api/models/acme/demo/commit/refs%2Fpr%2F1")));
  }

  @Test
  void pullRequestThatIsNotThereIsNotMade() {
    hub.state.create("acme/demo", false);
    HubException refused =
        assertThrows(HubException.class, () -> publish(request().withRevision("refs/pr/9")));
    assertEquals(HubException.Kind.REVISION_NOT_FOUND, refused.kind());
    assertEquals(1, hub.state.repo("acme/demo").branches.size());
  }

  @Test
  void cardThatIsNoTextIsTold() throws IOException {
    Files.write(folder.resolve("README.md"), new byte[] {'-', (byte) 0xff, '-'});
    FormatException wrong = assertThrows(FormatException.class, () -> publish(request()));
    assertTrue(String.valueOf(wrong.getMessage()).endsWith("README.md: is not UTF-8 text"));
    assertTrue(hub.seen().stream().noneMatch(s -> s.method().equals("PUT")));
  }

  @Test
  void sessionThatWasCompleteIsForgotten() throws IOException {
    Path state = folder.resolveSibling("state-" + folder.getFileName());
    UploadRequest request = request().withState(state);
    hub.trouble(
        s -> s.is("POST", "/complete_multipart"),
        99,
        (_, regular) -> {
          regular.answer();
          return Reply.error(501, null, "the answer is lost");
        });
    assertThrows(HubException.class, () -> publish(request));
    try (var noted = Files.list(state)) {
      assertEquals(1, noted.count());
    }
    publish(request);
    assertPublished("main");
    try (var noted = Files.list(state)) {
      assertEquals(0, noted.count());
    }
  }

  @Test
  void missingBranchIsMade() throws IOException {
    hub.state.create("acme/demo", false);
    publish(request().withRevision("next"));
    assertPublished("next");
    assertEquals(1, hub.state.repo("acme/demo").branch("main").size(), "main is as it was");
  }

  @Test
  void newRepositoryIsAsPrivateAsItIsToBe() throws IOException {
    publish(request().withPrivate(true));
    assertTrue(hub.state.repo("acme/demo").isPrivate);
  }

  @Test
  void whatIsToBePrivateAndGoesToAPublicRepositoryIsTold() throws IOException {
    publish(request().withPrivate(true));
    publish(request().withPrivate(true));
    assertFalse(warnings.contains("acme/demo was there before and is public"));
    publish(request().withPrivate(false));
    HubState.Repo open = hub.state.create("acme/open", false);
    plan(UploadRequest.of(RepoId.parse(open.id), LocalFile.under(folder), "m").withPrivate(true));
    assertEquals(List.of("acme/open was there before and is public"), warnings);
  }

  @Test
  void whatTheRepositoryIgnoresIsLeftOutAndTold() throws IOException {
    Files.writeString(folder.resolve(".gitignore"), "notes.txt\n");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    UploadReport report = publish(request());
    assertEquals(List.of("notes.txt"), report.ignored());
    assertFalse(hub.state.files("acme/demo", "main").containsKey("notes.txt"));
  }

  @Test
  void emptyFilesAreNeverObjects() throws IOException {
    Files.createFile(folder.resolve("empty.bin"));
    publish(request());
    assertPublished("main");
  }

  @Test
  void twoFilesOfTheSameContentAreOneObject() throws IOException {
    Files.copy(folder.resolve("model.safetensors"), folder.resolve("again.safetensors"));
    publish(request());
    assertPublished("main");
    assertEquals(5, hub.lines().stream().filter(l -> l.startsWith("PUT")).count());
  }

  @Test
  void passingFailuresAreSurvived() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    hub.trouble(s -> s.is("POST", "/preupload"), 2, (_, _) -> Reply.error(503, null, "busy"));
    hub.trouble(
        s -> s.is("POST", "/objects/batch"),
        1,
        (_, _) -> {
          calls.incrementAndGet();
          return Reply.error(429, null, "slow down").with("RateLimit", "\"api\";r=0;t=0");
        });
    hub.trouble(s -> s.is("PUT", "/parts/"), 1, (_, _) -> null);
    hub.trouble(s -> s.is("PUT", "/objects/"), 1, (_, _) -> null);
    hub.trouble(s -> s.is("POST", "/complete_multipart"), 1, (_, _) -> Reply.empty(502));
    publish(request());
    assertPublished("main");
    assertEquals(1, calls.get());
  }

  @Test
  void expiredAddressesAreAskedForAgain() throws IOException {
    hub.trouble(s -> s.is("PUT", "/parts/"), 1, (_, _) -> Reply.empty(403));
    hub.trouble(s -> s.is("PUT", "/objects/"), 1, (_, _) -> Reply.empty(403));
    publish(request());
    assertPublished("main");
  }

  @Test
  void partWithoutATagFails() {
    hub.trouble(
        s -> s.is("PUT", "/parts/"),
        99,
        (_, regular) -> {
          Reply reply = regular.answer();
          reply.headers.remove("ETag");
          return reply;
        });
    HubException failure = assertThrows(HubException.class, () -> publish(request()));
    assertTrue(String.valueOf(failure.getMessage()).contains("has no ETag"), failure.getMessage());
    assertTrue(hub.lines().stream().noneMatch(l -> l.contains("/commit/")));
  }

  @Test
  void listOfPartsThatIsNotWholeFails() {
    hub.trouble(
        s -> s.is("POST", "/objects/batch"),
        1,
        changed(text -> text.replaceFirst(",\"00004\":\"[^\"]*\"", "")));
    HubException failure = assertThrows(HubException.class, () -> publish(request()));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("not whole: 3 parts of 8388608"),
        failure.getMessage());
  }

  @Test
  void objectThatTheStoreRefusesFailsWithItsReason() {
    hub.trouble(
        s -> s.is("POST", "/objects/batch"),
        1,
        changed(
            text ->
                text.replaceFirst(
                    "\"authenticated\":true",
                    "\"error\":{\"code\":422,\"message\":\"quota of the storage\"}")));
    HubException failure = assertThrows(HubException.class, () -> publish(request()));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("quota of the storage"),
        failure.getMessage());
  }

  private static LocalHub.Trouble changed(UnaryOperator<String> change) {
    return (_, regular) -> {
      Reply reply = regular.answer();
      String text = new String(reply.body, StandardCharsets.UTF_8);
      Reply other =
          new Reply(
              reply.status,
              String.valueOf(reply.headers.get("Content-Type")),
              change.apply(text).getBytes(StandardCharsets.UTF_8));
      return other;
    };
  }

  @Test
  void commitThatWasMadeAlthoughItFailedIsNotMadeAgain() throws IOException {
    hub.trouble(
        s -> s.is("POST", "/commit/"),
        1,
        (_, regular) -> {
          regular.answer();
          return Reply.error(504, null, "timeout");
        });
    UploadReport report = publish(request());
    assertPublished("main");
    assertEquals(2, hub.state.repo("acme/demo").branch("main").size());
    assertEquals(hub.state.repo("acme/demo").head().oid(), report.commit());
    assertEquals(1, hub.lines().stream().filter(l -> l.contains("/commit/")).count());
  }

  @Test
  void commitThatWasNotMadeIsMadeAgain() throws IOException {
    hub.trouble(s -> s.is("POST", "/commit/"), 1, (_, _) -> null);
    publish(request());
    assertPublished("main");
    assertEquals(2, hub.state.repo("acme/demo").branch("main").size());
  }

  @Test
  void pullRequestOfWhichNothingIsKnownIsNotOpenedAgain() {
    hub.state.create("acme/demo", false);
    hub.trouble(
        s -> s.is("POST", "/commit/"),
        9,
        (_, regular) -> {
          regular.answer();
          return Reply.error(504, null, "timeout");
        });
    assertThrows(HubException.class, () -> publish(request().withPullRequest(true)));
    assertEquals(1, hub.state.repo("acme/demo").pullRequests);
  }

  @Test
  void somebodyElsesCommitIsKept() throws IOException {
    hub.trouble(
        s -> s.is("POST", "/commit/"),
        1,
        (_, regular) -> {
          hub.state.commit(
              hub.state.repo("acme/demo"),
              "main",
              "theirs",
              Map.of("theirs.txt", HubState.small(new byte[] {'x'})));
          return regular.answer();
        });
    publish(request());
    Map<String, byte[]> there = hub.state.files("acme/demo", "main");
    assertArrayEquals(new byte[] {'x'}, there.get("theirs.txt"));
    assertNotNull(there.get("model.safetensors"));
    assertEquals(3, hub.state.repo("acme/demo").branch("main").size());
    assertEquals(
        5, hub.lines().stream().filter(l -> l.startsWith("PUT")).count(), "nothing was sent twice");
  }

  @Test
  void createThatIsRefusedDoesNotMatterWhereTheRepositoryIs() throws IOException {
    hub.trouble(
        s -> s.method().equals("GET") && s.path().equals("/api/models/acme/demo"),
        1,
        (_, _) -> Reply.error(404, "RepoNotFound", "Repository not found"));
    hub.state.create("acme/demo", false);
    hub.trouble(
        s -> s.path().equals("/api/repos/create"), 1, (_, _) -> Reply.error(403, null, "no"));
    publish(request());
    assertPublished("main");
  }

  @Test
  void partsThatWereStoredAreNotSentAgainAfterARestart() throws IOException {
    Path state = folder.resolveSibling("state-" + folder.getFileName());
    UploadRequest request = request().withState(state);
    Cancellation cancellation = new Cancellation();
    AtomicInteger parts = new AtomicInteger();
    hub.trouble(
        s -> s.is("PUT", "/parts/"),
        99,
        (_, regular) -> {
          // Two parts are stored and noted; then the user presses Ctrl-C.
          if (parts.incrementAndGet() <= 2) {
            return regular.answer();
          }
          while (notedParts(state) < 2) {
            LockSupport.parkNanos(5_000_000);
          }
          cancellation.cancel();
          return null;
        });
    assertThrows(
        CancelledException.class,
        () ->
            upload(
                LocalHub.TOKEN,
                cancellation,
                upload -> upload.run(upload.plan(request, Progress.NONE), Progress.NONE)));
    assertEquals(2, hub.state.sessions.values().iterator().next().parts.size());
    assertNull(hub.state.repo("acme/demo").head().files().get("README.md"));
    hub.endTrouble();
    hub.forget();
    publish(request);
    assertPublished("main");
    assertEquals(2, hub.lines().stream().filter(l -> l.startsWith("PUT S/parts/")).count());
    try (var left = Files.list(state)) {
      assertEquals(0, left.count(), "nothing is left noted");
    }
  }

  /// How many parts are noted as stored.
  private static int notedParts(Path state) throws IOException {
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        return new JsonMapper().readTree(Files.readString(file)).path("done").size();
      }
    }
    return 0;
  }

  @Test
  void manyFilesTakeSeveralCommitsWithTheCardInTheLast() throws IOException {
    for (int i = 0; i < 130; i++) {
      Files.write(folder.resolve("layer-%03d.bin".formatted(i)), new byte[] {1, 0, (byte) i});
      Files.writeString(folder.resolve("note-%03d.txt".formatted(i)), "note " + i);
    }
    UploadReport report = publish(request());
    assertPublished("main");
    assertEquals(264, report.sent().size());
    List<HubState.Commit> commits = hub.state.repo("acme/demo").branch("main");
    assertEquals(
        List.of(
            "initial commit",
            "Upload demo (part 1 of 3)",
            "Upload demo (part 2 of 3)",
            "Upload demo (part 3 of 3)"),
        commits.stream().map(HubState.Commit::summary).toList());
    assertFalse(commits.get(2).files().containsKey("README.md"));
    assertTrue(
        commits.get(2).files().containsKey("model.q4_k_m.gguf"), "what is large comes first");
    assertEquals(2, count("POST H/api/models/acme/demo/preupload/main"));
    assertEquals(2, count("POST H/acme/demo.git/info/lfs/objects/batch"));
    hub.forget();
    assertFalse(publish(request()).committed());
    assertTrue(hub.seen().stream().allMatch(s -> s.method().equals("GET")));
  }

  private long count(String line) {
    return hub.lines().stream().filter(line::equals).count();
  }

  @Test
  void rulesThatAreSentHoldForAllFilesWhateverTheirNumber() throws IOException {
    Files.writeString(folder.resolve(".gitignore"), "zzz.txt\n");
    Files.writeString(folder.resolve("zzz.txt"), "mine");
    for (int i = 0; i < 260; i++) {
      Files.writeString(folder.resolve("note-%03d.txt".formatted(i)), "note " + i);
    }
    assertEquals(List.of("zzz.txt"), publish(request()).ignored());
  }

  @Test
  void onePullRequestHasAllCommitsThoughSomebodyElseCommitsBetweenThem() throws IOException {
    hub.state.create("acme/demo", false);
    for (int i = 0; i < 130; i++) {
      Files.writeString(folder.resolve("note-%03d.txt".formatted(i)), "note " + i);
    }
    hub.trouble(
        s -> s.is("POST", "/commit/refs%2Fpr%2F1"),
        1,
        (_, regular) -> {
          hub.state.commit(
              hub.state.repo("acme/demo"),
              "refs/pr/1",
              "theirs",
              Map.of("theirs.txt", HubState.small(new byte[] {'x'})));
          return regular.answer();
        });
    UploadReport report = publish(request().withPullRequest(true));
    assertEquals(1, hub.state.repo("acme/demo").pullRequests);
    assertEquals(hub.endpoint() + "/acme/demo/discussions/1", report.pullRequest());
    assertEquals(134, report.sent().size());
    Map<String, byte[]> there = hub.state.files("acme/demo", "refs/pr/1");
    assertArrayEquals(new byte[] {'x'}, there.remove("theirs.txt"));
    there.remove(".gitattributes");
    HubFolders.assertSame(HubFolders.read(folder), there);
  }

  @Test
  void whatSomebodyElseChangedSinceThePlanIsSentAgain() throws IOException {
    publish(request());
    Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
    UploadPlan plan = plan(request());
    assertEquals(4, plan.bytesToSend());
    hub.state.commit(
        hub.state.repo("acme/demo"),
        "main",
        "theirs",
        Map.of("config.json", HubState.small("{}".getBytes(StandardCharsets.UTF_8))));
    UploadReport report =
        upload(LocalHub.TOKEN, new Cancellation(), upload -> upload.run(plan, Progress.NONE));
    assertEquals(List.of("config.json", "vocab.txt"), report.sent());
    assertPublished("main");
  }

  @Test
  void repositoryOfAStrangerIsRefusedBeforeAnythingIsHashed() throws IOException {
    UploadRequest theirs =
        UploadRequest.of(RepoId.parse("mallory/demo"), LocalFile.under(folder), "Upload demo");
    HubException refused = assertThrows(HubException.class, () -> plan(theirs));
    assertEquals(HubException.Kind.FORBIDDEN, refused.kind());
    assertEquals(List.of("GET H/api/whoami-v2", "GET H/api/models/mallory/demo"), hub.lines());
  }

  @Test
  void fileThatChangesWhileItWaitsIsNotSent() throws IOException {
    UploadPlan plan = plan(request());
    Files.write(folder.resolve("model.safetensors"), HubFolders.random(12_000_120, 99));
    Files.setLastModifiedTime(
        folder.resolve("model.safetensors"), FileTime.fromMillis(1_000_000_000_000L));
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                upload(
                    LocalHub.TOKEN, new Cancellation(), upload -> upload.run(plan, Progress.NONE)));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("changed while it was published"),
        failure.getMessage());
    assertTrue(hub.lines().stream().noneMatch(l -> l.startsWith("PUT S/objects/")));
  }
}

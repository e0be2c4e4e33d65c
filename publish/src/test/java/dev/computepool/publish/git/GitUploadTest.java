package dev.computepool.publish.git;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.publish.git.GitException.Kind;
import dev.computepool.publish.git.GitPlan.Item;
import dev.computepool.publish.git.GitPlan.State;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.LocalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pushes to git's own server, and clones with git and git-lfs.
class GitUploadTest {
  @TempDir Path folder;

  private GitServer server;
  private Http http;
  private Path model;

  @BeforeEach
  void open() throws Exception {
    for (String[] tool : new String[][] {{"git", "--version"}, {"git-lfs", "version"}}) {
      try {
        GitServer.run(folder, tool);
      } catch (IOException e) {
        Assumptions.abort(tool[0] + " is not installed: pushing to a git remote is not tried");
      }
    }
    server = new GitServer(folder.resolve("remotes"));
    server.create("demo.git");
    http = Http.open(HttpOptions.standard("computepool/test"), new Cancellation());
    model = Files.createDirectory(folder.resolve("model"));
    byte[] weights = new byte[3 << 20];
    new Random(1).nextBytes(weights);
    Files.write(model.resolve("model.q4_k_m.gguf"), weights);
    Files.write(model.resolve("loss plot.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
    Files.writeString(model.resolve("README.md"), "# Demo\n");
    Files.createDirectory(model.resolve("run"));
    Files.writeString(model.resolve("run/config.json"), "{}\n");
    Files.createFile(model.resolve("empty.bin"));
  }

  @AfterEach
  void close() {
    if (server != null) {
      http.close();
      server.close();
    }
  }

  private GitRequest request(String token) throws IOException {
    GitRemote remote =
        new GitRemote(server.url("demo.git"), "main", GitServer.USER, Secret.of(token));
    return new GitRequest(
        remote, LocalFile.under(model), "Publish demo", "ComputePool", "noreply@example.org", null);
  }

  private GitPlan plan() throws IOException {
    return upload().plan(request(GitServer.TOKEN), Progress.NONE);
  }

  private GitUpload upload() {
    return new GitUpload(http, ProxyRules.NONE);
  }

  private GitReport push() throws IOException {
    return upload().run(plan(), Progress.NONE);
  }

  private GitException fails() {
    return assertThrows(GitException.class, this::push);
  }

  private String git(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return GitServer.run(folder.resolve("remotes/demo.git"), command).strip();
  }

  private Path cloned(String name) throws Exception {
    String url =
        server.url("demo.git").replace("//", "//" + GitServer.USER + ":" + GitServer.TOKEN + "@");
    GitServer.run(
        folder,
        "git",
        "-c",
        "filter.lfs.process=git-lfs filter-process",
        "-c",
        "filter.lfs.smudge=git-lfs smudge -- %f",
        "-c",
        "filter.lfs.clean=git-lfs clean -- %f",
        "-c",
        "filter.lfs.required=true",
        "clone",
        "-q",
        url,
        name);
    return folder.resolve(name);
  }

  @Test
  void aCloneHasTheSameFiles() throws Exception {
    GitReport report = push();
    assertTrue(report.pushed());
    assertEquals(git("rev-parse", "main"), report.commit());
    assertEquals((3 << 20) + 7, report.bytesSent());
    Path clone = cloned("clone");
    for (LocalFile file : LocalFile.under(model)) {
      assertArrayEquals(
          Files.readAllBytes(file.file()), Files.readAllBytes(clone.resolve(file.path())));
    }
    assertEquals("", GitServer.run(clone, "git", "status", "--porcelain"));
    assertEquals(
        """
        *.bin filter=lfs diff=lfs merge=lfs -text
        /loss[[:space:]]plot.png filter=lfs diff=lfs merge=lfs -text
        *.gguf filter=lfs diff=lfs merge=lfs -text\
        """,
        git("show", "main:.gitattributes"));
    assertEquals("Publish demo", git("log", "-1", "--format=%s", "main"));
    assertEquals(List.of(), server.strays, "name and token went to another address");
  }

  @Test
  void whatIsThereMakesNoCommitAndIsNotSent() throws Exception {
    GitReport first = push();
    server.requests.clear();
    GitPlan again = plan();
    assertTrue(again.isDone());
    assertEquals(new GitReport(first.commit(), false, 0, 0), upload().run(again, Progress.NONE));
    assertFalse(server.requests.toString().contains("lfs"), server.requests.toString());
    assertFalse(server.requests.toString().contains("receive-pack"), server.requests.toString());
  }

  @Test
  void onlyWhatChangedIsSentAndWhatElseIsThereStays() throws Exception {
    push();
    Files.writeString(model.resolve("README.md"), "# Other\n");
    Files.copy(model.resolve("model.q4_k_m.gguf"), model.resolve("copy.gguf"));
    Files.delete(model.resolve("run/config.json"));
    GitPlan plan = plan();
    assertEquals(
        List.of("README.md CHANGED", "copy.gguf NEW"),
        plan.items().stream()
            .filter(item -> item.state() != State.SAME)
            .map(item -> item.path() + " " + item.state())
            .toList());
    assertEquals(List.of(), plan.attributes());
    GitReport report = upload().run(plan, Progress.NONE);
    assertEquals(0, report.bytesSent());
    assertEquals(2, report.files());
    assertEquals("{}", git("show", "main:run/config.json"));
    assertEquals("2", git("rev-list", "--count", "main"));
  }

  @Test
  void attributesThatAreThereAreKeptAndFollowed() throws Exception {
    Files.writeString(model.resolve(".gitattributes"), "*.md filter=lfs diff=lfs merge=lfs -text");
    GitPlan plan = plan();
    assertTrue(
        plan.items().stream().filter(i -> i.path().equals("README.md")).allMatch(Item::isLarge));
    upload().run(plan, Progress.NONE);
    assertTrue(
        git("show", "main:.gitattributes")
            .startsWith("*.md filter=lfs diff=lfs merge=lfs -text\n*.bin filter=lfs"));
    assertTrue(
        git("show", "main:README.md").startsWith("version https://git-lfs.github.com/spec/v1"));
    assertEquals("# Demo\n", Files.readString(cloned("clone").resolve("README.md")));
    assertTrue(plan().isDone());
  }

  @Test
  void whatTheRemoteRefusesIsToldInItsWords() throws Exception {
    Path hook = folder.resolve("remotes/demo.git/hooks/pre-receive");
    Files.writeString(hook, "#!/bin/sh\necho 'files over 10 MB are refused' >&2\nexit 1\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    GitException e = fails();
    assertEquals(Kind.REJECTED, e.kind());
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("files over 10 MB are refused"), e.getMessage());
    assertThrows(IOException.class, () -> git("rev-parse", "--verify", "-q", "main"));
  }

  @Test
  void aBranchThatWasPushedToMeanwhileIsNotOverwritten() throws Exception {
    push();
    Files.writeString(model.resolve("README.md"), "# Mine\n");
    GitPlan plan = plan();
    Path clone = cloned("clone");
    Files.writeString(clone.resolve("other"), "x");
    GitServer.run(clone, "git", "add", "other");
    GitServer.run(
        clone, "git", "-c", "user.name=o", "-c", "user.email=o@x", "commit", "-q", "-m", "other");
    GitServer.run(clone, "git", "-c", "core.hooksPath=/dev/null", "push", "-q");
    GitException e = assertThrows(GitException.class, () -> upload().run(plan, Progress.NONE));
    assertEquals(Kind.STALE, e.kind());
    assertEquals("other", git("log", "-1", "--format=%s", "main"));
  }

  @Test
  void aWrongTokenIsRefusedAndNotRepeated() {
    GitException e =
        assertThrows(
            GitException.class, () -> upload().plan(request("wr0ng-token"), Progress.NONE));
    assertEquals(Kind.NOT_AUTHORISED, e.kind());
    assertFalse(String.valueOf(e.getMessage()).contains("wr0ng"), e.getMessage());
  }

  @Test
  void whoMayNotPushIsToldBeforeAnythingIsMade() throws Exception {
    upload().check(request(GitServer.TOKEN).remote(), Progress.NONE);
    assertTrue(server.requests.stream().noneMatch(r -> r.startsWith("POST")));
    GitException e =
        assertThrows(
            GitException.class, () -> upload().check(request("wr0ng").remote(), Progress.NONE));
    assertEquals(Kind.NOT_AUTHORISED, e.kind());
    git("config", "http.receivepack", "false");
    e =
        assertThrows(
            GitException.class,
            () -> upload().check(request(GitServer.TOKEN).remote(), Progress.NONE));
    assertEquals(Kind.NOT_AUTHORISED, e.kind(), e.getMessage());
  }

  /// Hubs sign addresses for a quarter of an hour, and a file may take longer than that.
  @Test
  void anAddressThatHasExpiredIsAskedForAnew() throws Exception {
    server.expired.set(2);
    assertTrue(push().pushed());
    assertTrue(plan().isDone());
    assertTrue(
        server.requests.stream().filter(r -> r.endsWith("/info/lfs/objects/batch")).count() >= 2);
  }

  @Test
  void anotherAddressThatTheRemoteLeadsToGetsNoToken() {
    server.moved = true;
    GitException e = fails();
    assertEquals(List.of(), server.strays, e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("another server"), e.getMessage());
  }

  @Test
  void aFileThatChangesAfterItWasReadIsNotPublished() throws Exception {
    GitPlan plan = plan();
    Files.writeString(model.resolve("README.md"), "# Semo\n");
    Files.setLastModifiedTime(
        model.resolve("README.md"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    IOException e = assertThrows(IOException.class, () -> upload().run(plan, Progress.NONE));
    assertTrue(String.valueOf(e.getMessage()).contains("changed while"), e.getMessage());
    assertThrows(IOException.class, () -> git("rev-parse", "--verify", "-q", "main"));
  }

  @Test
  void whatTheStoreRefusesLeavesTheBranchAsItWas() throws Exception {
    server.refusal = "the quota is used up";
    GitException e = fails();
    assertEquals(Kind.STORE, e.kind());
    assertTrue(
        String.valueOf(e.getMessage()).contains("refuses loss plot.png: the quota is used up"),
        e.getMessage());
    assertThrows(IOException.class, () -> git("rev-parse", "--verify", "-q", "main"));
  }

  @Test
  void aRepositoryThatIsNotThereIsNotFound() {
    GitRemote remote =
        new GitRemote(server.url("none.git"), "main", GitServer.USER, Secret.of(GitServer.TOKEN));
    GitException e =
        assertThrows(
            GitException.class,
            () ->
                upload()
                    .plan(
                        new GitRequest(remote, LocalFile.under(model), "m", "a", "a@x", null),
                        Progress.NONE));
    assertEquals(Kind.NOT_FOUND, e.kind(), e.getMessage());
  }

  @Test
  void aRemoteIsAnAddressWithoutSecrets() {
    for (String url :
        List.of(
            "git@hf.co:a/b",
            "u:secret@hf.co/a/b",
            "ssh://x/y",
            "https://u:secret@x/y",
            "https://x y/z",
            "file:///x",
            "https://x/y?z")) {
      String told =
          String.valueOf(
              assertThrows(
                      IllegalArgumentException.class, () -> new GitRemote(url, "main", "u", null))
                  .getMessage());
      assertTrue(told.contains("URL") && !told.contains("secret"), told);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new GitRemote("https://x/y", "a..b", "u", null));
    assertEquals(
        "https://x/y.git/info/lfs/objects/batch",
        new GitRemote("https://x/y/", "main", "u", null).batchUrl());
  }
}

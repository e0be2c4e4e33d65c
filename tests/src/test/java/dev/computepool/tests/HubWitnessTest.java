package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubSettings;
import dev.computepool.publish.hub.HubUpload;
import dev.computepool.publish.hub.LocalFile;
import dev.computepool.publish.hub.RepoId;
import dev.computepool.publish.hub.UploadReport;
import dev.computepool.publish.hub.UploadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hugging Face's own clients at the same local Hub: what they upload is what we upload, and what
/// one has uploaded the other reads. `COMPUTEPOOL_TEST_PYTHON` names a Python with huggingface_hub,
/// `COMPUTEPOOL_TEST_NODE_MODULES` a folder in which npm has installed `@huggingface/hub`.
class HubWitnessTest {
  private static final String PYTHON =
      """
      import sys
      from huggingface_hub import HfApi, snapshot_download
      what, endpoint, token, repo, folder = sys.argv[1:]
      api = HfApi(endpoint=endpoint, token=token)
      if what == "upload":
          assert api.whoami()["name"] == "alice"
          api.create_repo(repo, private=True, exist_ok=True)
          api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Upload demo")
      else:
          snapshot_download(repo, endpoint=endpoint, token=token, local_dir=folder)
      """;

  private static final String SCRIPT =
      """
      import { readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
      const [module, what, hubUrl, accessToken, name, folder] = process.argv.slice(2);
      const hub = await import(module);
      const common = { repo: { type: "model", name }, accessToken, hubUrl };
      if (what === "upload") {
        await hub.whoAmI(common);
        if (!(await hub.repoExists(common))) {
          await hub.createRepo({ ...common, visibility: "private" });
        }
        const files = readdirSync(folder)
          .sort()
          .map((path) => ({ path, content: new Blob([readFileSync(folder + "/" + path)]) }));
        await hub.uploadFiles({ ...common, files, commitTitle: "Upload demo", useXet: false });
      } else {
        mkdirSync(folder);
        for await (const entry of hub.listFiles(common)) {
          const blob = await hub.downloadFile({ ...common, path: entry.path });
          writeFileSync(folder + "/" + entry.path, Buffer.from(await blob.arrayBuffer()));
        }
      }
      """;

  @TempDir Path temp;
  private LocalHub hub;
  private Path folder;

  @BeforeEach
  void startHub() throws IOException {
    hub = LocalHub.start();
    folder = temp.resolve("model");
    HubFolders.publishable(folder);
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  private UploadReport publish() throws IOException {
    try (Http http =
        Http.open(HttpOptions.standard("computepool/test; java/25"), new Cancellation())) {
      HubSettings settings = HubSettings.of(hub.endpoint(), Secret.of(LocalHub.TOKEN));
      HubUpload upload = new HubUpload(new Hub(http, settings, _ -> {}));
      UploadRequest request =
          UploadRequest.of(RepoId.parse("acme/demo"), LocalFile.under(folder), "Upload demo")
              .withPrivate(true);
      return upload.run(upload.plan(request, Progress.NONE), Progress.NONE);
    }
  }

  private void python(String what, Path target) throws IOException {
    String named = System.getenv().getOrDefault("COMPUTEPOOL_TEST_PYTHON", "");
    assumeTrue(!named.isEmpty(), "COMPUTEPOOL_TEST_PYTHON names no Python");
    Cli python =
        Cli.of(Path.of(named), temp)
            .env("HF_HUB_DISABLE_XET", "1")
            .env("HF_HUB_DISABLE_TELEMETRY", "1")
            .env("HF_HUB_DISABLE_PROGRESS_BARS", "1")
            .env("NO_PROXY", "*")
            .timeout(Duration.ofMinutes(5));
    assumeTrue(
        python.run("-c", "import huggingface_hub").exitCode() == 0,
        named + " has no huggingface_hub");
    Path script = Files.writeString(temp.resolve("witness.py"), PYTHON);
    run(
        python,
        script.toString(),
        what,
        hub.endpoint(),
        LocalHub.TOKEN,
        "acme/demo",
        target.toString());
  }

  private void javaScript(String what, Path target) throws IOException {
    String named = System.getenv().getOrDefault("COMPUTEPOOL_TEST_NODE_MODULES", "");
    assumeTrue(!named.isEmpty(), "COMPUTEPOOL_TEST_NODE_MODULES names no folder");
    Path module = Path.of(named).resolve("@huggingface/hub/dist/index.mjs");
    assumeTrue(Files.exists(module), "there is no " + module);
    Path script = Files.writeString(temp.resolve("witness.mjs"), SCRIPT);
    Cli node =
        Cli.of(Path.of("/usr/bin/env"), temp)
            .withArguments("node")
            .env("NO_PROXY", "*")
            .timeout(Duration.ofMinutes(5));
    assumeTrue(node.run("--version").exitCode() == 0, "there is no node");
    run(
        node,
        script.toString(),
        module.toUri().toString(),
        what,
        hub.endpoint(),
        LocalHub.TOKEN,
        "acme/demo",
        target.toString());
  }

  private static void run(Cli program, String... arguments) {
    Result result = program.run(arguments);
    assertEquals(0, result.exitCode(), result.stdout() + result.stderr());
  }

  private void assertPublished() throws IOException {
    Map<String, byte[]> there = hub.state.files("acme/demo", "main");
    there.remove(".gitattributes");
    HubFolders.assertSame(HubFolders.read(folder), there);
    assertEquals(List.of(), hub.violations());
  }

  private void assertRead(Path target) throws IOException {
    HubFolders.assertSame(HubFolders.read(folder), HubFolders.read(target));
    assertEquals(List.of(), hub.violations());
  }

  /// Requests in their order; those to the store, which have none, together.
  private List<String> order() {
    List<String> stored = hub.lines().stream().filter(l -> l.startsWith("PUT ")).sorted().toList();
    List<String> order = new ArrayList<>();
    for (String line : hub.lines()) {
      if (!line.startsWith("PUT ")) {
        order.add(line);
      } else if (!order.containsAll(stored)) {
        order.addAll(stored);
      }
    }
    return order;
  }

  @Test
  void pythonUploadsWhatWeUpload() throws IOException {
    python("upload", folder);
    assertPublished();
    UploadReport report = publish();
    assertEquals(4, report.unchanged().size(), "to us it is all there");
  }

  @Test
  void pythonReadsWhatWeUploaded() throws IOException {
    publish();
    python("download", temp.resolve("out"));
    assertRead(temp.resolve("out"));
  }

  @Test
  void pythonHasNothingToUploadAfterUs() throws IOException {
    publish();
    hub.forget();
    python("upload", folder);
    assertTrue(
        hub.lines().stream().noneMatch(l -> l.startsWith("PUT") || l.contains("/commit/")),
        hub.lines().toString());
  }

  @Test
  void weReadWhatPythonUploaded() throws IOException {
    python("upload", folder);
    download();
  }

  @Test
  void javaScriptMakesOurRequestsInOurOrder() throws IOException {
    javaScript("upload", folder);
    assertPublished();
    List<String> theirs = order();
    hub.close();
    hub = LocalHub.start();
    publish();
    assertPublished();
    List<String> ours =
        order().stream()
            .filter(l -> !l.endsWith("/api/validate-yaml") && !l.endsWith("/objects/verify"))
            .toList();
    assertEquals(theirs, ours);
  }

  @Test
  void javaScriptReadsWhatWeUploaded() throws IOException {
    publish();
    javaScript("download", temp.resolve("out"));
    assertRead(temp.resolve("out"));
  }

  @Test
  void weReadWhatJavaScriptUploaded() throws IOException {
    javaScript("upload", folder);
    download();
  }

  private void download() throws IOException {
    Result result =
        Cli.cp(temp)
            .env("HF_ENDPOINT", hub.endpoint())
            .env("HF_TOKEN", LocalHub.TOKEN)
            .env("NO_PROXY", "*")
            .run("models", "download", "acme/demo", "-o", "out");
    assertEquals(0, result.exitCode(), result.stderr());
    assertRead(temp.resolve("out"));
  }
}

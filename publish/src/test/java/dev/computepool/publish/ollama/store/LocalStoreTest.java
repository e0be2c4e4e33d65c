package dev.computepool.publish.ollama.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.FileChangedException;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest {
  private static final ModelName NAME = ModelName.parse("alice/tiny:q4_k_m");

  @TempDir Path folder;
  private Path weights;
  private LocalStore store;

  @BeforeEach
  void makeModel() throws IOException {
    weights = Models.gguf(folder.resolve("m.gguf"), 300_000, Models::qwen2);
    store = new LocalStore(folder.resolve("models"));
  }

  private Image image(String template) throws IOException {
    return Image.of(Model.of(weights).template(template).build(), Progress.NONE);
  }

  private StoreResult install(Image image, ModelName name, Placing placing) throws IOException {
    return store.install(store.plan(image, name, placing), Progress.NONE);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(store.root())) {
      return all.filter(Files::isRegularFile)
          .map(file -> store.root().relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void installsAModelWhereOllamaLooksForIt() throws IOException {
    Image image = image("{{ .Prompt }}");
    StorePlan plan = store.plan(image, NAME, Placing.COPY);
    assertFalse(Files.exists(store.root()), "planning changes nothing");
    assertEquals(image.totalBytes(), plan.bytes());
    StoreResult result = store.install(plan, Progress.NONE);
    Path manifest = store.root().resolve("manifests/registry.ollama.ai/alice/tiny/q4_k_m");
    assertEquals(
        new StoreResult(NAME, manifest, image.manifest().digest(), true, image.totalBytes(), 0),
        result);
    assertEquals(Optional.of(image.manifest()), store.manifest(NAME));
    List<String> expected =
        Stream.concat(
                image.blobs().stream().map(b -> "blobs/sha256-" + b.digest().hex()),
                Stream.of("manifests/registry.ollama.ai/alice/tiny/q4_k_m"))
            .sorted()
            .toList();
    assertEquals(expected, files());
    assertFalse(Files.exists(store.root().resolve(".computepool")));
    Digest model = image.layers().getFirst().blob().digest();
    assertArrayEquals(Files.readAllBytes(weights), Files.readAllBytes(store.blob(model)));
    for (String file : files()) {
      assertEquals("rw-r--r--", permissions(store.root().resolve(file)), file);
    }
    assertEquals("rwxr-xr-x", permissions(manifest.resolveSibling(".")));
  }

  @Test
  void theSameModelIsNotInstalledTwice() throws IOException {
    install(image("a"), NAME, Placing.COPY);
    StorePlan plan = store.plan(image("a"), NAME, Placing.COPY);
    assertTrue(plan.isUpToDate());
    assertEquals(0, plan.bytes());
    assertFalse(store.install(plan, Progress.NONE).changed());
  }

  @Test
  void anotherModelLeavesAllOthers() throws IOException {
    Image first = image("a");
    Image second = image("b");
    ModelName other = NAME.withTag("other");
    install(first, NAME, Placing.COPY);
    install(second, other, Placing.COPY);
    assertEquals(Optional.of(first.manifest()), store.manifest(NAME));
    assertEquals(Optional.of(second.manifest()), store.manifest(other));
    StorePlan plan = store.plan(second, NAME, Placing.COPY);
    assertEquals(first.manifest().digest(), plan.replaces());
    assertEquals(List.of(), plan.missing());
    install(second, NAME, Placing.COPY);
    assertEquals(Optional.of(second.manifest()), store.manifest(NAME));
    // Deleting blobs is the server's business.
    assertTrue(Files.exists(store.blob(first.layers().get(1).blob().digest())));
  }

  @Test
  void aNameThatDiffersInCaseOnlyIsTheSame() throws IOException {
    install(image("a"), ModelName.parse("Alice/Tiny:Q4_K_M"), Placing.COPY);
    install(image("b"), NAME, Placing.COPY);
    assertEquals(
        List.of("manifests/registry.ollama.ai/Alice/Tiny/Q4_K_M"),
        files().stream().filter(f -> f.startsWith("manifests")).toList());
    assertEquals(Optional.of(image("b").manifest()), store.manifest(NAME));
  }

  @Test
  void aLinkedModelTakesNoSpace() throws IOException {
    Instant old = Instant.now().minus(Duration.ofDays(2));
    Files.setLastModifiedTime(weights, FileTime.from(old));
    FileTime time = Files.getLastModifiedTime(weights);
    Image image = image("a");
    StoreResult result = install(image, NAME, Placing.LINK);
    assertEquals(Files.size(weights), result.linked());
    Path blob = store.blob(image.layers().getFirst().blob().digest());
    assertTrue(Files.isSameFile(weights, blob));
    assertEquals(time, Files.getLastModifiedTime(weights), "the file's own time");
    assertFalse(Files.exists(store.root().resolve(".computepool")));
  }

  @Test
  void aPrivateFileIsCopiedSinceOthersMustReadTheBlob() throws IOException {
    Files.setPosixFilePermissions(weights, PosixFilePermissions.fromString("rw-------"));
    Image image = image("a");
    assertEquals(0, install(image, NAME, Placing.LINK).linked());
    Path blob = store.blob(image.layers().getFirst().blob().digest());
    assertEquals("rw-r--r--", permissions(blob));
    assertEquals("rw-------", permissions(weights));
  }

  @Test
  void aBlobOfAnotherSizeIsReplacedAndAnOldOneTouched() throws IOException {
    Image image = image("a");
    Path damaged = store.blob(image.layers().getFirst().blob().digest());
    Path old = store.blob(image.layers().get(1).blob().digest());
    Files.createDirectories(damaged.getParent());
    Files.writeString(damaged, "cut short");
    Files.writeString(old, "a");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    install(image, NAME, Placing.COPY);
    assertArrayEquals(Files.readAllBytes(weights), Files.readAllBytes(damaged));
    assertTrue(
        Files.getLastModifiedTime(old).toInstant().isAfter(Instant.now().minusSeconds(60)),
        "a server that starts now would delete it");
  }

  @Test
  void aFileThatIsNotWhatItsDigestSaysIsNotInstalled() throws IOException {
    Digest wrong = Digest.parse("ab".repeat(32));
    Image image = Image.of(Model.of(new Model.Gguf(weights, wrong)).build(), Progress.NONE);
    assertThrows(VerificationException.class, () -> install(image, NAME, Placing.COPY));
    assertEquals(Optional.empty(), store.manifest(NAME));
    assertEquals(List.of(), files());
  }

  @Test
  void aFileThatChangesMeanwhileIsNotInstalled() throws IOException {
    Image image = image("a");
    for (Placing placing : Placing.values()) {
      StorePlan plan = store.plan(image, NAME, placing);
      byte[] bytes = Files.readAllBytes(weights);
      Files.write(weights, new byte[] {1});
      assertThrows(IOException.class, () -> store.install(plan, Progress.NONE));
      assertEquals(Optional.empty(), store.manifest(NAME));
      Files.write(weights, bytes);
    }
    StorePlan linking = store.plan(image, NAME, Placing.LINK);
    assertThrows(FileChangedException.class, () -> store.install(linking, Progress.NONE));
    assertEquals(Optional.empty(), store.manifest(NAME));
  }

  @Test
  void whenInterruptedNothingIsVisible() throws IOException {
    Cancellation cancellation = new Cancellation();
    StorePlan plan = store.plan(image("a"), NAME, Placing.COPY);
    cancellation.cancel();
    assertThrows(
        CancelledException.class, () -> store.install(plan, Progress.silent(cancellation)));
    assertEquals(Optional.empty(), store.manifest(NAME));
    assertEquals(List.of(), files());
    install(image("a"), NAME, Placing.COPY);
    assertEquals(Optional.of(image("a").manifest()), store.manifest(NAME));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}

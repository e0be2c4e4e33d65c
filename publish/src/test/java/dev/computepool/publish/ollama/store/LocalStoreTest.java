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
import java.nio.file.NotDirectoryException;
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

  private StoreResult install(Image image, ModelName name) throws IOException {
    return store.install(store.plan(image, name), Progress.NONE);
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
    StorePlan plan = store.plan(image, NAME);
    assertFalse(Files.exists(store.root()), "planning changes nothing");
    assertEquals(image.totalBytes(), plan.bytes());
    StoreResult result = store.install(plan, Progress.NONE);
    Path manifest = store.root().resolve("manifests/registry.ollama.ai/alice/tiny/q4_k_m");
    assertEquals(
        new StoreResult(NAME, manifest, image.manifest().digest(), true, image.totalBytes()),
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
    install(image("a"), NAME);
    StorePlan plan = store.plan(image("a"), NAME);
    assertTrue(plan.isUpToDate());
    assertEquals(0, plan.bytes());
    assertFalse(store.install(plan, Progress.NONE).changed());
  }

  @Test
  void anotherModelLeavesAllOthers() throws IOException {
    Image first = image("a");
    Image second = image("b");
    ModelName other = NAME.withTag("other");
    install(first, NAME);
    install(second, other);
    assertEquals(Optional.of(first.manifest()), store.manifest(NAME));
    assertEquals(Optional.of(second.manifest()), store.manifest(other));
    StorePlan plan = store.plan(second, NAME);
    assertEquals(first.manifest().digest(), plan.replaces());
    assertEquals(List.of(), plan.missing());
    install(second, NAME);
    assertEquals(Optional.of(second.manifest()), store.manifest(NAME));
    // Deleting blobs is the server's business.
    assertTrue(Files.exists(store.blob(first.layers().get(1).blob().digest())));
  }

  @Test
  void aNameThatDiffersInCaseOnlyIsTheSame() throws IOException {
    install(image("a"), ModelName.parse("Alice/Tiny:Q4_K_M"));
    install(image("b"), NAME);
    assertEquals(
        List.of("manifests/registry.ollama.ai/Alice/Tiny/Q4_K_M"),
        files().stream().filter(f -> f.startsWith("manifests")).toList());
    assertEquals(Optional.of(image("b").manifest()), store.manifest(NAME));
  }

  @Test
  void othersMayReadTheBlobOfAPrivateFile() throws IOException {
    Files.setPosixFilePermissions(weights, PosixFilePermissions.fromString("rw-------"));
    Image image = image("a");
    install(image, NAME);
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
    install(image, NAME);
    assertArrayEquals(Files.readAllBytes(weights), Files.readAllBytes(damaged));
    assertTrue(
        Files.getLastModifiedTime(old).toInstant().isAfter(Instant.now().minusSeconds(60)),
        "a server that starts now would delete it");
  }

  @Test
  void aFileThatIsNotWhatItsDigestSaysIsNotInstalled() throws IOException {
    Digest wrong = Digest.parse("ab".repeat(32));
    Image image = Image.of(Model.of(new Model.Gguf(weights, wrong)).build(), Progress.NONE);
    assertThrows(VerificationException.class, () -> install(image, NAME));
    assertEquals(Optional.empty(), store.manifest(NAME));
    assertEquals(List.of(), files());
  }

  @Test
  void aFileThatChangesMeanwhileIsNotInstalled() throws IOException {
    Image image = image("a");
    StorePlan plan = store.plan(image, NAME);
    Files.write(weights, new byte[] {1});
    assertThrows(FileChangedException.class, () -> store.install(plan, Progress.NONE));
    assertEquals(Optional.empty(), store.manifest(NAME));
    assertEquals(List.of(), files());
  }

  @Test
  void aStoreThatCannotBeOneIsRefused() throws IOException {
    store.requireWritable(); // it need not exist
    LocalStore file = new LocalStore(Files.writeString(folder.resolve("file"), "x"));
    assertThrows(NotDirectoryException.class, file::requireWritable);
    Files.createDirectories(store.root());
    Files.writeString(store.root().resolve("blobs"), "x");
    assertThrows(NotDirectoryException.class, store::requireWritable);
  }

  @Test
  void whenInterruptedNothingIsVisible() throws IOException {
    Cancellation cancellation = new Cancellation();
    StorePlan plan = store.plan(image("a"), NAME);
    cancellation.cancel();
    assertThrows(
        CancelledException.class, () -> store.install(plan, Progress.silent(cancellation)));
    assertEquals(Optional.empty(), store.manifest(NAME));
    assertEquals(List.of(), files());
    install(image("a"), NAME);
    assertEquals(Optional.of(image("a").manifest()), store.manifest(NAME));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}

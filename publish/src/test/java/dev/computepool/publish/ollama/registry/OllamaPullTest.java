package dev.computepool.publish.ollama.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Keys;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Models;
import dev.computepool.publish.ollama.OllamaKey;
import dev.computepool.publish.ollama.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaPullTest {
  private static final Retries QUICK =
      new Retries(3, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(1), true);

  @TempDir Path folder;
  private FakeRegistry registry;
  private Http http;
  private RegistryOptions options;
  private Path weights;
  private Image image;
  private ModelName name;
  private LocalStore store;

  @BeforeEach
  void push() throws IOException {
    registry = FakeRegistry.start().authenticated();
    http = Http.open(HttpOptions.standard("test"), Progress.NONE.cancellation());
    OllamaKey key = OllamaKey.read(Keys.vector(folder));
    options = RegistryOptions.standard(new Credentials.Key(key)).with(QUICK);
    weights = Models.gguf(folder.resolve("m.gguf"), 900_000, Models::qwen2);
    image = Image.of(Model.of(weights).template("{{ .Prompt }}").build(), Progress.NONE);
    name = new ModelName("http", registry.host(), "alice", "tiny", "q4_k_m");
    store = new LocalStore(folder.resolve("models"));
    OllamaPush push = new OllamaPush(http, options);
    push.run(push.plan(image, name, null), Progress.NONE);
  }

  @AfterEach
  void stop() {
    http.close();
    registry.close();
  }

  private void pull() throws IOException {
    OllamaPull pull = new OllamaPull(http, options);
    pull.run(pull.plan(name, store), Progress.NONE);
  }

  private Path blob() {
    return store.blob(image.blobs().getFirst().digest());
  }

  private Path partial() {
    return store.root().resolve(".computepool/incoming-" + image.blobs().getFirst().digest().hex());
  }

  private void assertPulled() throws IOException {
    assertEquals(Optional.of(image.manifest()), store.manifest(name));
    assertArrayEquals(Files.readAllBytes(weights), Files.readAllBytes(blob()));
    assertTrue(Files.notExists(store.root().resolve(".computepool")));
    assertEquals(List.of(), registry.complaints());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasPushedComesBack(boolean redirecting) throws IOException {
    if (redirecting) {
      registry.redirectingDownloads();
    }
    pull();
    assertPulled();
    OllamaPull again = new OllamaPull(http, options);
    assertEquals(0, again.plan(name, store).bytes());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnWhereItWasCut(boolean redirecting) throws IOException {
    if (redirecting) {
      registry.redirectingDownloads();
    }
    // The first answer ends in the middle; nothing of it is to be fetched again.
    registry.fault(
        (exchange, number) -> {
          String path = exchange.getRequestURI().getPath();
          boolean blob = path.contains(image.blobs().getFirst().digest().hex());
          boolean direct = path.startsWith(redirecting ? "/get/" : "/v2/");
          if (!blob || !direct || exchange.getRequestHeaders().containsKey("Range")) {
            return false;
          }
          exchange.sendResponseHeaders(200, Files.size(weights));
          exchange.getResponseBody().write(Files.readAllBytes(weights), 0, 500_000);
          exchange.getResponseBody().flush();
          return true;
        });
    pull();
    registry.fault(null);
    assertPulled();
  }

  @Test
  void theNextRunGoesOnWhereThisOneEnded() throws IOException {
    registry.fault(
        (exchange, number) -> {
          boolean blob =
              exchange.getRequestURI().getPath().contains(image.blobs().getFirst().digest().hex());
          if (blob && !exchange.getRequestHeaders().containsKey("Range")) {
            exchange.sendResponseHeaders(200, Files.size(weights));
            exchange.getResponseBody().write(Files.readAllBytes(weights), 0, 500_000);
            exchange.getResponseBody().flush();
          }
          return blob;
        });
    assertThrows(ConnectionException.class, this::pull);
    assertEquals(Optional.empty(), store.manifest(name));
    assertTrue(Files.size(partial()) > 0);
    registry.fault(
        (exchange, number) -> {
          boolean blob =
              exchange.getRequestURI().getPath().contains(image.blobs().getFirst().digest().hex());
          return blob && !exchange.getRequestHeaders().containsKey("Range");
        });
    pull();
    registry.fault(null);
    assertPulled();
  }

  @Test
  void aServerThatNeverGetsFurtherIsGivenUp() throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    AtomicInteger answers = new AtomicInteger();
    registry.fault(
        (exchange, number) -> {
          String path = exchange.getRequestURI().getPath();
          boolean blob = path.contains(image.blobs().getFirst().digest().hex());
          if (blob && exchange.getRequestHeaders().containsKey("Authorization")) {
            // Without regard to the range, and now more, now less.
            int length = answers.getAndIncrement() % 2 == 0 ? 400_000 : 300_000;
            exchange.sendResponseHeaders(200, length);
            exchange.getResponseBody().write(bytes, 0, length);
            return true;
          }
          return false;
        });
    RegistryException e = assertThrows(RegistryException.class, this::pull);
    assertEquals(RegistryException.Kind.NO_REGISTRY, e.kind());
    assertEquals(2, answers.get());
  }

  @Test
  void whatAnEarlierRunLeftDamagedIsFetchedAgain() throws IOException {
    Files.createDirectories(partial().resolveSibling("."));
    Files.write(partial(), new byte[1000]);
    pull();
    assertPulled();
  }

  @Test
  void aDamagedBlobIsRefused() throws IOException {
    registry.damage(image.blobs().getFirst().digestText());
    VerificationException e = assertThrows(VerificationException.class, this::pull);
    assertTrue(String.valueOf(e.getMessage()).contains("have SHA-256"), e.getMessage());
    assertEquals(Optional.empty(), store.manifest(name));
    assertTrue(Files.notExists(blob()));
  }

  @Test
  void aTokenThatRunsOutIsReplaced() throws IOException {
    registry.fault(
        (exchange, number) -> {
          if (number == 2) {
            registry.revokeTokens();
          }
          return false;
        });
    pull();
    assertPulled();
  }

  @Test
  void aModelThatIsNotThereIsReported() {
    name = name.withTag("other");
    RegistryException e = assertThrows(RegistryException.class, this::pull);
    assertEquals(RegistryException.Kind.NOT_FOUND, e.kind());
    assertEquals(
        "there is no model %s/alice/tiny:other".formatted(registry.host()), e.getMessage());
  }
}

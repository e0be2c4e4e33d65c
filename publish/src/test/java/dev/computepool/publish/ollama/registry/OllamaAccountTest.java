package dev.computepool.publish.ollama.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.computepool.base.Progress;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.ollama.Keys;
import dev.computepool.publish.ollama.OllamaKey;
import dev.computepool.publish.ollama.registry.OllamaAccount.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OllamaAccountTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

  /// Of `POST,/api/me?ts=1700000000`, from the specification.
  private static final String AUTHORIZATION =
      "AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4:"
          + "rIiY96jUDn3p5ExfP1C9/9nYzXAVUHfjrzeKC99KPtAvDgslJUcQu+zgUAVvRL4qthmIXTes0HMMaoLoLjgbBQ==";

  @TempDir Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = "";
  private HttpServer server;
  private Http http;
  private OllamaKey key;
  private OllamaAccount account;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    http = Http.open(HttpOptions.standard("test"), Progress.NONE.cancellation());
    key = OllamaKey.read(Keys.vector(folder));
    account = new OllamaAccount(http, home(), CLOCK);
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  private String home() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Authorization"));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Test
  void asksAsOllamaDoes() throws IOException {
    body = "{\"id\":\"1\",\"email\":\"a@example.org\",\"name\":\"Alice\",\"plan\":\"free\"}";
    assertEquals(new Owner.Account("Alice"), account.ask(key));
    assertEquals(List.of("POST /api/me?ts=1700000000 " + AUTHORIZATION), asked);
    assertEquals(List.of(), account.warnings(key, "alice"));
    assertEquals(
        List.of("the key belongs to Alice, and the model is to be one of acme"),
        account.warnings(key, "acme"));
  }

  @Test
  void aKeyOfNobodyCannotPublish() {
    status = 401;
    body = "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?x\"}";
    RegistryException e =
        assertThrows(RegistryException.class, () -> account.warnings(key, "alice"));
    assertEquals(RegistryException.Kind.NOT_AUTHORISED, e.kind());
    assertEquals(
        "the key %s is linked to no account; %s links it"
            .formatted(key.publicLine(), key.connectUrl("computepool")),
        e.getMessage());
  }

  @Test
  void whatMakesNoSenseTellsNothing() throws IOException {
    for (String text : List.of("<html>", "[]", "{\"name\":7}", "{\"name\":{}}", "")) {
      body = text;
      assertEquals(new Owner.Unknown("status 200"), account.ask(key), text);
    }
    status = 503;
    body = "busy";
    assertEquals(
        List.of(home() + " does not say whose key this is: status 503"),
        account.warnings(key, "alice"));
    assertEquals(6, asked.size(), "each is asked once");
  }

  @Test
  void theRegistryMayBeThereAlthoughThisIsNot() throws IOException {
    server.stop(0);
    assertEquals(
        List.of(home() + " does not say whose key this is: no connection: the host refuses it"),
        account.warnings(key, "alice"));
  }
}

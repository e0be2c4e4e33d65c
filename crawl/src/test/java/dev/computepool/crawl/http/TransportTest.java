package dev.computepool.crawl.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.crawl.LoopbackSite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransportTest {
  private static final long LIMIT = 1 << 20;

  private final LoopbackSite site = LoopbackSite.start();
  private final AtomicLong sent = new AtomicLong();
  private final CountDownLatch poured = new CountDownLatch(1);
  private final Transport transport = open(new AddressRules(List.of("127.0.0.1")));

  /// What is expected comes within it on any machine.
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Transport open(AddressRules rules, FixedAddress... fixed) {
    return Transport.open(LoopbackSite.options(ProxyRules.NONE, rules, List.of(fixed)));
  }

  @AfterEach
  void close() {
    transport.close();
    site.close();
  }

  private String get(String path) throws IOException {
    return get(transport, site.url(path), LIMIT, MINUTE);
  }

  private static String get(Transport transport, URI url, long limit, Duration time)
      throws IOException {
    return transport.send(
        Call.get(url, Map.of(), limit, time),
        (head, body) -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void encodingsAreTakenOff() throws IOException {
    site.on(
        "/gzip",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          LoopbackSite.send(
              exchange, 200, "text/html", gzip("packed".getBytes(StandardCharsets.UTF_8)));
        });
    // "hello" by the reference encoder.
    byte[] brotli = Base64.getDecoder().decode("CwKAaGVsbG8D");
    site.on(
        "/br",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "br");
          LoopbackSite.send(exchange, 200, "text/html", brotli);
        });
    site.on(
        "/lie",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          LoopbackSite.send(exchange, 200, "text/html", "plain");
        });
    assertEquals("packed", get("/gzip"));
    assertEquals("hello", get("/br"));
    assertEquals("plain", get("/lie"));
    assertEquals("gzip, br", site.asked().getFirst().header("Accept-encoding"));
  }

  @Test
  void anUnknownEncodingIsAnError() {
    site.on(
        "/zip",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "compress");
          LoopbackSite.send(exchange, 200, "text/html", "x");
        });
    assertEquals(
        "unknown content encoding 'compress'",
        assertThrows(IOException.class, () -> get("/zip")).getMessage());
  }

  @Test
  void whatSaysThatItIsTooLargeIsNotRead() throws InterruptedException {
    site.on(
        "/large",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, 2L << 30);
          pour(exchange);
        });
    assertEquals(
        "has 2.0 GiB, the limit is 1.0 MiB",
        assertThrows(TooLargeException.class, () -> get("/large")).getMessage());
    assertHardlyAnythingWasSent();
  }

  @Test
  void whatTurnsOutToBeTooLargeIsBrokenOff() throws InterruptedException {
    site.on(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          pour(exchange);
        });
    assertThrows(TooLargeException.class, () -> get("/endless"));
    assertHardlyAnythingWasSent();
  }

  /// Sends two gigabytes, unless the other side has enough of it before.
  private void pour(HttpExchange exchange) throws IOException {
    byte[] piece = new byte[1 << 16];
    try {
      for (int i = 0; i < 1 << 15; i++) {
        exchange.getResponseBody().write(piece);
        sent.addAndGet(piece.length);
      }
    } finally {
      poured.countDown();
    }
  }

  /// Beyond the limit there is only what was on its way.
  private void assertHardlyAnythingWasSent() throws InterruptedException {
    assertTrue(poured.await(60, TimeUnit.SECONDS), "the server is still sending");
    assertTrue(sent.get() < LIMIT + (16 << 20), () -> sent.get() + " bytes were sent");
  }

  @Test
  void aSmallAnswerThatUnpacksToALargeOneIsTooLarge() throws IOException {
    byte[] bomb = gzip(new byte[64 << 20]);
    assertTrue(bomb.length < LIMIT);
    site.on(
        "/bomb",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          LoopbackSite.send(exchange, 200, "text/html", bomb);
        });
    assertThrows(TooLargeException.class, () -> get("/bomb"));
  }

  @Test
  void bytesThatDripAreBrokenOffInTime() {
    site.on(
        "/tar",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          // Far longer than anybody waits for the end of this test.
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            pause(100);
          }
        });
    TooSlowException failure =
        assertThrows(
            TooSlowException.class,
            () -> get(transport, site.url("/tar"), LIMIT, Duration.ofMillis(700)));
    assertEquals("not complete after 0.7 s", failure.getMessage());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aNameWithAPrivateAddressIsNotConnectedTo() {
    FixedAddress rebound =
        new FixedAddress("evil.example", site.port(), InetAddress.getLoopbackAddress());
    try (Transport strict = open(AddressRules.PUBLIC, rebound)) {
      URI url = URI.create("http://evil.example:" + site.port() + "/");
      assertEquals(
          "evil.example has the address 127.0.0.1, which is not public",
          assertThrows(PrivateAddressException.class, () -> get(strict, url, LIMIT, MINUTE))
              .getMessage());
    }
    assertEquals(List.of(), site.asked());
  }

  @Test
  void otherWaysToWriteAnAddressOfThisMachineDoNotHelp() {
    for (String host :
        List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")) {
      URI url = URI.create("http://%s:%d/".formatted(host, site.port()));
      try (Transport strict = open(AddressRules.PUBLIC)) {
        assertThrows(PrivateAddressException.class, () -> get(strict, url, LIMIT, MINUTE), host);
      }
    }
    assertEquals(List.of(), site.asked());
  }

  /// Without it a page could talk to the proxy where that is not used, here for `http:`.
  @Test
  void aPageCannotLeadToTheProxyItself() {
    try (Transport proxied =
        Transport.open(
            LoopbackSite.options(
                ProxyRules.parse(null, "http://127.0.0.1:" + site.port(), null),
                AddressRules.PUBLIC,
                List.of()))) {
      assertThrows(PrivateAddressException.class, () -> get(proxied, site.url("/"), LIMIT, MINUTE));
    }
    assertEquals(List.of(), site.asked());
  }

  /// More than there are connections: those over it wait before their time begins.
  @Test
  void whoWaitsForAPlaceIsNotTooSlow() throws Exception {
    List<FixedAddress> hosts = new ArrayList<>();
    for (int i = 0; i < 320; i++) {
      hosts.add(
          new FixedAddress(
              "h%d.example".formatted(i), site.port(), InetAddress.ofLiteral("127.0.0.1")));
    }
    Duration time = Duration.ofSeconds(8);
    CountDownLatch open = new CountDownLatch(1);
    site.on(
        "/slow",
        exchange -> {
          await(open);
          LoopbackSite.send(exchange, 200, "text/html", "slow");
        });
    List<Future<String>> answers = new ArrayList<>();
    try (Transport many = open(new AddressRules(List.of("*")), hosts.toArray(FixedAddress[]::new));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (FixedAddress host : hosts) {
          URI url = URI.create("http://%s:%d/slow".formatted(host.host(), site.port()));
          boolean atOnce = answers.size() < 200;
          answers.add(threads.submit(() -> get(many, url, LIMIT, atOnce ? MINUTE : time)));
          while (atOnce && site.count("/slow") < answers.size()) {
            // None can be done yet, but by failing.
            assertFalse(answers.getLast().isDone(), () -> "it came to " + answers.getLast());
            pause(1);
          }
        }
        pause(time.plusMillis(500).toMillis()); // the others wait for longer than they may take
        assertEquals(200, site.count("/slow"));
        open.countDown();
        for (Future<String> answer : answers) {
          assertEquals("slow", answer.get());
        }
      } finally {
        open.countDown(); // whatever failed: closing the threads waits for all answers
      }
    }
    assertEquals(320, site.count("/slow"));
  }

  @Test
  void requestsGoThroughTheProxyWithTheNameOfTheHost() throws IOException {
    site.on("/x", exchange -> LoopbackSite.send(exchange, 200, "text/html", "by proxy"));
    try (Transport proxied =
        Transport.open(
            LoopbackSite.options(
                ProxyRules.parse("http://127.0.0.1:" + site.port(), null, null),
                AddressRules.PUBLIC,
                List.of()))) {
      assertEquals("by proxy", get(proxied, URI.create("http://docs.example/x"), LIMIT, MINUTE));
      assertEquals("docs.example", site.asked().getFirst().header("Host"));
      assertThrows(
          PrivateAddressException.class,
          () -> get(proxied, URI.create("http://10.0.0.1/x"), LIMIT, MINUTE));
    }
  }
}

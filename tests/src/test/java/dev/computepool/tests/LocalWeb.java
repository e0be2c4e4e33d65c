package dev.computepool.tests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// A small Internet on this machine: one server that is several hosts, told apart by the name they
/// are asked by. It notes when each request came and when it was answered.
final class LocalWeb implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("web-", 0).factory());
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Visit> visits = new CopyOnWriteArrayList<>();
  private volatile Semaphore places = new Semaphore(Integer.MAX_VALUE);

  /// Answers a request.
  @FunctionalInterface
  interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  /// One request, from when it was seen until just before the first byte of its answer's body was
  /// sent. Whoever asks has sent it before `from`, and has the whole answer after `to`.
  record Visit(String host, String path, String query, String agent, long from, long to) {
    String place() {
      return host + path;
    }
  }

  private LocalWeb(HttpServer server) {
    this.server = server;
  }

  static LocalWeb start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      LocalWeb web = new LocalWeb(server);
      server.setExecutor(web.threads);
      server.createContext("/", web::answer);
      server.start();
      return web;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    long from = System.nanoTime();
    String asked = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    String host = asked.replaceFirst(":\\d+$", "");
    String path = exchange.getRequestURI().getRawPath();
    String query = exchange.getRequestURI().getRawQuery();
    String agent = String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent"));
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      places.acquire();
    } catch (InterruptedException e) {
      exchange.close(); // nobody gets an answer any more
      return;
    }
    OutputStream answer =
        noting(
            exchange.getResponseBody(),
            () ->
                visits.add(
                    new Visit(
                        host, path, query == null ? "" : query, agent, from, System.nanoTime())));
    exchange.setStreams(new ByteArrayInputStream(body), answer); // the body to be read again
    try (exchange) {
      handlers
          .getOrDefault(host + path, e -> send(e, 404, "text/html", "<p>not here"))
          .handle(exchange);
    }
  }

  /// Has something done before the first byte.
  private static OutputStream noting(OutputStream out, Runnable first) {
    return new FilterOutputStream(out) {
      private boolean begun;

      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        if (!begun) {
          begun = true;
          first.run();
        }
        out.write(bytes, from, length);
      }
    };
  }

  /// Answers so many requests that come from now on, and leaves all others without an answer.
  LocalWeb answerOnly(int requests) {
    places = new Semaphore(requests);
    return this;
  }

  /// Answers all requests that come from now on.
  LocalWeb answerAll() {
    return answerOnly(Integer.MAX_VALUE);
  }

  /// Answers requests for a place such as `docs.example/a.html`.
  LocalWeb on(String place, Handler handler) {
    handlers.put(place, handler);
    return this;
  }

  LocalWeb page(String place, String type, byte[] bytes) {
    return on(place, exchange -> send(exchange, 200, type, bytes));
  }

  LocalWeb page(String place, String html) {
    return page(place, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
  }

  LocalWeb redirect(String place, String to) {
    return on(
        place,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          send(exchange, 302, "text/html", "<p>moved");
        });
  }

  static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    send(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
  }

  static void send(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Requests that are answered, or are being so, in that order.
  List<Visit> visits() {
    return List.copyOf(visits);
  }

  void forget() {
    visits.clear();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// The URL of a place.
  String url(String place) {
    int slash = place.indexOf('/');
    return "http://" + place.substring(0, slash) + ":" + port() + place.substring(slash);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.computepool.crawl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.FixedAddress;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server on this machine that answers as it is told and remembers what it was asked.
public final class LoopbackSite implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("site-", 0).factory());
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /// One request.
  ///
  /// @param at as {@link System#nanoTime}
  public record Asked(
      String path, String query, Map<String, List<String>> headers, String body, long at) {
    /// The first value of a header, empty if there is none.
    public String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }
  }

  /// Answers requests.
  @FunctionalInterface
  public interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private LoopbackSite(HttpServer server) {
    this.server = server;
  }

  /// What such a site is asked with, without a proxy.
  ///
  /// @param allowed the private addresses that may be reached
  public static Transport transport(String allowed) {
    return Transport.open(options(ProxyRules.NONE, new AddressRules(List.of(allowed)), List.of()));
  }

  /// How such a site is asked: whoever says nothing for a minute says nothing at all, however busy
  /// the machine is.
  public static TransportOptions options(
      ProxyRules proxies, AddressRules rules, List<FixedAddress> fixed) {
    Duration silence = Duration.ofMinutes(1);
    return new TransportOptions("test", proxies, rules, fixed, silence, silence);
  }

  /// Starts one on a free port.
  public static LoopbackSite start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      LoopbackSite site = new LoopbackSite(server);
      server.setExecutor(site.threads);
      server.createContext("/", site::answer);
      server.start();
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    URI uri = exchange.getRequestURI();
    asked.add(
        new Asked(
            uri.getRawPath(),
            uri.getRawQuery() == null ? "" : uri.getRawQuery(),
            Map.copyOf(exchange.getRequestHeaders()),
            body,
            System.nanoTime()));
    try (exchange) {
      Handler handler = handlers.get(uri.getRawPath());
      if (handler == null) {
        send(exchange, 404, "text/plain", "nothing here");
      } else {
        handler.handle(exchange);
      }
    }
  }

  /// Answers requests for a path.
  public LoopbackSite on(String path, Handler handler) {
    handlers.put(path, handler);
    return this;
  }

  /// Answers requests for a path with a page.
  public LoopbackSite page(String path, String html) {
    return on(path, exchange -> send(exchange, 200, "text/html; charset=utf-8", html));
  }

  /// Answers once.
  public static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    send(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Answers once.
  public static void send(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /// What it was asked, in order.
  public List<Asked> asked() {
    return new ArrayList<>(asked);
  }

  /// The paths it was asked for, in order.
  public List<String> paths() {
    return asked.stream().map(Asked::path).toList();
  }

  /// How often it was asked for a path.
  public long count(String path) {
    return asked.stream().filter(a -> a.path().equals(path)).count();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// One of its URLs.
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.computepool.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Hugging Face's Hub on this machine, and its store, which is another host: clients tell one from
/// the other by name. It is strict: whatever the real one may let pass and must not be done is
/// noted as a violation.
///
/// A fault is something that happens to requests that match, so many times.
final class LocalHub implements AutoCloseable {
  /// May do everything.
  static final String TOKEN = "hf_localWriteTokenOfTests0000000000";

  /// May read.
  static final String READ_TOKEN = "hf_localReadTokenOfTests00000000000";

  /// What the token may be nowhere.
  static final String SIGNATURE = "X-Signature=";

  private static final JsonMapper JSON = new JsonMapper();

  final HubState state;

  private final HttpServer server;

  /// Threads of the system: on a machine with two cores those that read what a call writes would
  /// hold all that virtual threads run on.
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("hub-", 0).factory());

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final HubRoutes routes;
  private final HubFiles files;

  /// From this size on uploads are in parts.
  long multipartFrom = 16 << 20;

  long chunk = 8 << 20;

  /// Entries of a page of a tree.
  int pageSize = 1000;

  /// One request.
  static final class Seen {
    private final String method;
    private final String url;
    private final boolean store;
    private final @Nullable String token;
    private final Map<String, String> headers;
    private final byte[] body;

    Seen(
        String method,
        String url,
        boolean store,
        @Nullable String token,
        Map<String, String> headers,
        byte[] body) {
      this.method = method;
      this.url = url;
      this.store = store;
      this.token = token;
      this.headers = headers;
      this.body = body;
    }

    String method() {
      return method;
    }

    /// Path and query, as they were sent.
    String url() {
      return url;
    }

    /// Whether it went to the store.
    boolean store() {
      return store;
    }

    @Nullable String token() {
      return token;
    }

    /// By name in lower case.
    Map<String, String> headers() {
      return headers;
    }

    byte[] body() {
      return body;
    }

    String path() {
      int query = url.indexOf('?');
      return query < 0 ? url : url.substring(0, query);
    }

    String query(String name) {
      int query = url.indexOf('?');
      for (String pair : (query < 0 ? "" : url.substring(query + 1)).split("&", -1)) {
        if (pair.startsWith(name + "=")) {
          return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        }
      }
      return "";
    }

    @Nullable String header(String name) {
      return headers.get(name.toLowerCase(java.util.Locale.ROOT));
    }

    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    /// Method and path, the store's with a name of its own.
    String line() {
      return method + " " + (store ? "S" : "H") + path();
    }

    boolean is(String aMethod, String pathPart) {
      return method.equals(aMethod) && path().contains(pathPart);
    }
  }

  /// An answer.
  static final class Reply {
    final int status;
    final byte[] body;
    final Map<String, String> headers = new java.util.TreeMap<>();

    /// How much of the body is sent before the connection is cut.
    long cutAfter = Long.MAX_VALUE;

    /// Whether it stays open then.
    boolean stalls;

    Reply(int status, String type, byte[] body) {
      this.status = status;
      this.body = body;
      headers.put("Content-Type", type);
    }

    static Reply json(int status, String json) {
      return new Reply(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    static Reply empty(int status) {
      return new Reply(status, "text/plain", new byte[0]);
    }

    static Reply error(int status, @Nullable String code, String message) {
      Reply reply =
          json(status, "{\"error\":%s}".formatted(quoted(message)))
              .with("X-Error-Message", message);
      return code == null ? reply : reply.with("X-Error-Code", code);
    }

    Reply with(String name, String value) {
      headers.put(name, value);
      return this;
    }

    /// Sends no more until the client is gone.
    Reply stallAfter(long bytes) {
      cutAfter = bytes;
      stalls = true;
      return this;
    }

    Reply cutAfter(long bytes) {
      cutAfter = bytes;
      return this;
    }
  }

  /// Something that goes wrong.
  @FunctionalInterface
  interface Trouble {
    /// Answers in place of the Hub.
    ///
    /// @param regular what the answer would be; asking for it does what the request wants
    /// @return null to close the connection without an answer
    @Nullable Reply answer(Seen request, Answering regular) throws IOException;
  }

  /// The regular answer to a request.
  @FunctionalInterface
  interface Answering {
    Reply answer() throws IOException;
  }

  private static final class Fault {
    final Predicate<Seen> which;
    final Trouble trouble;
    int times;

    Fault(Predicate<Seen> which, int times, Trouble trouble) {
      this.which = which;
      this.times = times;
      this.trouble = trouble;
    }
  }

  private LocalHub(HttpServer server, HubState state) {
    this.server = server;
    this.state = state;
    this.routes = new HubRoutes(this);
    this.files = new HubFiles(this);
  }

  static LocalHub start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      LocalHub hub = new LocalHub(server, new HubState());
      server.setExecutor(hub.threads);
      server.createContext("/", hub::serve);
      server.start();
      return hub;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the Hub is.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Where its store is.
  String store() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /// Lets something go wrong with the next requests that match.
  LocalHub trouble(Predicate<Seen> which, int times, Trouble trouble) {
    synchronized (faults) {
      faults.add(new Fault(which, times, trouble));
    }
    return this;
  }

  /// From now on nothing goes wrong.
  void endTrouble() {
    synchronized (faults) {
      faults.clear();
    }
  }

  /// All requests, in the order in which they came.
  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<String> lines() {
    return seen.stream().map(Seen::line).toList();
  }

  void forget() {
    seen.clear();
  }

  /// Notes what must not be done.
  void violation(Seen request, String what) {
    violations.add(request.line() + ": " + what);
  }

  void check(Seen request, boolean holds, String what) {
    if (!holds) {
      violation(request, what);
    }
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  static String quoted(String text) {
    return JSON.valueToTree(text).toString();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      e -> e.getKey().toLowerCase(java.util.Locale.ROOT),
                      e -> String.join(", ", e.getValue())));
      String authorization = headers.get("authorization");
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              host.startsWith("localhost"),
              authorization == null ? null : authorization.replaceFirst("^Bearer ", ""),
              headers,
              body);
      seen.add(request);
      Reply reply = reply(request);
      if (reply != null) {
        send(exchange, request, reply);
      }
    }
  }

  private @Nullable Reply reply(Seen request) throws IOException {
    Trouble trouble = null;
    synchronized (faults) {
      for (Fault fault : faults) {
        if (trouble == null && fault.times > 0 && fault.which.test(request)) {
          fault.times--;
          trouble = fault.trouble;
        }
      }
    }
    return trouble == null ? regular(request) : trouble.answer(request, () -> regular(request));
  }

  private Reply regular(Seen request) throws IOException {
    synchronized (state) {
      checkAuthorization(request);
      return request.store() ? files.answer(request) : routes.answer(request, files);
    }
  }

  /// Whoever has the signature needs no token, and must not tell it.
  private void checkAuthorization(Seen request) {
    boolean signed = request.store() || request.path().equals("/api/complete_multipart");
    if (signed) {
      check(request, request.token() == null, "Authorization at a signed address");
    } else if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      check(request, request.token() != null, "no Authorization at the Hub");
    }
  }

  private static void send(HttpExchange exchange, Seen request, Reply reply) throws IOException {
    reply.headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.getResponseHeaders().set("X-Request-Id", "Root=1-local");
    if (request.method().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(reply.body.length));
      exchange.sendResponseHeaders(reply.status, -1);
      return;
    }
    exchange.sendResponseHeaders(reply.status, reply.body.length == 0 ? -1 : reply.body.length);
    if (reply.body.length == 0) {
      return;
    }
    OutputStream out = exchange.getResponseBody();
    if (reply.cutAfter < reply.body.length) {
      out.write(Arrays.copyOf(reply.body, (int) reply.cutAfter));
      out.flush();
      if (reply.stalls) {
        stall();
      }
      return; // closing the exchange closes the connection, for its body is not whole
    }
    out.write(reply.body);
    out.close();
  }

  private static void stall() {
    try {
      Thread.sleep(Duration.ofMinutes(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the Hub is closed
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

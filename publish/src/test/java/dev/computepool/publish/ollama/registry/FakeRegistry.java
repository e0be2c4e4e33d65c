package dev.computepool.publish.ollama.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A registry that does what Ollama's does and Debian's cannot: it gives tokens for signatures,
/// sends parts to a store under another host name, and fails when it is told to. It is strict: what
/// a real one might let pass it notes as a complaint.
final class FakeRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  /// What happens to a request instead of what should.
  @FunctionalInterface
  interface Fault {
    /// Whether it has dealt with the request.
    boolean strikes(HttpExchange exchange, int number) throws IOException;
  }

  private static final class Session {
    final String id;
    int state;
    boolean cut;
    final Map<Integer, byte[]> parts = new TreeMap<>();

    Session(String id) {
      this.id = id;
    }

    synchronized byte[] content() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      parts.values().forEach(out::writeBytes);
      return out.toByteArray();
    }

    synchronized String etag() throws GeneralSecurityException {
      MessageDigest all = MessageDigest.getInstance("MD5");
      for (byte[] part : parts.values()) {
        all.update(MessageDigest.getInstance("MD5").digest(part));
      }
      return HexFormat.of().formatHex(all.digest()) + "-" + parts.size();
    }
  }

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger storing = new AtomicInteger();
  private final AtomicInteger mostStoring = new AtomicInteger();
  private volatile boolean authenticated;
  private volatile boolean redirecting;
  private volatile boolean redirectingDownloads;
  private volatile boolean relative;
  private final CountDownLatch two = new CountDownLatch(2);
  private volatile long together = Long.MAX_VALUE;
  private volatile String realm = "";
  private volatile @Nullable Fault fault;

  private FakeRegistry(HttpServer server) {
    this.server = server;
  }

  static FakeRegistry start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FakeRegistry registry = new FakeRegistry(server);
    server.setExecutor(registry.threads);
    server.createContext("/", registry::answer);
    server.start();
    registry.realm = "http://" + registry.host() + "/v2/token";
    return registry;
  }

  /// Asks for tokens.
  FakeRegistry authenticated() {
    authenticated = true;
    return this;
  }

  /// Names another place for tokens than its own.
  FakeRegistry realm(String value) {
    realm = value;
    return this;
  }

  /// Sends parts to the store.
  FakeRegistry redirecting() {
    redirecting = true;
    return this;
  }

  /// Has the store keep the first part of so many bytes until another one comes.
  FakeRegistry together(long bytes) {
    together = bytes;
    return this;
  }

  /// Sends downloads to the store.
  FakeRegistry redirectingDownloads() {
    redirectingDownloads = true;
    return this;
  }

  /// Names the next place of an upload without scheme and host.
  FakeRegistry relative() {
    relative = true;
    return this;
  }

  /// Has something go wrong.
  void fault(@Nullable Fault value) {
    fault = value;
    count.set(0);
  }

  /// All tokens run out.
  void revokeTokens() {
    tokens.clear();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String store() {
    return "localhost:" + server.getAddress().getPort();
  }

  /// What clients did wrong.
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /// Methods and paths, in the order in which they came.
  List<String> requests() {
    return List.copyOf(requests);
  }

  void forgetRequests() {
    requests.clear();
  }

  /// Names under which a model can be seen.
  Set<String> visible() {
    return Set.copyOf(manifests.keySet());
  }

  /// A blob, null if there is none.
  byte @Nullable [] blob(String digest) {
    return blobs.get(digest);
  }

  void damage(String digest) {
    blobs.computeIfPresent(
        digest,
        (_, bytes) -> {
          byte[] damaged = bytes.clone();
          damaged[bytes.length / 2] ^= 1;
          return damaged;
        });
  }

  int mostStoring() {
    return mostStoring.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String host = exchange.getRequestHeaders().getFirst("Host");
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
    int number = count.getAndIncrement();
    requests.add(
        line.replaceAll("uploads/[0-9a-f-]+", "uploads/ID")
            .replaceAll("sha256:([0-9a-f]{4})[0-9a-f]+", "$1"));
    try (exchange) {
      Fault current = fault;
      if (current != null && current.strikes(exchange, number)) {
        return;
      }
      if (store().equals(host)) {
        answerStore(exchange);
      } else if (line.equals("GET /v2/token")) {
        giveToken(exchange);
      } else if (isKnown(exchange)) {
        answerRegistry(exchange);
      }
    } catch (GeneralSecurityException e) {
      complaints.add(line + ": " + e);
      send(exchange, 500, "");
    }
  }

  // --- tokens ---

  private void giveToken(HttpExchange exchange) throws IOException, GeneralSecurityException {
    String url = "http://" + host() + exchange.getRequestURI(); // as it stood in the request line
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String[] halves = authorization.split(":", -1);
    boolean signed = halves.length == 2 && isSigned("GET," + url + "," + emptyBody(), halves);
    if (!signed) {
      complaints.add("a token is asked for without a sound signature");
      send(
          exchange,
          401,
          "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"bad signature\"}]}");
      return;
    }
    if (!exchange
        .getRequestURI()
        .getRawQuery()
        .matches(
            "nonce=[A-Za-z0-9_-]{22}(&scope=repository%3A[^&]+%3A(pull|push))*&service=fake&ts=[0-9]{10}")) {
      complaints.add("a token is asked for with " + exchange.getRequestURI().getRawQuery());
    }
    String token = "token-" + tokens.size() + "-" + System.nanoTime();
    tokens.add(token);
    send(exchange, 200, "{\"token\":\"" + token + "\"}");
  }

  private static String emptyBody() throws GeneralSecurityException {
    String hex = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest());
    return Base64.getEncoder().encodeToString(hex.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isSigned(String text, String[] halves) throws GeneralSecurityException {
    byte[] blob = Base64.getDecoder().decode(halves[0]);
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] key = Arrays.copyOf(prefix, prefix.length + 32);
    System.arraycopy(blob, blob.length - 32, key, prefix.length, 32);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(key)));
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getDecoder().decode(halves[1]));
  }

  private boolean isKnown(HttpExchange exchange) throws IOException {
    if (!authenticated) {
      return true;
    }
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (authorization.startsWith("Bearer ") && tokens.contains(authorization.substring(7))) {
      return true;
    }
    challenge(exchange);
    return false;
  }

  /// Answers that a token is wanted.
  void challenge(HttpExchange exchange) throws IOException {
    exchange
        .getResponseHeaders()
        .set(
            "WWW-Authenticate",
            "Bearer service=\"fake\",scope=\"repository:alice/tiny:pull"
                + " repository:alice/tiny:push\",realm=\""
                + realm
                + "\"");
    send(
        exchange,
        401,
        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
  }

  // --- registry ---

  private void answerRegistry(HttpExchange exchange) throws IOException, GeneralSecurityException {
    String path = exchange.getRequestURI().getPath().replaceFirst("^/v2/alice/tiny/", "");
    String method = exchange.getRequestMethod();
    if (path.startsWith("blobs/uploads/")) {
      answerUpload(exchange, method, path.substring("blobs/uploads/".length()));
    } else if (path.startsWith("blobs/")) {
      answerBlob(exchange, method, path.substring("blobs/".length()));
    } else if (path.startsWith("manifests/")) {
      answerManifest(exchange, method, path.substring("manifests/".length()));
    } else {
      complaints.add(method + " " + path + " is no request of the protocol");
      send(exchange, 404, "404 page not found");
    }
  }

  private void answerManifest(HttpExchange exchange, String method, String tag) throws IOException {
    if (method.equals("PUT")) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!MANIFEST.equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
        complaints.add("a manifest without its type");
      }
      for (String part : new String(body, StandardCharsets.UTF_8).split("\"digest\":\"", -1)) {
        if (part.startsWith("sha256:") && !blobs.containsKey(part.substring(0, 71))) {
          complaints.add("a manifest before its blobs");
          send(exchange, 400, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}");
          return;
        }
      }
      manifests.put(tag, body);
      send(exchange, 201, "");
      return;
    }
    if (!MANIFEST.equals(exchange.getRequestHeaders().getFirst("Accept"))) {
      complaints.add("a manifest is asked for without its type");
    }
    byte[] there = manifests.get(tag);
    if (there == null) {
      send(
          exchange,
          404,
          "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}");
    } else {
      exchange.getResponseHeaders().set("Content-Type", MANIFEST);
      exchange.sendResponseHeaders(200, there.length);
      exchange.getResponseBody().write(there);
    }
  }

  private void answerBlob(HttpExchange exchange, String method, String digest) throws IOException {
    byte[] blob = blobs.get(digest);
    if (blob == null) {
      send(
          exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"blob unknown\"}]}");
    } else if (method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + blob.length);
      exchange.sendResponseHeaders(200, -1);
    } else if (redirectingDownloads) {
      exchange
          .getResponseHeaders()
          .set("Location", "http://" + store() + "/get/" + digest + "?X-Sig=secret");
      send(exchange, 307, "");
    } else {
      serve(exchange, blob);
    }
  }

  private static void serve(HttpExchange exchange, byte[] blob) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int first = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(first, blob.length - 1, blob.length));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, blob.length - first);
    exchange.getResponseBody().write(blob, first, blob.length - first);
  }

  private void answerUpload(HttpExchange exchange, String method, String id)
      throws IOException, GeneralSecurityException {
    if (method.equals("POST")) {
      Session opened =
          new Session("%08x-%d".formatted(System.nanoTime() & 0xffffffffL, sessions.size()));
      sessions.put(opened.id, opened);
      sendOn(exchange, 202, opened);
      return;
    }
    Session session = sessions.get(id);
    String state = String.valueOf(exchange.getRequestURI().getRawQuery()).replaceFirst("&.*", "");
    boolean stale = session != null && !state.equals("_state=" + session.state);
    if (session == null || session.cut || (stale && !redirecting)) {
      if (stale) {
        complaints.add("an old location is used again: " + method + " " + state);
      }
      send(
          exchange,
          404,
          "{\"errors\":[{\"code\":\"BLOB_UPLOAD_INVALID\",\"message\":\"blob upload invalid\"}]}");
      return;
    }
    switch (method) {
      case "PATCH" ->
          patch(exchange, session, Integer.parseInt(state.substring("_state=".length())));
      case "PUT" -> commit(exchange, session);
      case "GET" -> {
        if (redirecting) {
          send(exchange, 405, "");
        } else {
          exchange
              .getResponseHeaders()
              .set("Range", "0-" + Math.max(0, session.content().length - 1));
          sendOn(exchange, 204, session);
        }
      }
      default -> send(exchange, 405, "");
    }
  }

  private void patch(HttpExchange exchange, Session session, int part) throws IOException {
    if (!"1".equals(exchange.getRequestHeaders().getFirst("X-Redirect-Uploads"))
        || !"application/octet-stream"
            .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      complaints.add("a part without its headers");
    }
    String range = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range"));
    if (!range.matches("[0-9]+-[0-9]+")) {
      complaints.add("Content-Range is " + range);
    }
    if (redirecting) {
      if (part == session.state) {
        session.state++;
      }
      exchange
          .getResponseHeaders()
          .set(
              "Location",
              "http://"
                  + store()
                  + "/put/"
                  + session.id
                  + "?X-Sig=secret&partNumber="
                  + (part + 1));
      sendOn(exchange, 307, session);
      return;
    }
    byte[] body = readBody(exchange, session);
    synchronized (session) {
      session.parts.put(session.state, body);
      session.state++;
    }
    exchange.getResponseHeaders().set("Range", "0-" + (session.content().length - 1));
    sendOn(exchange, 202, session);
  }

  private static byte[] readBody(HttpExchange exchange, Session session) throws IOException {
    try {
      return exchange.getRequestBody().readAllBytes();
    } catch (IOException e) {
      session.cut = true; // as Debian's: what broke in the middle cannot go on
      throw e;
    }
  }

  private void commit(HttpExchange exchange, Session session)
      throws IOException, GeneralSecurityException {
    Map<String, String> query = query(exchange);
    byte[] content = session.content();
    String digest =
        "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    if (!digest.equals(query.get("digest"))) {
      send(
          exchange,
          400,
          "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"provided digest did not match"
              + " uploaded content\"}]}");
      return;
    }
    if (!session.etag().equals(query.get("etag"))) {
      complaints.add("etag is " + query.get("etag") + ", expected " + session.etag());
    }
    sessions.remove(session.id);
    blobs.put(digest, content);
    send(exchange, 201, "");
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : exchange.getRequestURI().getQuery().split("&", -1)) {
      query.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=", ""));
    }
    return query;
  }

  private void sendOn(HttpExchange exchange, int status, Session session) throws IOException {
    String path = "/v2/alice/tiny/blobs/uploads/" + session.id + "?_state=" + session.state;
    String location = (relative ? "" : "http://" + host()) + path;
    if (redirecting) {
      exchange.getResponseHeaders().set("Docker-Upload-Location", location);
    } else {
      exchange.getResponseHeaders().set("Location", location);
    }
    if (status == 204) {
      exchange.sendResponseHeaders(204, -1);
    } else {
      send(exchange, status, "");
    }
  }

  // --- store ---

  private void answerStore(HttpExchange exchange) throws IOException {
    if (exchange.getRequestHeaders().containsKey("Authorization")) {
      complaints.add("the store is told who we are");
    }
    if (exchange.getRequestHeaders().containsKey("X-Redirect-Uploads")
        || exchange.getRequestHeaders().containsKey("Content-Range")) {
      complaints.add("the store is sent headers of the registry");
    }
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/get/")) {
      serve(exchange, Objects.requireNonNull(blobs.get(path.substring("/get/".length()))));
      return;
    }
    mostStoring.accumulateAndGet(storing.incrementAndGet(), Math::max);
    try {
      Session session = Objects.requireNonNull(sessions.get(path.substring("/put/".length())));
      int part = Integer.parseInt(query(exchange).getOrDefault("partNumber", ""));
      byte[] body = exchange.getRequestBody().readAllBytes();
      two.countDown();
      if (body.length == together) {
        two.await(1, TimeUnit.MINUTES);
      }
      synchronized (session) {
        session.parts.put(part, body);
      }
      exchange
          .getResponseHeaders()
          .set(
              "ETag",
              "\""
                  + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body))
                  + "\"");
      send(exchange, 200, "");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the registry is closed
    } finally {
      storing.decrementAndGet();
    }
  }

  /// Answers with a status and a text.
  static void send(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getRequestBody().readAllBytes(); // else the client may never see the answer
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head && bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /// Every request once, so that one test can have each of them fail.
  List<String> distinctRequests() {
    List<String> distinct = new ArrayList<>(new java.util.LinkedHashSet<>(requests));
    return Collections.unmodifiableList(distinct);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.computepool.publish.git;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Git's own `http-backend` behind a loopback server that asks for name and token, with a store of
/// large files beside it whose objects go to another address, as they do at hubs.
final class GitServer implements AutoCloseable {
  static final String USER = "ada";
  static final String TOKEN = "s3cret-token";

  private final Path root;
  private final HttpServer server;
  private final HttpServer store;

  /// What the store has, by SHA-256.
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();

  /// Method and path of each request, in order.
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /// `Authorization` headers that the other address got.
  final List<String> strays = Collections.synchronizedList(new ArrayList<>());

  /// What the store says of every object in place of taking it; empty for nothing.
  volatile String refusal = "";

  /// How many uploads the store refuses as if their addresses were too old.
  final AtomicInteger expired = new AtomicInteger();

  /// Whether the repository is at the other address by now.
  volatile boolean moved;

  GitServer(Path root) throws IOException {
    this.root = root;
    this.server = server();
    this.store = server();
    server.createContext("/", this::guarded);
    store.createContext("/", this::store);
    server.start();
    store.start();
  }

  private static HttpServer server() throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return made;
  }

  String url(String repository) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + repository;
  }

  private String storeUrl(String path) {
    return "http://127.0.0.1:" + store.getAddress().getPort() + path;
  }

  private void guarded(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + TOKEN).getBytes(StandardCharsets.UTF_8));
    if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
      answer(exchange, 401, new byte[0]);
    } else if (moved && path.endsWith("/info/refs")) {
      exchange.getResponseHeaders().add("Location", storeUrl(exchange.getRequestURI().toString()));
      answer(exchange, 302, new byte[0]);
    } else if (path.endsWith("/info/lfs/objects/batch")) {
      batch(exchange);
    } else if (path.endsWith("/verify")) {
      JsonNode body = new JsonMapper().readTree(exchange.getRequestBody());
      byte[] object = objects.get(body.path("oid").asText());
      boolean good = object != null && object.length == body.path("size").asLong();
      answer(exchange, good ? 200 : 422, new byte[0]);
    } else {
      git(exchange, path);
    }
  }

  private void batch(HttpExchange exchange) throws IOException {
    JsonNode asked = new JsonMapper().readTree(exchange.getRequestBody());
    boolean upload = asked.path("operation").asText().equals("upload");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("transfer", "basic");
    var list = answer.putArray("objects");
    for (JsonNode object : asked.path("objects")) {
      String oid = object.path("oid").asText();
      ObjectNode one = list.addObject().put("oid", oid).put("size", object.path("size").asLong());
      if (!refusal.isEmpty()) {
        one.putObject("error").put("code", 413).put("message", refusal);
      } else if (upload != objects.containsKey(oid)) {
        ObjectNode actions = one.put("authenticated", true).putObject("actions");
        actions
            .putObject(upload ? "upload" : "download")
            .put("href", storeUrl("/" + oid + "?sig=x"));
        if (upload) {
          actions.putObject("verify").put("href", url("demo.git/verify"));
          one.put("authenticated", false);
        }
      }
    }
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.git-lfs+json");
    answer(exchange, 200, answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void store(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      strays.add(authorization);
    }
    String oid = exchange.getRequestURI().getPath().substring(1);
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] content = exchange.getRequestBody().readAllBytes();
      requests.add("PUT object of " + content.length + " bytes");
      if (expired.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        answer(exchange, 403, new byte[0]);
        return;
      }
      if (!sha256(content).equals(oid)) {
        answer(exchange, 400, new byte[0]);
        return;
      }
      objects.put(oid, content);
      answer(exchange, 200, new byte[0]);
    } else {
      answer(exchange, 200, objects.getOrDefault(oid, new byte[0]));
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// One call of git's CGI program.
  private void git(HttpExchange exchange, String path) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("PATH_INFO", path);
    environment.put("REMOTE_USER", USER);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    String query = exchange.getRequestURI().getRawQuery();
    environment.put("QUERY_STRING", query == null ? "" : query);
    header(exchange, "Content-Type", "CONTENT_TYPE", environment);
    header(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", environment);
    header(exchange, "Git-Protocol", "HTTP_GIT_PROTOCOL", environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (OutputStream in = process.getOutputStream()) {
      in.write(body);
    }
    byte[] made;
    try (InputStream out = process.getInputStream()) {
      made = out.readAllBytes();
    }
    String text = new String(made, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    int status = 200;
    for (String line : text.substring(0, Math.max(end, 0)).split("\r\n", -1)) {
      String[] pair = line.split(": ", 2);
      if (pair[0].equals("Status")) {
        status = Integer.parseInt(pair[1].substring(0, 3));
      } else if (pair.length == 2) {
        exchange.getResponseHeaders().add(pair[0], pair[1]);
      }
    }
    answer(
        exchange,
        status,
        end < 0 ? made : java.util.Arrays.copyOfRange(made, end + 4, made.length));
  }

  private static void header(
      HttpExchange exchange, String name, String variable, Map<String, String> environment) {
    String value = exchange.getRequestHeaders().getFirst(name);
    if (value != null) {
      environment.put(variable, value);
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /// Runs a program to its end.
  ///
  /// @return what it wrote
  static String run(Path folder, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("HOME", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + text);
    }
    return text;
  }

  /// Makes a bare repository that may be pushed to.
  void create(String name) throws IOException, InterruptedException {
    Files.createDirectories(root);
    run(root, "git", "init", "-q", "--bare", "-b", "main", name);
    run(root.resolve(name), "git", "config", "http.receivepack", "true");
  }

  @Override
  public void close() {
    server.stop(0);
    store.stop(0);
  }
}

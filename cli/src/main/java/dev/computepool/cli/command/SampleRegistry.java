package dev.computepool.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A registry on the loopback address, for a tour that needs nothing installed: as much of the
/// distribution specification as a push and a pull take, and nobody to be let in.
///
/// @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">
///     distribution specification</a>
final class SampleRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String BYTES = "application/octet-stream";
  private static final int MOST_OF_A_MANIFEST = 4 << 20;
  private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/sha256:([0-9a-f]{64})");
  private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([0-9a-f-]*)");
  private static final Pattern TAG = Pattern.compile("/v2/(.+)/manifests/([\\w.-]+)");
  private static final Pattern QUERY =
      Pattern.compile("(?:^|&)digest=sha256(?::|%3A)([0-9a-f]{64})");

  private final HttpServer server;
  private final Path folder;
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  private SampleRegistry(HttpServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /// Opens one at any free port.
  ///
  /// @param folder in which it keeps blobs; it is made
  static SampleRegistry open(Path folder) throws IOException {
    Files.createDirectories(folder);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SampleRegistry registry = new SampleRegistry(HttpServer.create(any, 0), folder);
    registry.server.createContext("/v2/", registry::answer);
    registry.server.start();
    return registry;
  }

  /// Host and port.
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Matcher blob = BLOB.matcher(path);
      Matcher upload = UPLOAD.matcher(path);
      Matcher tag = TAG.matcher(path);
      if (blob.matches()) {
        blob(exchange, Digest.parse(blob.group(2)));
      } else if (upload.matches()) {
        upload(exchange, path, upload.group(2));
      } else if (tag.matches()) {
        manifest(exchange, tag.group(1) + ":" + tag.group(2));
      } else {
        send(exchange, path.equals("/v2/") ? 200 : 404, "application/json", bytes("{}"));
      }
    }
  }

  private void blob(HttpExchange exchange, Digest digest) throws IOException {
    Path file = folder.resolve(digest.hex());
    if (!Files.exists(file)) {
      send(exchange, 404, BYTES, new byte[0]);
      return;
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", BYTES);
    exchange.getResponseHeaders().set("Content-Length", Long.toString(Files.size(file)));
    exchange.sendResponseHeaders(200, head ? -1 : Files.size(file));
    if (!head) {
      Files.copy(file, exchange.getResponseBody());
    }
  }

  private void upload(HttpExchange exchange, String path, String session) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        String id = UUID.randomUUID().toString();
        Files.createFile(folder.resolve(id));
        exchange.getResponseHeaders().set("Location", path + id);
        send(exchange, 202, BYTES, new byte[0]);
      }
      case "PATCH" -> {
        Path file = folder.resolve(session);
        append(exchange, file);
        exchange.getResponseHeaders().set("Location", path);
        exchange.getResponseHeaders().set("Range", "0-" + (Files.size(file) - 1));
        send(exchange, 202, BYTES, new byte[0]);
      }
      case "PUT" -> finish(exchange, folder.resolve(session));
      default -> send(exchange, 405, BYTES, new byte[0]);
    }
  }

  private static void append(HttpExchange exchange, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      exchange.getRequestBody().transferTo(out);
    }
  }

  /// What was sent becomes a blob if it is what it is said to be.
  private void finish(HttpExchange exchange, Path file) throws IOException {
    append(exchange, file);
    Matcher digest = QUERY.matcher(String.valueOf(exchange.getRequestURI().getRawQuery()));
    if (!digest.find() || !sha256(file).hex().equals(digest.group(1))) {
      Files.delete(file);
      send(exchange, 400, "application/json", bytes(error("DIGEST_INVALID")));
      return;
    }
    Files.move(file, folder.resolve(digest.group(1)), StandardCopyOption.REPLACE_EXISTING);
    send(exchange, 201, BYTES, new byte[0]);
  }

  private static Digest sha256(Path file) throws IOException {
    Sha256 hasher = Sha256.hasher();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer.clear()) >= 0) {
        hasher.update(buffer.flip());
      }
    }
    return hasher.digest();
  }

  private void manifest(HttpExchange exchange, String name) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        manifests.put(name, exchange.getRequestBody().readNBytes(MOST_OF_A_MANIFEST));
        send(exchange, 201, MANIFEST, new byte[0]);
      }
      case "GET", "HEAD" -> {
        byte[] manifest = manifests.get(name);
        if (manifest == null) {
          send(exchange, 404, "application/json", bytes(error("MANIFEST_UNKNOWN")));
        } else {
          send(exchange, 200, MANIFEST, manifest);
        }
      }
      default -> send(exchange, 405, BYTES, new byte[0]);
    }
  }

  private static String error(String code) {
    return "{\"errors\":[{\"code\":\"%s\",\"message\":\"\"}]}".formatted(code);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package dev.computepool.publish.ollama.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.Progress;
import dev.computepool.chat.Message;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Layer;
import dev.computepool.publish.ollama.LayerKind;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.daemon.DaemonException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ollama's server: it takes files, makes a model of them, and pushes it with a key of its own.
///
/// Errors come inside answers of success: only its last word, `success`, is a proof.
public final class Daemon {
  private static final int MAX_ANSWER = 16 << 20;
  private static final int MAX_LINE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Http http;
  private final DaemonAddress address;
  private final Retries retries;

  /// @param http stays open and the caller's
  public Daemon(Http http, DaemonAddress address, Retries retries) {
    this.http = http;
    this.address = address;
    this.retries = retries;
  }

  /// The server's version.
  ///
  /// @throws DaemonException if what answers is not Ollama
  /// @throws dev.computepool.publish.http.ConnectionException if nothing answers
  public String version() throws IOException {
    Answer answer = http.fetch(Request.get(url("/api/version")), Retries.NONE, MAX_ANSWER);
    String version = answer.isSuccess() ? json(answer.text()).path("version").asText() : "";
    if (version.isEmpty()) {
      throw new DaemonException(
          Kind.NOT_OLLAMA, "what answers at %s is not Ollama".formatted(address.base()));
    }
    return version;
  }

  /// Finds out whether the server can push under a name, as far as it can be known before.
  ///
  /// @return the server's version
  /// @throws DaemonException if it is not Ollama, or if its key is linked to no account
  public String requireReady(ModelName name) throws IOException {
    String version = version();
    if (name.isAtOllama()) {
      requireSignedIn();
    }
    return version;
  }

  private String url(String path) {
    return address.base() + path;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /// Asks the server what it has. Nothing is changed there.
  public DaemonPlan plan(Image image, ModelName name) throws IOException {
    String version = version();
    List<Blob> present = new ArrayList<>();
    List<Blob> missing = new ArrayList<>();
    for (Layer layer : files(image)) {
      Blob blob = layer.blob();
      Answer answer = http.fetch(Request.head(blobUrl(blob)), retries, MAX_ANSWER);
      if (!answer.isSuccess() && answer.status() != 404) {
        throw failure(answer);
      }
      (answer.isSuccess() ? present : missing).add(blob);
    }
    return new DaemonPlan(name, image, version, present, missing);
  }

  private String blobUrl(Blob blob) {
    return url("/api/blobs/" + blob.digestText());
  }

  private static List<Layer> files(Image image) {
    return image.layers().stream()
        .filter(layer -> layer.blob().content() instanceof Blob.Content.InFile)
        .toList();
  }

  /// Sends the files and has the server make the model.
  ///
  /// @throws DaemonException if it does not
  public DaemonResult create(DaemonPlan plan, Progress progress) throws IOException {
    try (Progress.Step step =
        progress.begin("Sending to Ollama", plan.bytes(), Progress.Unit.BYTES)) {
      for (Blob blob : plan.missing()) {
        send(blob, step);
      }
    }
    follow("/api/create", createDocument(plan), progress, "Creating");
    String digest = digest(plan.name());
    String ours = plan.image().manifest().digest().hex();
    return new DaemonResult(plan.name(), digest, plan.bytes(), !digest.equals(ours));
  }

  private void send(Blob blob, Progress.Step step) throws IOException {
    if (!(blob.content() instanceof Blob.Content.InFile(Path file, FileTime _))) {
      throw new IllegalArgumentException("only files are sent: " + blob);
    }
    blob.requireUnchanged();
    Body body = new Body.Slice("application/octet-stream", file, 0, blob.size(), step);
    Request request = Request.post(blobUrl(blob), body).with(PATIENCE);
    Answer answer = http.fetch(request, retries, MAX_ANSWER);
    if (!answer.isSuccess()) {
      blob.requireUnchanged();
      throw failure(answer);
    }
  }

  private static ObjectNode createDocument(DaemonPlan plan) {
    Model model = plan.image().model();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", plan.name().display());
    int count = 0;
    for (Layer layer : files(plan.image())) {
      String key = layer.kind() == LayerKind.ADAPTER ? "adapters" : "files";
      String name = "%s-%d.gguf".formatted(layer.kind().label(), ++count);
      json.withObjectProperty(key).put(name, layer.blob().digestText());
    }
    if (model.template() != null) {
      json.put("template", model.template());
    }
    if (model.system() != null) {
      json.put("system", model.system());
    }
    if (!model.params().isEmpty()) {
      json.set("parameters", model.params().json());
    }
    if (!model.licenses().isEmpty()) {
      ArrayNode licenses = json.putArray("license");
      model.licenses().forEach(licenses::add);
    }
    if (!model.messages().isEmpty()) {
      ArrayNode messages = json.putArray("messages");
      for (Message message : model.messages()) {
        messages.addObject().put("role", message.role().label()).put("content", message.content());
      }
    }
    putIfThere(json, "renderer", model.renderer());
    putIfThere(json, "parser", model.parser());
    putIfThere(json, "requires", model.requires());
    return json.put("stream", true);
  }

  private static void putIfThere(ObjectNode json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
  }

  /// The digest of a model's manifest, as the server lists it; empty if it lists no such model.
  private String digest(ModelName name) throws IOException {
    Answer answer = http.fetch(Request.get(url("/api/tags")), retries, MAX_ANSWER);
    for (JsonNode model : json(answer.text()).path("models")) {
      if (model.path("name").asText().equalsIgnoreCase(name.display())) {
        return model.path("digest").asText();
      }
    }
    return "";
  }

  /// Has the server push a model that it has, with its own key.
  ///
  /// @param insecure whether the registry is spoken to over http
  /// @throws DaemonException if it does not
  public void push(ModelName name, boolean insecure, Progress progress) throws IOException {
    if (name.isAtOllama()) {
      requireSignedIn();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", name.display()).put("insecure", insecure).put("stream", true);
    follow("/api/push", json, progress, "Pushing");
  }

  private void requireSignedIn() throws IOException {
    Answer answer = http.fetch(Request.post(url("/api/me"), Body.NONE), retries, MAX_ANSWER);
    if (answer.status() == 401) {
      String where = json(answer.text()).path("signin_url").asText();
      throw new DaemonException(
          Kind.NOT_AUTHORISED,
          "Ollama's own key is linked to no account"
              + (where.isEmpty() ? "" : "; " + where + " links it"));
    }
  }

  /// Makes a request and reads line by line what the server tells, to the word `success`.
  private void follow(String path, ObjectNode document, Progress progress, String what)
      throws IOException {
    Request request = Request.post(url(path), Body.json(document.toString())).with(PATIENCE);
    boolean success;
    try (Progress.Step step = progress.begin(what, -1, Progress.Unit.BYTES)) {
      success =
          http.stream(
              request,
              Retries.NONE,
              (head, body) -> {
                BufferedReader lines =
                    new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
                return follow(request, head.status(), lines, step);
              });
    }
    if (!success) {
      throw new DaemonException(Kind.FAILED, request.label() + ": ended without success");
    }
  }

  private static boolean follow(
      Request request, int status, BufferedReader lines, Progress.Step step) throws IOException {
    Map<String, Long> completed = new HashMap<>();
    boolean success = false;
    for (String line; (line = line(request, lines)) != null; ) {
      if (line.isBlank()) {
        continue;
      }
      JsonNode json = json(line);
      String error = json.path("error").asText();
      if (!error.isEmpty()) {
        throw refusal(request.label(), error);
      }
      // It may go down where a part is sent again.
      long now = json.path("completed").asLong();
      long before = completed.getOrDefault(json.path("digest").asText(), 0L);
      if (now > before) {
        completed.put(json.path("digest").asText(), now);
      }
      step.advance(Math.max(0, now - before));
      success = json.path("status").asText().equals("success");
    }
    if (status / 100 != 2) {
      throw new DaemonException(Kind.FAILED, "%s: status %d".formatted(request.label(), status));
    }
    return success;
  }

  /// The next line, without its end; null if there is none.
  private static @Nullable String line(Request request, BufferedReader lines) throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = lines.read()) >= 0 && c != '\n') {
      line.append((char) c);
      if (line.length() > MAX_LINE) {
        throw new DaemonException(Kind.FAILED, request.label() + ": tells too much at once");
      }
    }
    return c < 0 && line.isEmpty() ? null : line.toString();
  }

  private static DaemonException refusal(String request, String error) {
    String lower = error.toLowerCase(Locale.ROOT);
    boolean denied =
        lower.contains("unauthorized")
            || lower.contains("access denied")
            || lower.contains("not authorized");
    return new DaemonException(
        denied ? Kind.NOT_AUTHORISED : Kind.FAILED, request + ": Ollama says: " + error);
  }

  private static DaemonException failure(Answer answer) {
    String error = json(answer.text()).path("error").asText();
    return error.isEmpty()
        ? new DaemonException(
            Kind.FAILED, "%s: status %d".formatted(answer.request(), answer.status()))
        : refusal(answer.request(), error);
  }
}

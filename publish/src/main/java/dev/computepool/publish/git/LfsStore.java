package dev.computepool.publish.git;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.Progress;
import dev.computepool.publish.git.GitException.Kind;
import dev.computepool.publish.git.GitPlan.Item;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Brings large files to a remote's LFS store.
///
/// Which files it lacks, it says itself, so what was sent before is not sent again. Of its ways of
/// transfer only `basic` is asked for: a file in one request. Name and token go to the remote's own
/// server and to nobody else.
///
/// @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">Git LFS batch</a>
final class LfsStore {
  private static final String MEDIA_TYPE = "application/vnd.git-lfs+json";
  private static final int BATCH = 100;
  private static final int MOST_OF_AN_ANSWER = 16 << 20;

  /// The store may look at all bytes before it answers.
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Http http;
  private final GitRemote remote;

  LfsStore(Http http, GitRemote remote) {
    this.http = http;
    this.remote = remote;
  }

  /// Stores what is not there yet.
  ///
  /// @return bytes that were sent
  long send(List<Item> items, Progress progress) throws IOException {
    Map<String, Item> objects = new LinkedHashMap<>();
    items.stream()
        .filter(item -> item.size() > 0) // an empty file has no object
        .forEach(item -> objects.putIfAbsent(oid(item), item));
    List<Item> each = List.copyOf(objects.values());
    Map<Item, JsonNode> missing = new LinkedHashMap<>();
    for (int from = 0; from < each.size(); from += BATCH) {
      missing.putAll(batch(each.subList(from, Math.min(each.size(), from + BATCH))));
    }
    long total = missing.keySet().stream().mapToLong(Item::size).sum();
    if (total > 0) {
      try (Progress.Step step = progress.begin("Uploading", total, Progress.Unit.BYTES)) {
        for (Map.Entry<Item, JsonNode> object : missing.entrySet()) {
          put(object.getKey(), object.getValue(), step);
        }
      }
    }
    return total;
  }

  private static String oid(Item item) {
    return Objects.requireNonNull(item.sha256()).hex();
  }

  /// What the store says of objects that it lacks.
  private Map<Item, JsonNode> batch(List<Item> items) throws IOException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("operation", "upload").put("hash_algo", "sha256");
    body.putArray("transfers").add("basic");
    body.putObject("ref").put("name", remote.ref());
    ArrayNode objects = body.putArray("objects");
    Map<String, Item> asked = new LinkedHashMap<>();
    for (Item item : items) {
      objects.addObject().put("oid", oid(item)).put("size", item.size());
      asked.put(oid(item), item);
    }
    Request request =
        Request.post(remote.batchUrl(), Body.text(MEDIA_TYPE, body.toString()))
            .with("Accept", MEDIA_TYPE)
            .as(remote.authorization());
    Answer answer = http.fetch(request, Retries.STANDARD, MOST_OF_AN_ANSWER);
    requireSuccess("ask the store of large files of " + remote.url(), answer);
    Map<Item, JsonNode> missing = new LinkedHashMap<>();
    for (JsonNode object : json(answer).path("objects")) {
      Item item = asked.remove(object.path("oid").asText(""));
      if (item == null) {
        continue;
      }
      JsonNode error = object.path("error");
      if (error.isObject()) {
        throw new GitException(
            Kind.STORE,
            "the store refuses %s: %s (%d)"
                .formatted(
                    item.path(),
                    error.path("message").asText("no reason"),
                    error.path("code").asInt()),
            null);
      }
      if (object.path("actions").path("upload").isObject()) {
        missing.put(item, object);
      }
    }
    if (!asked.isEmpty()) {
      throw new GitException(
          Kind.STORE, "the store says nothing of " + asked.values().iterator().next().path(), null);
    }
    return missing;
  }

  private void put(Item item, JsonNode object, Progress.Step step) throws IOException {
    JsonNode upload = object.path("actions").path("upload");
    if (upload.path("header").has("chunk_size")) {
      throw new GitException(
          Kind.STORE,
          "the store wants %s in parts, which only its own protocol can send"
              .formatted(item.path()),
          null);
    }
    Request put =
        Request.put(
                href(item, upload),
                new Body.Slice(
                    "application/octet-stream", item.local().file(), 0, item.size(), step))
            .with(PATIENCE);
    Answer stored = http.fetch(signed(put, object, upload), Retries.STANDARD, MOST_OF_AN_ANSWER);
    requireSuccess("store " + item.path(), stored);
    JsonNode verify = object.path("actions").path("verify");
    if (verify.isObject()) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("oid", oid(item)).put("size", item.size());
      Request post =
          Request.post(href(item, verify), Body.text(MEDIA_TYPE, body.toString()))
              .with("Accept", MEDIA_TYPE);
      Answer verified =
          http.fetch(signed(post, object, verify), Retries.STANDARD, MOST_OF_AN_ANSWER);
      requireSuccess("verify " + item.path(), verified);
    }
  }

  private static String href(Item item, JsonNode action) throws GitException {
    String href = action.path("href").asText("");
    if (!href.matches("https?://.+")) {
      throw new GitException(
          Kind.STORE, "the store does not say where %s goes".formatted(item.path()), null);
    }
    return href;
  }

  /// With the headers that the store asks for; with name and token too on the remote's own server,
  /// unless the store has signed the address.
  private Request signed(Request request, JsonNode object, JsonNode action) {
    Request made = request;
    boolean authorised = object.path("authenticated").asBoolean(false);
    for (Map.Entry<String, JsonNode> header : action.path("header").properties()) {
      if (header.getKey().equalsIgnoreCase("authorization")) {
        made = made.as(Secret.of(header.getValue().asText()));
        authorised = true;
      } else {
        made = made.with(header.getKey(), header.getValue().asText());
      }
    }
    return !authorised && remote.isHere(request.url()) ? made.as(remote.authorization()) : made;
  }

  private static void requireSuccess(String what, Answer answer) throws GitException {
    if (answer.isSuccess()) {
      return;
    }
    String said = "";
    try {
      said = json(answer).path("message").asText("");
    } catch (GitException _) {
      // An error page; the status is all there is.
    }
    throw new GitException(
        switch (answer.status()) {
          case 401, 403 -> Kind.NOT_AUTHORISED;
          case 404 -> Kind.NOT_FOUND;
          default -> Kind.STORE;
        },
        "%s: status %d%s".formatted(what, answer.status(), said.isEmpty() ? "" : ", " + said),
        null);
  }

  private static JsonNode json(Answer answer) throws GitException {
    try {
      return new JsonMapper().readTree(answer.text());
    } catch (JsonProcessingException e) {
      throw new GitException(Kind.STORE, "the answer of the store of large files is no JSON", null);
    }
  }
}

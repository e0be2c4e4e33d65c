package dev.computepool.publish.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.PartsJournal.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Brings large files to a repository's store: whole, or in parts that are sent at the same time
/// and need not be sent again after a restart. Which files it lacks, it says itself.
///
/// In parts is what Hugging Face's hub wants of files above 5 GB; other stores take any file whole.
///
/// @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">Git LFS batch</a>
public final class LfsUpload {
  private static final String MEDIA_TYPE = "application/vnd.git-lfs+json";
  private static final int BATCH = 100;
  private static final int TRANSFERS = 5;

  /// How often a file is begun anew after its addresses have expired.
  private static final int SESSIONS = 3;

  /// The store may look at all bytes before it answers.
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final LfsRemote remote;
  private final PartsJournal journal;
  private final Parallel parallel = new Parallel(TRANSFERS);
  private final AtomicLong sent = new AtomicLong();

  /// @param state a folder for what is known of unfinished uploads, null to note nothing
  public LfsUpload(LfsRemote remote, @Nullable Path state) {
    this.remote = remote;
    this.journal = new PartsJournal(state);
  }

  /// A file that the store is to have.
  ///
  /// @param path its name in the repository, for messages
  /// @param size at least one byte
  /// @param modified when it was hashed; whoever changes it meanwhile is found out
  public record Item(Path file, String path, long size, Digest sha256, FileTime modified) {}

  /// Bytes that went to the store.
  public long sent() {
    return sent.get();
  }

  /// What the store wants of one object.
  private sealed interface Action {
    /// Nothing: it has it.
    record None() implements Action {}

    /// All of it at once.
    record Whole(
        String href, Map<String, String> headers, boolean authorised, @Nullable Verify verify)
        implements Action {}

    /// In parts.
    record Parts(Session session, @Nullable Verify verify) implements Action {}
  }

  private record Verify(String href, Map<String, String> headers, boolean authorised) {}

  private static final class ExpiredException extends IOException {
    private static final long serialVersionUID = 1L;

    ExpiredException(IOException cause) {
      super(cause);
    }
  }

  /// Stores what is not there yet.
  public void send(List<Item> items, Progress progress) throws IOException {
    Map<Digest, Item> objects = new LinkedHashMap<>();
    items.forEach(item -> objects.putIfAbsent(item.sha256(), item));
    List<Item> each = List.copyOf(objects.values());
    Map<Digest, Action> actions = new LinkedHashMap<>();
    for (int from = 0; from < each.size(); from += BATCH) {
      actions.putAll(batch(each.subList(from, Math.min(each.size(), from + BATCH))));
    }
    for (Item item : each) {
      if (actions.get(item.sha256()) instanceof Action.None) {
        journal.forget(item.sha256()); // a run that was killed just after it had put it together
      }
    }
    List<Item> missing =
        each.stream().filter(i -> !(actions.get(i.sha256()) instanceof Action.None)).toList();
    if (missing.isEmpty()) {
      return;
    }
    long total = missing.stream().mapToLong(Item::size).sum();
    try (Progress.Step step = progress.begin("Uploading", total, Progress.Unit.BYTES)) {
      parallel.run(
          missing.stream()
              .<Parallel.Task>map(
                  item -> group -> send(item, actions.get(item.sha256()), group, step))
              .toList());
    }
  }

  private void send(Item item, @Nullable Action first, Parallel.Group group, Progress.Step progress)
      throws IOException {
    // It may have waited for hours.
    LocalFile.requireUnchanged(item.file(), item.size(), item.modified());
    Action action = first;
    for (int tries = 1; action != null; tries++) {
      try {
        switch (action) {
          case Action.None() -> {
            return;
          }
          case Action.Whole whole -> {
            put(item, whole, group, progress);
            verify(item, whole.verify());
          }
          case Action.Parts parts -> {
            put(item, parts.session(), group, progress);
            verify(item, parts.verify());
          }
        }
        return;
      } catch (ExpiredException e) {
        journal.forget(item.sha256());
        if (tries >= SESSIONS) {
          throw (IOException) e.getCause();
        }
        action = batch(List.of(item)).get(item.sha256());
      }
    }
    throw remote.malformed("store " + item.path(), "nothing is said of the object");
  }

  private Map<Digest, Action> batch(List<Item> items) throws IOException {
    String what = "ask where large files for %s go".formatted(remote.name());
    ObjectNode body = HubJson.object();
    body.put("operation", "upload");
    ArrayNode transfers = body.putArray("transfers");
    transfers.add("basic").add("multipart");
    body.put("hash_algo", "sha256");
    String ref = remote.ref();
    if (ref != null) {
      body.putObject("ref").put("name", ref);
    }
    ArrayNode objects = body.putArray("objects");
    Map<String, Item> asked = new TreeMap<>();
    for (Item item : items) {
      objects.addObject().put("oid", item.sha256().hex()).put("size", item.size());
      asked.put(item.sha256().hex(), item);
    }
    Answer answer =
        remote.ask(
            what,
            Request.post(remote.batchUrl(), Body.text(MEDIA_TYPE, body.toString()))
                .with("Accept", MEDIA_TYPE));
    Map<Digest, Action> actions = new LinkedHashMap<>();
    for (JsonNode object : json(what, answer).path("objects")) {
      Item item = asked.remove(text(what, object, "oid"));
      if (item != null) {
        actions.put(item.sha256(), action(what, item, object));
      }
    }
    if (!asked.isEmpty()) {
      throw remote.malformed(what, "nothing is said of " + asked.values().iterator().next().path());
    }
    return actions;
  }

  private Action action(String what, Item item, JsonNode object) throws IOException {
    JsonNode error = object.path("error");
    if (error.isObject()) {
      throw remote.refusal(
          item.path(),
          error.path("code").asInt(),
          error.path("message").asText("the store refuses it"));
    }
    JsonNode upload = object.path("actions").path("upload");
    if (!upload.isObject()) {
      return new Action.None();
    }
    boolean authorised = object.path("authenticated").asBoolean(false);
    JsonNode verifying = object.path("actions").path("verify");
    Verify verify =
        verifying.isObject()
            ? new Verify(href(what, verifying), headers(verifying), authorised)
            : null;
    Map<String, String> headers = headers(upload);
    // The answer's own word for the kind of transfer is about none of its objects in particular.
    String chunk = headers.get("chunk_size");
    return chunk == null
        ? new Action.Whole(href(what, upload), headers, authorised, verify)
        : new Action.Parts(session(what, item, href(what, upload), chunk, headers), verify);
  }

  private String href(String what, JsonNode action) throws IOException {
    String href = text(what, action, "href");
    if (!href.matches("https?://.+")) {
      throw remote.malformed(what, "it does not say where a file goes");
    }
    return remote.here(href);
  }

  private String text(String what, JsonNode node, String key) throws IOException {
    String text = HubJson.text(node, key);
    if (text == null) {
      throw remote.malformed(what, "the answer has no " + key);
    }
    return text;
  }

  private JsonNode json(String what, Answer answer) throws IOException {
    try {
      return HubJson.parse(answer.text());
    } catch (JsonProcessingException e) {
      throw remote.malformed(what, "the answer is no JSON");
    }
  }

  private static Map<String, String> headers(JsonNode action) {
    Map<String, String> headers = new LinkedHashMap<>();
    action
        .path("header")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return headers;
  }

  private Session session(
      String what, Item item, String complete, String chunkSize, Map<String, String> headers)
      throws IOException {
    Session noted = journal.find(remote.target(), item.sha256(), item.size()).orElse(null);
    if (noted != null) {
      return noted;
    }
    TreeMap<Integer, String> parts = new TreeMap<>();
    headers.forEach(
        (name, href) -> {
          if (name.matches("[0-9]{1,9}")) {
            parts.put(Integer.valueOf(name), remote.here(href));
          }
        });
    long chunk = chunkSize.matches("[1-9][0-9]{0,17}") ? Long.parseLong(chunkSize) : 0;
    boolean whole =
        chunk > 0
            && parts.size() == Math.ceilDiv(item.size(), chunk)
            && parts.firstKey() == 1
            && parts.lastKey() == parts.size();
    if (!whole) {
      throw remote.malformed(
          what,
          "its list of parts for %s is not whole: %d parts of %s bytes for %d bytes"
              .formatted(item.path(), parts.size(), chunkSize, item.size()));
    }
    return new Session(
        remote.target(),
        item.sha256(),
        item.size(),
        chunk,
        complete,
        new ArrayList<>(parts.values()),
        new TreeMap<>());
  }

  private void put(Item item, Action.Whole whole, Parallel.Group group, Progress.Step progress)
      throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(whole.headers());
    String type = headers.remove("Content-Type");
    Body body =
        new Body.Slice(
            type == null ? remote.mediaType() : type,
            item.file(),
            0,
            item.size(),
            group.step(progress));
    Request put = signed(Request.put(whole.href(), body), headers, false, whole.authorised());
    store(item, put, group);
    sent.addAndGet(item.size());
  }

  /// With the headers that the store asks for.
  private Request signed(
      Request request, Map<String, String> headers, boolean verifying, boolean authorised) {
    Request made = request;
    boolean signed = authorised;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase("authorization")) {
        made = made.as(Secret.of(header.getValue()));
        signed = true;
      } else {
        made = made.with(header.getKey(), header.getValue());
      }
    }
    return remote.signed(made, verifying, signed);
  }

  private Answer store(Item item, Request put, Parallel.Group group) throws IOException {
    Answer answer =
        parallel.limited(
            group, () -> remote.http().fetch(put.with(PATIENCE), Retries.STANDARD, 1 << 20));
    check("store " + item.path(), answer);
    return answer;
  }

  /// @throws ExpiredException if new addresses may do
  private void check(String what, Answer answer) throws IOException {
    if (answer.isSuccess()) {
      return;
    }
    IOException failure = remote.failure(what, answer);
    if (answer.status() == 400 || answer.status() == 403 || answer.status() == 404) {
      throw new ExpiredException(failure);
    }
    throw failure;
  }

  private void put(Item item, Session session, Parallel.Group group, Progress.Step progress)
      throws IOException {
    Map<Integer, String> done = new TreeMap<>(session.done());
    Session current =
        new Session(
            session.target(),
            session.oid(),
            session.size(),
            session.chunk(),
            session.complete(),
            session.parts(),
            done);
    if (current.doneBytes() > 0) {
      progress.advance(current.doneBytes());
    } else {
      journal.write(current);
    }
    List<Parallel.Task> tasks = new ArrayList<>();
    for (int part = 0; part < current.parts().size(); part++) {
      if (!done.containsKey(part)) {
        int index = part;
        tasks.add(inner -> putPart(item, current, index, inner, progress));
      }
    }
    parallel.run(group, tasks);
    complete(item, current);
    journal.forget(item.sha256());
  }

  private void putPart(
      Item item, Session session, int part, Parallel.Group group, Progress.Step progress)
      throws IOException {
    Body body =
        new Body.Slice(
            null, item.file(), session.offset(part), session.length(part), group.step(progress));
    Answer answer = store(item, Request.put(session.parts().get(part), body), group);
    String tag = answer.head().first("etag");
    if (tag == null || tag.isEmpty()) {
      throw remote.malformed("store " + item.path(), "part %d has no ETag".formatted(part + 1));
    }
    sent.addAndGet(session.length(part));
    synchronized (session) {
      session.done().put(part, tag);
      journal.write(session);
    }
  }

  /// The signature in its address is all that is needed; a token would be too much.
  private void complete(Item item, Session session) throws IOException {
    ObjectNode body = HubJson.object();
    body.put("oid", item.sha256().hex());
    ArrayNode parts = body.putArray("parts");
    session
        .done()
        .forEach((part, tag) -> parts.addObject().put("partNumber", part + 1).put("etag", tag));
    Request post =
        Request.post(session.complete(), Body.text(MEDIA_TYPE, body.toString()))
            .with("Accept", MEDIA_TYPE)
            .with(PATIENCE);
    check("put together " + item.path(), remote.http().fetch(post, Retries.STANDARD, 1 << 20));
  }

  private void verify(Item item, @Nullable Verify verify) throws IOException {
    if (verify == null) {
      return;
    }
    ObjectNode body = HubJson.object();
    body.put("oid", item.sha256().hex()).put("size", item.size());
    Request post =
        Request.post(verify.href(), Body.text(MEDIA_TYPE, body.toString()))
            .with("Accept", MEDIA_TYPE);
    Answer answer =
        remote
            .http()
            .fetch(
                signed(post, verify.headers(), true, verify.authorised()),
                Retries.STANDARD,
                1 << 20);
    if (!answer.isSuccess()) {
      throw remote.failure("verify " + item.path(), answer);
    }
  }
}

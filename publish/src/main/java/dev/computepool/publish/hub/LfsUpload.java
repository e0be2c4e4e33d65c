package dev.computepool.publish.hub;

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
import dev.computepool.publish.hub.HubException.Kind;
import dev.computepool.publish.hub.PartsJournal.Session;
import dev.computepool.publish.hub.UploadPlan.Item;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Brings large files to the Hub's store: whole, or in parts that are sent at the same time and
/// need not be sent again after a restart.
///
/// The store is somebody else: it gets signed addresses and never the token.
///
/// @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">Git LFS batch</a>
final class LfsUpload {
  private static final String MEDIA_TYPE = "application/vnd.git-lfs+json";
  private static final int BATCH = 100;

  /// How often a file is begun anew after its addresses have expired.
  private static final int SESSIONS = 3;

  /// The store may look at all bytes before it answers.
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Hub hub;
  private final UploadRequest request;
  private final PartsJournal journal;
  private final Parallel parallel;
  private final AtomicLong sent = new AtomicLong();

  LfsUpload(Hub hub, UploadRequest request, Parallel parallel) {
    this.hub = hub;
    this.request = request;
    this.journal = new PartsJournal(request.state());
    this.parallel = parallel;
  }

  /// Bytes that went to the store.
  long sent() {
    return sent.get();
  }

  /// What the store wants of one object.
  private sealed interface Action {
    /// Nothing: it has it.
    record None() implements Action {}

    /// All of it at once.
    record Whole(String href, Map<String, String> headers, @Nullable Verify verify)
        implements Action {}

    /// In parts.
    record Parts(Session session, @Nullable Verify verify) implements Action {}
  }

  private record Verify(String href, Map<String, String> headers) {}

  private static final class ExpiredException extends IOException {
    private static final long serialVersionUID = 1L;

    ExpiredException(IOException cause) {
      super(cause);
    }
  }

  /// Stores what is not there yet.
  void send(List<Item> items, Progress progress) throws IOException {
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
    item.requireUnchanged(); // it may have waited for hours
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
    throw HubException.malformed("store " + item.path(), "nothing is said of the object");
  }

  private Map<Digest, Action> batch(List<Item> items) throws IOException {
    String what = "ask where large files for %s go".formatted(request.repo());
    ObjectNode body = HubJson.object();
    body.put("operation", "upload");
    ArrayNode transfers = body.putArray("transfers");
    transfers.add("basic").add("multipart");
    body.put("hash_algo", "sha256");
    if (!request.pullRequest()) {
      body.putObject("ref").put("name", request.revision());
    }
    ArrayNode objects = body.putArray("objects");
    Map<String, Item> asked = new TreeMap<>();
    for (Item item : items) {
      objects.addObject().put("oid", item.sha256().hex()).put("size", item.size());
      asked.put(item.sha256().hex(), item);
    }
    Answer answer =
        hub.call(
            what,
            request.repo(),
            Request.post(hub.urls().batch(request.repo()), Body.text(MEDIA_TYPE, body.toString()))
                .with("Accept", MEDIA_TYPE));
    Map<Digest, Action> actions = new LinkedHashMap<>();
    for (JsonNode object : Hub.json(what, answer).path("objects")) {
      Item item = asked.remove(HubJson.require(what, object, "oid"));
      if (item != null) {
        actions.put(item.sha256(), action(what, item, object));
      }
    }
    if (!asked.isEmpty()) {
      throw HubException.malformed(
          what, "nothing is said of " + asked.values().iterator().next().path());
    }
    return actions;
  }

  private Action action(String what, Item item, JsonNode object) throws IOException {
    JsonNode error = object.path("error");
    if (error.isObject()) {
      throw new HubException(
          Kind.REFUSED,
          error.path("code").asInt(),
          "store " + item.path(),
          error.path("message").asText("the store refuses it"),
          null,
          null,
          null);
    }
    JsonNode upload = object.path("actions").path("upload");
    if (!upload.isObject()) {
      return new Action.None();
    }
    JsonNode verifying = object.path("actions").path("verify");
    Verify verify =
        verifying.isObject()
            ? new Verify(
                hub.settings().here(HubJson.require(what, verifying, "href")), headers(verifying))
            : null;
    String href = hub.settings().here(HubJson.require(what, upload, "href"));
    Map<String, String> headers = headers(upload);
    // The answer's own word for the kind of transfer is about none of its objects in particular.
    String chunk = headers.get("chunk_size");
    return chunk == null
        ? new Action.Whole(href, headers, verify)
        : new Action.Parts(session(what, item, href, chunk, headers), verify);
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
    String target = target();
    Session noted = journal.find(target, item.sha256(), item.size()).orElse(null);
    if (noted != null) {
      return noted;
    }
    TreeMap<Integer, String> parts = new TreeMap<>();
    headers.forEach(
        (name, href) -> {
          if (name.matches("[0-9]{1,9}")) {
            parts.put(Integer.valueOf(name), hub.settings().here(href));
          }
        });
    long chunk = chunkSize.matches("[1-9][0-9]{0,17}") ? Long.parseLong(chunkSize) : 0;
    boolean whole =
        chunk > 0
            && parts.size() == Math.ceilDiv(item.size(), chunk)
            && parts.firstKey() == 1
            && parts.lastKey() == parts.size();
    if (!whole) {
      throw HubException.malformed(
          what,
          "its list of parts for %s is not whole: %d parts of %s bytes for %d bytes"
              .formatted(item.path(), parts.size(), chunkSize, item.size()));
    }
    return new Session(
        target,
        item.sha256(),
        item.size(),
        chunk,
        complete,
        new ArrayList<>(parts.values()),
        new TreeMap<>());
  }

  private String target() {
    return hub.settings().endpoint() + "/" + request.repo();
  }

  private void put(Item item, Action.Whole whole, Parallel.Group group, Progress.Step progress)
      throws IOException {
    Body body = new Body.Slice(null, item.local().file(), 0, item.size(), group.step(progress));
    store(item, with(whole.headers(), Request.put(whole.href(), body)), group);
    sent.addAndGet(item.size());
  }

  private static Request with(Map<String, String> headers, Request request) {
    Request made = request;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      made =
          header.getKey().equalsIgnoreCase("authorization")
              ? made.as(Secret.of(header.getValue()))
              : made.with(header.getKey(), header.getValue());
    }
    return made;
  }

  private Answer store(Item item, Request put, Parallel.Group group) throws IOException {
    Answer answer =
        parallel.limited(
            group, () -> hub.http().fetch(put.with(PATIENCE), Retries.STANDARD, 1 << 20));
    check("store " + item.path(), answer);
    return answer;
  }

  /// @throws ExpiredException if new addresses may do
  private void check(String what, Answer answer) throws IOException {
    if (answer.isSuccess()) {
      return;
    }
    HubException failure = hub.failure(what, null, answer.head(), answer.bytes());
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
            null,
            item.local().file(),
            session.offset(part),
            session.length(part),
            group.step(progress));
    Answer answer = store(item, Request.put(session.parts().get(part), body), group);
    String tag = answer.head().first("etag");
    if (tag == null || tag.isEmpty()) {
      throw HubException.malformed(
          "store " + item.path(), "part %d has no ETag".formatted(part + 1));
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
    check("put together " + item.path(), hub.http().fetch(post, Retries.STANDARD, 1 << 20));
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
    post = with(verify.headers(), post);
    Secret token = hub.settings().token();
    if (token != null && hub.settings().isHere(verify.href())) {
      post = post.as(token.bearer());
    }
    Answer answer = hub.http().fetch(post, Retries.STANDARD, 1 << 20);
    if (!answer.isSuccess()) {
      throw hub.failure("verify " + item.path(), null, answer.head(), answer.bytes());
    }
  }
}

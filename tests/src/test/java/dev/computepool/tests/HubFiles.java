package dev.computepool.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.tests.HubState.Commit;
import dev.computepool.tests.HubState.Entry;
import dev.computepool.tests.HubState.Repo;
import dev.computepool.tests.HubState.Session;
import dev.computepool.tests.LocalHub.Reply;
import dev.computepool.tests.LocalHub.Seen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Content on its way to and from a local Hub: Git LFS, the store, and what files lead to.
final class HubFiles {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LFS = "application/vnd.git-lfs+json";
  private static final Pattern RESOLVE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
  private static final Pattern CACHED =
      Pattern.compile("/api/resolve-cache/models/([^/]+/[^/]+)/([0-9a-f]{40})/(.+)");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final LocalHub hub;
  private final HubState state;
  private int signatures;

  HubFiles(LocalHub hub) {
    this.hub = hub;
    this.state = hub.state;
  }

  Reply answer(Seen request) throws IOException {
    String path = request.path();
    if (request.store()) {
      return store(request);
    }
    if (path.endsWith(".git/info/lfs/objects/batch")) {
      return batch(request);
    }
    if (path.endsWith(".git/info/lfs/objects/verify")) {
      return verify(request);
    }
    if (path.equals("/api/complete_multipart")) {
      return complete(request);
    }
    Matcher cached = CACHED.matcher(path);
    if (cached.matches()) {
      return small(request, cached.group(1), cached.group(2), decoded(cached.group(3)));
    }
    Matcher resolve = RESOLVE.matcher(path);
    if (resolve.matches()) {
      return resolve(request, resolve.group(1), decoded(resolve.group(2)), resolve.group(3));
    }
    hub.violation(request, "no such address");
    return Reply.error(404, null, "Not found");
  }

  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private String signed(String path) {
    return "%s%s%c%s%d"
        .formatted(
            hub.store(), path, path.contains("?") ? '&' : '?', LocalHub.SIGNATURE, ++signatures);
  }

  private void checkLfs(Seen request) {
    hub.check(
        request,
        String.valueOf(request.header("content-type")).startsWith(LFS)
            && String.valueOf(request.header("accept")).contains(LFS),
        "LFS of type %s, accepting %s"
            .formatted(request.header("content-type"), request.header("accept")));
  }

  private Reply batch(Seen request) throws IOException {
    checkLfs(request);
    JsonNode body = request.json();
    hub.check(request, "upload".equals(body.path("operation").asText()), "another operation");
    boolean multipart = body.path("transfers").toString().contains("multipart");
    ObjectNode answer = JSON.createObjectNode();
    answer.put("transfer", multipart ? "multipart" : "basic");
    ArrayNode objects = answer.putArray("objects");
    hub.check(request, body.path("objects").size() <= 100, "too many objects");
    for (JsonNode asked : body.path("objects")) {
      String oid = asked.path("oid").asText();
      long size = asked.path("size").asLong(-1);
      hub.check(request, size > 0, "an object of %d bytes".formatted(size));
      ObjectNode object = objects.addObject().put("oid", oid).put("size", size);
      if (state.objects.containsKey(oid)) {
        continue;
      }
      object.put("authenticated", true);
      ObjectNode actions = object.putObject("actions");
      ObjectNode upload = actions.putObject("upload");
      if (multipart && size >= hub.multipartFrom) {
        parts(oid, size, upload);
      } else {
        upload.put("href", signed("/objects/" + oid)).put("expires_in", 900);
      }
      String verify = hub.endpoint() + request.path().replaceFirst("/batch$", "/verify");
      actions.putObject("verify").put("href", verify);
    }
    return new Reply(200, LFS, answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void parts(String oid, long size, ObjectNode upload) {
    Session session = new Session(oid, size, hub.chunk);
    String id = "upload" + state.sessions.size();
    state.sessions.put(id, session);
    upload.put(
        "href",
        "%s/api/complete_multipart?uploadId=%s&%s%d"
            .formatted(hub.endpoint(), id, LocalHub.SIGNATURE, ++signatures));
    ObjectNode header = upload.putObject("header");
    header.put("chunk_size", String.valueOf(hub.chunk));
    for (int number = 1; number <= session.count(); number++) {
      header.put(
          "%05d".formatted(number),
          signed("/parts/%s?uploadId=%s&partNumber=%d".formatted(oid, id, number)));
    }
  }

  private Reply verify(Seen request) throws IOException {
    JsonNode body = request.json();
    byte[] object = state.objects.get(body.path("oid").asText());
    return object != null && object.length == body.path("size").asLong(-1)
        ? Reply.json(200, "{}")
        : Reply.error(404, null, "Object does not exist");
  }

  private Reply complete(Seen request) throws IOException {
    checkLfs(request);
    Session session = state.sessions.get(request.query("uploadId"));
    if (session == null) {
      return Reply.error(404, null, "The specified upload does not exist");
    }
    JsonNode body = request.json();
    JsonNode parts = body.path("parts");
    boolean whole =
        body.path("oid").asText().equals(session.oid) && parts.size() == session.count();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; whole && i < parts.size(); i++) {
      int number = parts.get(i).path("partNumber").asInt();
      byte[] part = session.parts.get(number);
      whole =
          number == i + 1
              && part != null
              && parts.get(i).path("etag").asText().equals(session.tags.get(number));
      if (whole) {
        all.writeBytes(part);
      }
    }
    byte[] content = all.toByteArray();
    hub.check(request, whole, "a list of parts that is not whole: " + parts);
    if (!whole || !HubState.sha256(content).equals(session.oid)) {
      hub.check(request, !whole, "parts that do not make the object");
      return Reply.error(400, null, "Invalid part");
    }
    state.objects.put(session.oid, content);
    return Reply.json(200, "{}");
  }

  private Reply store(Seen request) {
    if (!request.url().contains(LocalHub.SIGNATURE)) {
      return Reply.error(403, null, "no signature");
    }
    String path = request.path();
    String oid = path.substring(path.lastIndexOf('/') + 1);
    if (request.method().equals("PUT")) {
      hub.check(
          request,
          request.header("transfer-encoding") == null
              && String.valueOf(request.body().length).equals(request.header("content-length")),
          "a body of unknown length");
      return path.startsWith("/parts/") ? putPart(request) : put(request, oid);
    }
    byte[] object = state.objects.get(oid);
    if (object == null) {
      return Reply.error(404, null, "NoSuchKey");
    }
    return ranged(request, object).with("ETag", "\"" + HubState.md5(object) + "\"");
  }

  private Reply put(Seen request, String oid) {
    boolean right = HubState.sha256(request.body()).equals(oid);
    hub.check(request, right, "another content than its name says");
    if (!right) {
      return Reply.error(400, null, "BadDigest");
    }
    state.objects.put(oid, request.body());
    return Reply.empty(200).with("ETag", "\"" + HubState.md5(request.body()) + "\"");
  }

  private Reply putPart(Seen request) {
    Session session = state.sessions.get(request.query("uploadId"));
    int number = Integer.parseInt(request.query("partNumber"));
    if (session == null || number < 1 || number > session.count()) {
      return Reply.error(404, null, "NoSuchUpload");
    }
    hub.check(
        request,
        request.body().length == session.length(number),
        "part %d has %d bytes".formatted(number, request.body().length));
    String tag = "\"" + HubState.md5(request.body()) + "\"";
    session.parts.put(number, request.body());
    session.tags.put(number, tag);
    return Reply.empty(200).with("ETag", tag);
  }

  private Reply resolve(Seen request, String id, String revision, String rawPath) {
    Repo repo = state.repos.get(id);
    if (repo == null || (repo.isPrivate && request.token() == null)) {
      return HubRoutes.missing(request);
    }
    Commit commit = repo.at(revision);
    if (commit == null) {
      return HubRoutes.noRevision(revision);
    }
    if (HubRoutes.isLocked(request, repo)) {
      return HubRoutes.gated();
    }
    String path = decoded(rawPath);
    Entry entry = commit.files().get(path);
    if (entry == null) {
      return Reply.error(404, "EntryNotFound", "Entry not found")
          .with("X-Repo-Commit", commit.oid());
    }
    if (!entry.isLarge()) {
      return Reply.empty(307)
          .with(
              "Location",
              "/api/resolve-cache/models/%s/%s/%s?%%2F=".formatted(id, commit.oid(), rawPath))
          .with("ETag", "\"" + entry.oid() + "\"")
          .with("X-Repo-Commit", commit.oid());
    }
    return new Reply(302, "text/plain", "Found. Redirecting".getBytes(StandardCharsets.UTF_8))
        .with("Location", signed("/objects/" + entry.oid()))
        .with("ETag", "\"redirect-page\"")
        .with("X-Linked-Etag", "\"" + entry.oid() + "\"")
        .with("X-Linked-Size", String.valueOf(entry.size()))
        .with("X-Repo-Commit", commit.oid());
  }

  private Reply small(Seen request, String id, String revision, String path) {
    Repo repo = state.repos.get(id);
    Commit commit = repo == null ? null : repo.at(revision);
    Entry entry = commit == null ? null : commit.files().get(path);
    if (commit == null || entry == null) {
      return Reply.error(404, "EntryNotFound", "Entry not found");
    }
    return ranged(request, state.content(entry))
        .with("ETag", "\"" + entry.oid() + "\"")
        .with("X-Repo-Commit", commit.oid());
  }

  private static Reply ranged(Seen request, byte[] content) {
    String range = request.header("range");
    Matcher matcher = RANGE.matcher(range == null ? "" : range);
    if (!matcher.matches()) {
      return new Reply(200, "application/octet-stream", content).with("Accept-Ranges", "bytes");
    }
    long from = Long.parseLong(matcher.group(1));
    long to =
        matcher.group(2).isEmpty()
            ? content.length - 1L
            : Math.min(content.length - 1L, Long.parseLong(matcher.group(2)));
    if (from >= content.length) {
      return Reply.empty(416).with("Content-Range", "bytes */" + content.length);
    }
    return new Reply(
            206, "application/octet-stream", Arrays.copyOfRange(content, (int) from, (int) to + 1))
        .with("Content-Range", "bytes %d-%d/%d".formatted(from, to, content.length));
  }
}

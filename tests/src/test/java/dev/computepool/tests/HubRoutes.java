package dev.computepool.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.computepool.tests.HubState.Commit;
import dev.computepool.tests.HubState.Entry;
import dev.computepool.tests.HubState.Repo;
import dev.computepool.tests.LocalHub.Reply;
import dev.computepool.tests.LocalHub.Seen;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The API of a local Hub: accounts, repositories, what is to be sent, commits.
final class HubRoutes {
  private static final JsonMapper JSON = new JsonMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern MODEL =
      Pattern.compile("/api/models/([^/]+/[^/]+)(?:/([a-z-]+)(?:/(.*))?)?");
  private static final Pattern CARD =
      Pattern.compile("\\A---\\s*\\n(.*?)\\n---\\s*\\n", Pattern.DOTALL);
  private static final int MOST_INLINE = 10 << 20;
  private static final int SAMPLE = 512;
  private static final List<String> LARGE =
      List.of(".safetensors", ".bin", ".model", ".pt", ".zip");

  private final LocalHub hub;
  private final HubState state;

  HubRoutes(LocalHub hub) {
    this.hub = hub;
    this.state = hub.state;
  }

  Reply answer(Seen request, HubFiles files) throws IOException {
    String path = request.path();
    if (request.token() != null && role(request) == null) {
      return Reply.error(401, null, "Invalid credentials in Authorization header");
    }
    if (path.contains(".git/info/lfs/")
        || path.equals("/api/complete_multipart")
        || path.contains("/resolve/")
        || path.startsWith("/api/resolve-cache/")) {
      return files.answer(request);
    }
    return switch (request.method() + " " + path) {
      case "GET /api/whoami-v2" -> whoami(request);
      case "POST /api/repos/create" -> create(request);
      case "POST /api/validate-yaml" -> validate(request);
      default -> model(request);
    };
  }

  static @Nullable String role(Seen request) {
    if (LocalHub.TOKEN.equals(request.token())) {
      return "write";
    }
    return LocalHub.READ_TOKEN.equals(request.token()) ? "read" : null;
  }

  private static Reply whoami(Seen request) {
    String role = role(request);
    return role == null
        ? Reply.error(401, null, "Invalid credentials in Authorization header")
        : Reply.json(
            200,
            """
            {"type":"user","id":"1","name":"alice","fullname":"Alice","email":"a@x","isPro":false,
             "orgs":[{"type":"org","id":"2","name":"acme","roleInOrg":"write"}],
             "auth":{"type":"access_token","accessToken":{"displayName":"laptop","role":"%s"}}}
            """
                .formatted(role));
  }

  private Reply create(Seen request) throws IOException {
    JsonNode body = request.json();
    String owner = body.path("organization").asText("alice");
    String id = owner + "/" + body.path("name").asText();
    String url = hub.endpoint() + "/" + id;
    ObjectNode answer = JSON.createObjectNode().put("url", url).put("name", id).put("id", "3");
    if (!"write".equals(role(request))) {
      return Reply.error(403, null, "You don't have the rights to create a model under " + owner);
    }
    if (state.repos.containsKey(id)) {
      answer.put("error", "You already created this model repo");
      return Reply.json(409, answer.toString());
    }
    boolean isPrivate =
        body.path("private").asBoolean(body.path("visibility").asText().equals("private"));
    state.create(id, isPrivate);
    return Reply.json(200, answer.toString());
  }

  private static Reply validate(Seen request) throws IOException {
    String content = request.json().path("content").asText();
    ArrayNode errors = JSON.createArrayNode();
    ArrayNode warnings = JSON.createArrayNode();
    Matcher card = CARD.matcher(content);
    if (!card.find()) {
      warnings.addObject().put("message", "empty or missing yaml metadata in repo card");
    } else {
      try {
        JsonNode yaml = YAML.readTree(card.group(1));
        if (!yaml.isObject()) {
          errors.addObject().put("message", "YAML Metadata is not a mapping");
        } else if (yaml.has("datasets") && yaml.get("datasets").isNull()) {
          errors.addObject().put("message", "\"datasets\" must be an array");
        }
      } catch (IOException e) {
        errors.addObject().put("message", "Invalid YAML Metadata");
      }
    }
    ObjectNode answer = JSON.createObjectNode();
    answer.set("errors", errors);
    answer.set("warnings", warnings);
    return Reply.json(errors.isEmpty() ? 200 : 400, answer.toString());
  }

  private Reply model(Seen request) throws IOException {
    Matcher model = MODEL.matcher(request.path());
    if (!model.matches()) {
      hub.violation(request, "no such address");
      return Reply.error(404, null, "Not found");
    }
    Repo repo = repo(request, model.group(1));
    if (repo == null) {
      return missing(request);
    }
    String call = model.group(2) == null ? "" : model.group(2);
    String rest = model.group(3) == null ? "" : model.group(3);
    return switch (request.method() + " " + call) {
      case "GET " -> info(repo, commit(repo, "main"));
      case "GET revision" -> {
        Commit commit = commit(repo, revision(request, rest));
        yield commit == null ? noRevision(rest) : info(repo, commit);
      }
      case "GET tree" -> tree(request, repo, rest);
      case "POST paths-info" -> pathsInfo(request, repo, rest);
      case "GET auth-check" ->
          rest.equals("write") && !"write".equals(role(request))
              ? Reply.error(403, null, "Write access denied")
              : isLocked(request, repo) ? gated() : Reply.empty(200);
      case "POST branch" -> branch(request, repo, decoded(rest));
      case "POST preupload" -> preupload(request, repo, revision(request, rest));
      case "POST commit" -> commit(request, repo, revision(request, rest));
      case "GET refs" -> refs(repo);
      default -> {
        hub.violation(request, "no such call");
        yield Reply.error(404, null, "Not found");
      }
    };
  }

  /// A revision is one part of the address, with its slashes escaped.
  private String revision(Seen request, String raw) {
    hub.check(request, !raw.contains("/"), "a revision with a slash that is not escaped");
    hub.check(request, !raw.contains("%25"), "a revision that is escaped twice");
    return decoded(raw);
  }

  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Nullable Repo repo(Seen request, String id) {
    Repo repo = state.repos.get(id);
    return repo == null || (repo.isPrivate && request.token() == null) ? null : repo;
  }

  /// The Hub hides what one may not see.
  static Reply missing(Seen request) {
    return Reply.error(request.token() == null ? 401 : 404, "RepoNotFound", "Repository not found");
  }

  static Reply noRevision(String revision) {
    return Reply.error(404, "RevisionNotFound", "Invalid rev id: " + revision);
  }

  static Reply gated() {
    return Reply.error(
        403, "GatedRepo", "Access to model is restricted. You must be authenticated");
  }

  static boolean isLocked(Seen request, Repo repo) {
    return !repo.gated.equals("false") && !"write".equals(role(request));
  }

  static @Nullable Commit commit(Repo repo, String revision) {
    return repo.at(revision);
  }

  private static Reply info(Repo repo, @Nullable Commit commit) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("_id", "4").put("id", repo.id).put("modelId", repo.id);
    answer.put("private", repo.isPrivate);
    if (repo.gated.equals("false")) {
      answer.put("gated", false);
    } else {
      answer.put("gated", repo.gated);
    }
    answer.put("likes", 0).put("downloads", 0);
    answer.putArray("tags");
    ArrayNode siblings = answer.putArray("siblings");
    if (commit != null) {
      answer.put("sha", commit.oid());
      commit.files().keySet().forEach(path -> siblings.addObject().put("rfilename", path));
    }
    return Reply.json(200, answer.toString());
  }

  private static Reply refs(Repo repo) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode branches = answer.putArray("branches");
    repo.branches.forEach(
        (name, commits) ->
            branches
                .addObject()
                .put("name", name)
                .put("ref", "refs/heads/" + name)
                .put("targetCommit", commits.getLast().oid()));
    answer.putArray("tags");
    answer.putArray("converts");
    return Reply.json(200, answer.toString());
  }

  private static ObjectNode entry(String path, Entry entry) {
    ObjectNode node = JSON.createObjectNode();
    node.put("type", "file").put("oid", entry.gitOid()).put("size", entry.size()).put("path", path);
    if (entry.isLarge()) {
      node.putObject("lfs")
          .put("oid", entry.oid())
          .put("size", entry.size())
          .put("pointerSize", entry.pointer().length);
    }
    return node;
  }

  private Reply tree(Seen request, Repo repo, String rest) {
    int slash = rest.indexOf('/');
    String revision = decoded(slash < 0 ? rest : rest.substring(0, slash));
    Commit commit = commit(repo, revision);
    if (commit == null) {
      return noRevision(revision);
    }
    List<ObjectNode> all = new ArrayList<>();
    commit.files().forEach((path, entry) -> all.add(entry(path, entry)));
    commit.files().keySet().stream()
        .filter(p -> p.contains("/"))
        .map(p -> p.substring(0, p.lastIndexOf('/')))
        .distinct()
        .forEach(
            folder ->
                all.add(
                    JSON.createObjectNode()
                        .put("type", "directory")
                        .put("oid", "0".repeat(40))
                        .put("size", 0)
                        .put("path", folder)));
    String cursor = request.query("cursor");
    int from = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
    int to = Math.min(all.size(), from + hub.pageSize);
    ArrayNode page = JSON.createArrayNode();
    all.subList(from, to).forEach(page::add);
    Reply reply = Reply.json(200, page.toString());
    if (to < all.size()) {
      reply.with(
          "Link",
          "<%s%s?recursive=true&cursor=%d>; rel=\"next\""
              .formatted(hub.endpoint(), request.path(), to));
    }
    return reply;
  }

  private static Reply pathsInfo(Seen request, Repo repo, String rest) throws IOException {
    Commit commit = commit(repo, decoded(rest));
    if (commit == null) {
      return noRevision(rest);
    }
    List<String> paths = new ArrayList<>();
    if (String.valueOf(request.header("content-type")).contains("json")) {
      request.json().path("paths").forEach(p -> paths.add(p.asText()));
    } else {
      for (String pair : new String(request.body(), StandardCharsets.UTF_8).split("&", -1)) {
        if (pair.startsWith("paths=")) {
          paths.add(decoded(pair.substring(6).replace("+", "%20")));
        }
      }
    }
    ArrayNode found = JSON.createArrayNode();
    for (String path : paths) {
      Entry entry = commit.files().get(path);
      if (entry != null) {
        found.add(entry(path, entry));
      }
    }
    return Reply.json(200, found.toString());
  }

  private Reply branch(Seen request, Repo repo, String name) {
    if (!"write".equals(role(request))) {
      return Reply.error(403, null, "Forbidden");
    }
    if (repo.branches.containsKey(name)) {
      return Reply.error(409, null, "Reference already exists");
    }
    repo.branches.put(name, new ArrayList<>(List.of(repo.head())));
    return Reply.json(200, "{}");
  }

  private Reply preupload(Seen request, Repo repo, String revision) throws IOException {
    if (!"write".equals(role(request)) && request.query("create_pr").isEmpty()) {
      return Reply.error(403, null, "Forbidden: pass create_pr=1");
    }
    Commit head = commit(repo, revision);
    if (head == null) {
      return noRevision(revision);
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode files = answer.putArray("files");
    JsonNode body = request.json();
    List<String> ignored = Arrays.asList(body.path("gitIgnore").asText("").split("\n", -1));
    for (JsonNode file : body.path("files")) {
      String path = file.path("path").asText();
      long size = file.path("size").asLong(-1);
      byte[] sample = Base64.getDecoder().decode(file.path("sample").asText());
      hub.check(request, size >= 0, path + " has no size");
      hub.check(
          request,
          sample.length == Math.min(SAMPLE, size),
          "a sample of %d bytes of %s, which has %d".formatted(sample.length, path, size));
      boolean binary = false;
      for (byte b : sample) {
        binary |= b == 0;
      }
      boolean large = size > MOST_INLINE || binary || LARGE.stream().anyMatch(path::endsWith);
      ObjectNode decision =
          files
              .addObject()
              .put("path", path)
              .put("uploadMode", large ? "lfs" : "regular")
              .put("shouldIgnore", ignored.contains(path));
      Entry entry = head.files().get(path);
      if (entry != null) {
        decision.put("oid", entry.oid());
      }
    }
    answer.put("commitOid", head.oid());
    return Reply.json(200, answer.toString());
  }

  private Reply commit(Seen request, Repo repo, String revision) throws IOException {
    boolean pull = request.query("create_pr").equals("1");
    if (!"write".equals(role(request)) && !pull) {
      return Reply.error(403, null, "Forbidden: pass create_pr=1");
    }
    hub.check(
        request,
        "application/x-ndjson".equals(request.header("content-type")),
        "a commit of type " + request.header("content-type"));
    Commit head = commit(repo, revision);
    if (head == null) {
      return noRevision(revision);
    }
    String summary = "";
    Map<String, Entry> added = new TreeMap<>();
    List<String> lines =
        new String(request.body(), StandardCharsets.UTF_8)
            .lines()
            .filter(l -> !l.isBlank())
            .toList();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      String key = line.path("key").asText();
      JsonNode value = line.path("value");
      hub.check(request, key.equals("header") == (i == 0), "line %d is '%s'".formatted(i, key));
      switch (key) {
        case "header" -> {
          summary = value.path("summary").asText();
          hub.check(request, !summary.isBlank(), "a commit without a summary");
          String parent = value.path("parentCommit").asText("");
          if (!parent.isEmpty() && !head.oid().startsWith(parent)) {
            return Reply.error(
                412, null, "A commit has happened since. Please refresh and try again.");
          }
        }
        case "file" -> {
          byte[] content = Base64.getDecoder().decode(value.path("content").asText());
          hub.check(request, "base64".equals(value.path("encoding").asText()), "no encoding");
          if (content.length > MOST_INLINE) {
            hub.violation(request, "an inline file of %d bytes".formatted(content.length));
          }
          added.put(path(request, value), HubState.small(content));
        }
        case "lfsFile" -> {
          String oid = value.path("oid").asText();
          byte[] object = state.objects.get(oid);
          hub.check(request, "sha256".equals(value.path("algo").asText()), "no algo");
          if (object == null || object.length != value.path("size").asLong(-1)) {
            return Reply.error(
                400,
                null,
                "Your push was rejected because an LFS pointer pointed to a file that does not"
                    + " exist");
          }
          added.put(path(request, value), new Entry(null, oid, object.length));
        }
        default -> hub.violation(request, "a line of kind " + key);
      }
    }
    hub.check(request, !added.isEmpty(), "a commit of nothing");
    String branch = revision;
    if (pull) {
      branch = "refs/pr/" + ++repo.pullRequests;
      repo.branches.put(branch, new ArrayList<>(List.of(head)));
    }
    Commit commit = state.commit(repo, branch, summary, added);
    ObjectNode answer = JSON.createObjectNode();
    answer.put("success", true).put("commitOid", commit.oid());
    answer.put("commitUrl", "%s/%s/commit/%s".formatted(hub.endpoint(), repo.id, commit.oid()));
    answer.put("hookOutput", "");
    if (pull) {
      answer.put(
          "pullRequestUrl",
          "%s/%s/discussions/%d".formatted(hub.endpoint(), repo.id, repo.pullRequests));
    }
    return Reply.json(200, answer.toString());
  }

  private String path(Seen request, JsonNode value) {
    String path = value.path("path").asText();
    List<String> parts = List.of(path.split("/", -1));
    hub.check(
        request,
        !path.isEmpty()
            && parts.stream().noneMatch(p -> List.of("", ".", "..", ".git", ".cache").contains(p)),
        "the path '%s'".formatted(path));
    return path;
  }
}

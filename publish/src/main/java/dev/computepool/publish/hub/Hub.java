package dev.computepool.publish.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.http.Head;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.HubException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Hugging Face's Hub, or what speaks like it: what it knows of accounts and repositories.
///
/// ```java
/// Hub hub = new Hub(http, HubSettings.read(variables, home), warnings);
/// UploadPlan plan = new HubUpload(hub).plan(request, progress); // only reads
/// UploadReport report = new HubUpload(hub).run(plan, progress);
/// ```
///
/// The token is sent to the endpoint and to nobody else. Safe for use by several threads.
///
/// @see <a href="https://huggingface.co/docs/hub/api">Hub API</a>
public final class Hub {
  /// The branch that a repository begins with.
  public static final String MAIN = "main";

  private static final int MOST_OF_AN_ANSWER = 64 << 20;
  private static final int MOST_PAGES = 10_000;
  private static final int MOST_REDIRECTS = 5;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");

  /// What git calls a commit or a file.
  private static final Pattern GIT_OID = Pattern.compile("[0-9a-f]{40}");

  private final Http http;
  private final HubSettings settings;
  private final Consumer<String> warnings;
  private final Urls urls;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Account account;

  /// @param http whose owner closes it when all is done
  /// @param warnings what the Hub wants people to read, a line each
  public Hub(Http http, HubSettings settings, Consumer<String> warnings) {
    this.http = http;
    this.settings = settings;
    this.warnings = warnings;
    this.urls = new Urls(settings.endpoint());
  }

  Http http() {
    return http;
  }

  HubSettings settings() {
    return settings;
  }

  Urls urls() {
    return urls;
  }

  void warn(String line) {
    warnings.accept(line);
  }

  /// The page of a repository.
  public String page(RepoId repo) {
    return settings.endpoint() + "/" + repo;
  }

  /// Who we are. It is asked once; the Hub allows few of these calls.
  ///
  /// @throws HubException with {@link Kind#BAD_TOKEN} if there is no token, or a wrong one
  public Account whoami() throws IOException {
    Account known = account;
    if (known != null) {
      return known;
    }
    String what = "who the token belongs to";
    if (settings.token() == null) {
      throw new HubException(
          Kind.BAD_TOKEN, 401, what, "there is no token", null, null, tokenPage());
    }
    JsonNode node = json(what, call(what, null, Request.get(urls.api("whoami-v2"))));
    List<String> organizations = new ArrayList<>();
    for (JsonNode organization : node.path("orgs")) {
      organizations.add(HubJson.require(what, organization, "name"));
    }
    String role = node.path("auth").path("accessToken").path("role").asText("");
    Account found = new Account(HubJson.require(what, node, "name"), organizations, role);
    account = found;
    return found;
  }

  /// Where tokens are made.
  public String tokenPage() {
    return settings.endpoint() + "/settings/tokens";
  }

  /// Whether there is such a repository that we may see.
  boolean exists(RepoId repo) throws IOException {
    String what = "look for " + repo;
    try {
      call(what, repo, Request.get(urls.model(repo, "?expand[]=likes")));
      return true;
    } catch (HubException e) {
      if (e.kind() == Kind.REPO_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /// A revision of a repository, pinned to the commit that it is now.
  ///
  /// @throws HubException if there is no such repository or revision
  public Snapshot snapshot(RepoId repo, String revision) throws IOException {
    String what = "look up %s at %s".formatted(repo, revision);
    JsonNode node =
        json(what, ask(what, repo, urls.model(repo, "/revision/" + Urls.encode(revision))));
    String commit = HubJson.require(what, node, "sha");
    if (!GIT_OID.matcher(commit).matches()) {
      throw HubException.malformed(what, "'sha' is no commit");
    }
    JsonNode gated = node.path("gated");
    String id = HubJson.text(node, "id");
    return new Snapshot(
        id == null || !id.contains("/") ? repo : renamed(what, id),
        commit,
        node.path("private").asBoolean(false),
        gated.isMissingNode() ? "false" : gated.asText());
  }

  private static RepoId renamed(String what, String id) throws HubException {
    try {
      return RepoId.parse(id);
    } catch (IllegalArgumentException e) {
      throw HubException.malformed(what, String.valueOf(e.getMessage()));
    }
  }

  /// All files of a revision, in the Hub's order.
  public List<TreeEntry> tree(RepoId repo, String revision) throws IOException {
    String what = "list the files of " + repo;
    List<TreeEntry> entries = new ArrayList<>();
    String url =
        urls.model(repo, "/tree/%s?recursive=true&expand=false".formatted(Urls.encode(revision)));
    for (int page = 0; url != null; page++) {
      if (page >= MOST_PAGES) {
        throw HubException.malformed(what, "the list has no end");
      }
      Answer answer = ask(what, repo, url);
      for (JsonNode node : json(what, answer)) {
        if ("file".equals(HubJson.text(node, "type"))) {
          entries.add(entry(what, node));
        }
      }
      url = next(what, answer.head());
    }
    return List.copyOf(entries);
  }

  private static TreeEntry entry(String what, JsonNode node) throws HubException {
    JsonNode lfs = node.path("lfs");
    Digest sha256 = null;
    if (lfs.isObject()) {
      try {
        sha256 = Digest.parse(HubJson.require(what, lfs, "oid"));
      } catch (IllegalArgumentException e) {
        throw HubException.malformed(what, "'lfs.oid' is no SHA-256");
      }
    }
    String path = HubJson.require(what, node, "path");
    String gitOid = HubJson.require(what, node, "oid");
    if (!GIT_OID.matcher(gitOid).matches()) {
      // It becomes a part of the name of a file here.
      throw HubException.malformed(what, "the 'oid' of %s is none of git".formatted(path));
    }
    long size = HubJson.size(what, lfs.isObject() ? lfs : node, "size");
    return new TreeEntry(path, size, gitOid, sha256);
  }

  private @Nullable String next(String what, Head head) throws HubException {
    for (String link : head.all("link")) {
      Matcher matcher = NEXT.matcher(link);
      if (matcher.find()) {
        String url = settings.here(Urls.resolve(settings.endpoint() + "/", matcher.group(1)));
        if (!settings.isHere(url)) {
          throw HubException.malformed(what, "the next page is on another host");
        }
        return url;
      }
    }
    return null;
  }

  /// Whether we may have the files of a repository.
  ///
  /// @throws HubException if we may not
  void checkReading(RepoId repo) throws IOException {
    checkAccess("ask for access to " + repo, repo, "/auth-check");
  }

  /// Whether we may write to a repository.
  ///
  /// @throws HubException if we may not
  void checkWriting(RepoId repo) throws IOException {
    checkAccess("ask to write to " + repo, repo, "/auth-check/write");
  }

  /// A server that does not know the question lets it pass: it will say no later.
  private void checkAccess(String what, RepoId repo, String question) throws IOException {
    try {
      call(what, repo, Request.get(urls.model(repo, question)));
    } catch (HubException e) {
      if (e.status() != 404 || e.code() != null) {
        throw e;
      }
    }
  }

  /// Makes a repository unless there is one.
  void create(RepoId repo, boolean isPrivate) throws IOException {
    String what = "create " + repo;
    ObjectNode body = HubJson.object();
    body.put("name", repo.name());
    body.put("visibility", isPrivate ? "private" : "public");
    body.put("organization", repo.namespace());
    body.put("type", "model");
    Request request = Request.post(urls.api("repos/create"), Body.json(body.toString()));
    for (int tries = 1; ; tries++) {
      try {
        call(what, repo, request);
        return;
      } catch (HubException e) {
        switch (e.kind()) {
          case CONFLICT -> {
            boolean passing = String.valueOf(e.getMessage()).contains("conflicting operation");
            if (!passing) {
              return;
            }
            if (tries >= Retries.STANDARD.tries()) {
              throw e;
            }
            http.pause(Retries.STANDARD.pause(tries));
          }
          // Tokens that may write to one repository may not make any: it may be there all the same.
          case FORBIDDEN, QUOTA, BAD_TOKEN, REPO_NOT_FOUND -> {
            if (exists(repo)) {
              return;
            }
            throw e;
          }
          default -> throw e;
        }
      }
    }
  }

  /// Makes a branch at the head of the main one unless there is one.
  void createBranch(RepoId repo, String branch) throws IOException {
    try {
      call(
          "create the branch " + branch,
          repo,
          Request.post(urls.model(repo, "/branch/" + Urls.encode(branch)), Body.json("{}")));
    } catch (HubException e) {
      if (e.kind() != Kind.CONFLICT) {
        throw e;
      }
    }
  }

  /// Has the Hub look at a model card before anything is sent that would be in vain.
  ///
  /// @return what it warns of
  /// @throws HubException with {@link Kind#REFUSED} if it would not take it
  List<String> validateCard(String readme) throws IOException {
    String what = "check README.md";
    ObjectNode body = HubJson.object();
    body.put("content", readme);
    body.put("repoType", "model");
    Answer answer =
        call(what, null, Request.post(urls.api("validate-yaml"), Body.json(body.toString())));
    JsonNode node = json(what, answer);
    List<String> errors = messages(node.path("errors"));
    if (!errors.isEmpty()) {
      throw new HubException(
          Kind.REFUSED,
          answer.status(),
          what,
          String.join("; ", errors),
          null,
          HubErrors.requestId(answer.head()),
          null);
    }
    return messages(node.path("warnings"));
  }

  private static List<String> messages(JsonNode list) {
    List<String> messages = new ArrayList<>();
    for (JsonNode item : list) {
      messages.add(item.path("message").asText("").strip());
    }
    return messages;
  }

  private Answer ask(String what, RepoId repo, String url) throws IOException {
    return call(what, repo, Request.get(url).with(settings.answerTime()));
  }

  /// Calls with the token, and tries again what may be tried again.
  Answer call(String what, @Nullable RepoId repo, Request request) throws IOException {
    return call(what, repo, request, Retries.STANDARD);
  }

  Answer call(String what, @Nullable RepoId repo, Request request, Retries retries)
      throws IOException {
    if (settings.offline()) {
      throw new OfflineException(what);
    }
    Secret token = settings.token();
    Request next = request.as(token == null ? null : token.bearer());
    for (int redirects = 0; ; redirects++) {
      Answer answer = http.fetch(next, retries, MOST_OF_AN_ANSWER);
      tellWarnings(answer.head());
      Optional<String> target = redirect(answer.head(), next.url());
      if (target.isEmpty()) {
        if (!answer.isSuccess()) {
          throw failure(what, repo, answer.head(), answer.bytes());
        }
        return answer;
      }
      if (redirects >= MOST_REDIRECTS || !settings.isHere(target.get())) {
        throw HubException.malformed(
            what, redirects >= MOST_REDIRECTS ? "too many redirects" : "it leads to another host");
      }
      next = next.to(target.get());
    }
  }

  /// What an answer means that is none of success.
  ///
  /// @param repo the repository that it was about, null for none
  HubException failure(String what, @Nullable RepoId repo, Head head, byte[] body) {
    return HubErrors.of(what, settings, repo, head, body);
  }

  private Optional<String> redirect(Head head, String from) {
    String location = head.first("location");
    return location == null || !Set.of(301, 302, 303, 307, 308).contains(head.status())
        ? Optional.empty()
        : Optional.of(settings.here(Urls.resolve(from, location)));
  }

  void tellWarnings(Head head) {
    for (String warning : head.all("x-hf-warning")) {
      String[] parts = warning.split(";", 2);
      if (warned.add(parts[0].strip())) {
        warnings.accept(parts.length > 1 ? parts[1].strip() : warning);
      }
    }
  }

  static JsonNode json(String what, Answer answer) throws HubException {
    try {
      JsonNode node = HubJson.parse(answer.text());
      if (node == null || node.isMissingNode()) {
        throw HubException.malformed(what, "the answer is empty; is this a Hub?");
      }
      return node;
    } catch (JsonProcessingException e) {
      // Its message would repeat parts of the answer.
      throw HubException.malformed(what, "the answer is no JSON; is this a Hub?");
    }
  }
}

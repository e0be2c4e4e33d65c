package dev.computepool.publish.git;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.publish.git.GitException.Kind;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.hub.LfsRemote;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The LFS store beside a git remote. Name and token go to the remote's own server and to nobody
/// else.
record GitLfs(Http http, GitRemote remote) implements LfsRemote {
  private static final int MOST_OF_AN_ANSWER = 16 << 20;

  @Override
  public String name() {
    return remote.url();
  }

  @Override
  public String target() {
    return remote.url();
  }

  @Override
  public String batchUrl() {
    return remote.batchUrl();
  }

  @Override
  public String ref() {
    return remote.ref();
  }

  @Override
  public @Nullable String mediaType() {
    return "application/octet-stream";
  }

  @Override
  public String here(String url) {
    return url;
  }

  @Override
  public Answer ask(String what, Request request) throws IOException {
    Request asked = request.as(remote.authorization());
    Answer answer = http.fetch(asked, Retries.STANDARD, MOST_OF_AN_ANSWER);
    if (!answer.isSuccess()) {
      throw failure(what, answer);
    }
    return answer;
  }

  @Override
  public Request signed(Request request, boolean verifying, boolean authorised) {
    return !authorised && remote.isHere(request.url())
        ? request.as(remote.authorization())
        : request;
  }

  @Override
  public IOException failure(String what, Answer answer) {
    String said = said(answer);
    Kind kind =
        switch (answer.status()) {
          case 401, 403 -> Kind.NOT_AUTHORISED;
          case 404 -> Kind.NOT_FOUND;
          default -> Kind.STORE;
        };
    return new GitException(
        kind,
        "%s: status %d%s".formatted(what, answer.status(), said.isEmpty() ? "" : ", " + said),
        null);
  }

  private static String said(Answer answer) {
    try {
      return new JsonMapper().readTree(answer.text()).path("message").asText("");
    } catch (JsonProcessingException e) {
      return ""; // an error page; the status is all there is
    }
  }

  @Override
  public IOException refusal(String path, int code, String why) {
    return new GitException(
        Kind.STORE, "the store refuses %s: %s (%d)".formatted(path, why, code), null);
  }

  @Override
  public IOException malformed(String what, String why) {
    return new GitException(Kind.STORE, what + ": " + why, null);
  }
}

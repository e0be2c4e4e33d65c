package dev.computepool.publish.hub;

import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.HubException.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The store of a repository of the Hub: somebody else, who gets signed addresses and never the
/// token.
record HubLfs(Hub hub, UploadRequest request) implements LfsRemote {
  @Override
  public Http http() {
    return hub.http();
  }

  @Override
  public String name() {
    return request.repo().toString();
  }

  @Override
  public String target() {
    return hub.settings().endpoint() + "/" + request.repo();
  }

  @Override
  public String batchUrl() {
    return hub.urls().batch(request.repo());
  }

  @Override
  public @Nullable String ref() {
    return request.pullRequest() ? null : request.revision();
  }

  @Override
  public @Nullable String mediaType() {
    return null;
  }

  @Override
  public String here(String url) {
    return hub.settings().here(url);
  }

  @Override
  public Answer ask(String what, Request asked) throws IOException {
    return hub.call(what, request.repo(), asked);
  }

  @Override
  public Request signed(Request made, boolean verifying, boolean authorised) {
    Secret token = hub.settings().token();
    return token != null && verifying && hub.settings().isHere(made.url())
        ? made.as(token.bearer())
        : made;
  }

  @Override
  public IOException failure(String what, Answer answer) {
    return HubErrors.of(what, hub.settings().endpoint(), null, answer.head(), answer.bytes());
  }

  @Override
  public IOException refusal(String path, int code, String why) {
    return new HubException(Kind.REFUSED, code, "store " + path, why, null, null, null);
  }

  @Override
  public IOException malformed(String what, String why) {
    return HubException.malformed(what, why);
  }
}

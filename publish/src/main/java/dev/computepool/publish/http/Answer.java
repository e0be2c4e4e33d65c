package dev.computepool.publish.http;

import dev.computepool.base.http.Head;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An answer that was read whole.
public final class Answer {
  private final String request;
  private final Head head;
  private final byte[] body;

  /// @param body decoded; all of it unless the status is an error, whose text is cut
  Answer(String request, Head head, byte[] body) {
    this.request = request;
    this.head = head;
    this.body = body;
  }

  /// What was asked, as {@link Request#label} says it.
  public String request() {
    return request;
  }

  public Head head() {
    return head;
  }

  public int status() {
    return head.status();
  }

  /// Whether the status is one of success.
  public boolean isSuccess() {
    return status() / 100 == 2;
  }

  /// The body, decoded; of an error no more than its beginning.
  public byte[] bytes() {
    return body.clone();
  }

  /// The body as UTF-8.
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// The same without what was told of us in the request, should somebody have repeated it.
  public Answer without(@Nullable Secret authorization) {
    if (authorization == null) {
      return this;
    }
    String told = authorization.reveal();
    String secret = told.substring(told.lastIndexOf(' ') + 1);
    byte[] rest = text().replace(secret, "(secret)").getBytes(StandardCharsets.UTF_8);
    return new Answer(request, head, rest);
  }

  @Override
  public String toString() {
    return "%s: %d, %d bytes".formatted(request, status(), body.length);
  }
}

package dev.computepool.publish.hub;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The Hub said no, or something that is not to be understood.
public final class HubException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final @Nullable String code;
  private final @Nullable String requestId;
  private final @Nullable String page;

  /// What an answer means.
  public enum Kind {
    /// The token is wrong or has expired.
    BAD_TOKEN,
    /// There is no such repository, or whoever asks may not know that there is.
    REPO_NOT_FOUND,
    /// There is no such branch, tag or commit.
    REVISION_NOT_FOUND,
    /// There is no such file in this revision.
    ENTRY_NOT_FOUND,
    /// A licence must be accepted first, at {@link HubException#page}.
    GATED,
    /// The token may not do this.
    FORBIDDEN,
    /// A quota is used up, or something must be paid for.
    QUOTA,
    /// Something else is there, or going on.
    CONFLICT,
    /// Somebody else has made a commit since.
    STALE,
    /// What was sent is not as it must be.
    REFUSED,
    /// Too many requests.
    RATE_LIMITED,
    /// The server failed, or no server that speaks this protocol answered.
    TROUBLE
  }

  /// @param what the call that failed, such as `commit to acme/demo`
  /// @param reason in the Hub's words
  /// @param code of the Hub, such as `RepoNotFound`
  /// @param requestId what its support asks for
  /// @param page where a person can do something about it
  HubException(
      Kind kind,
      int status,
      String what,
      String reason,
      @Nullable String code,
      @Nullable String requestId,
      @Nullable String page) {
    super(
        what + ": " + reason + (requestId == null ? "" : " (request id %s)".formatted(requestId)));
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.page = page;
  }

  /// An answer that is not what the protocol has.
  static HubException malformed(String what, String reason) {
    return new HubException(Kind.TROUBLE, 200, what, reason, null, null, null);
  }

  public Kind kind() {
    return kind;
  }

  /// The status of the answer.
  public int status() {
    return status;
  }

  /// What the Hub calls it, if it says so.
  public @Nullable String code() {
    return code;
  }

  /// What the Hub's support asks for.
  public @Nullable String requestId() {
    return requestId;
  }

  /// Where a person can do something about it.
  public @Nullable String page() {
    return page;
  }
}

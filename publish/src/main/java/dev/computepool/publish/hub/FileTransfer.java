package dev.computepool.publish.hub;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.base.http.Head;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Brings one file after the other from where the Hub says that they are.
///
/// Redirects are followed by hand: what the Hub says of a file is in the headers of the first
/// answer only, and the token must not go where it leads. An address that has expired, and a
/// connection that broke, are nothing but a reason to ask the Hub again and to go on at the same
/// byte.
final class FileTransfer {
  private static final int PIECE = 64 << 10;
  private static final int MOST_REDIRECTS = 8;

  /// Failures in a row without a new byte between them.
  private static final int TRIES = 6;

  /// Larger files are refused to who asks for all at once.
  private static final long LARGE = 50_000_000_000L;

  private static final long RANGE = 1L << 30;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes\\s+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");
  private static final Pattern UNSATISFIED = Pattern.compile("bytes\\s+\\*/([0-9]{1,18})");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Hub hub;
  private final Snapshot snapshot;
  private final AtomicLong received = new AtomicLong();

  FileTransfer(Hub hub, Snapshot snapshot) {
    this.hub = hub;
    this.snapshot = snapshot;
  }

  /// Bytes of files that came over the network.
  long received() {
    return received.get();
  }

  /// Brings what is missing of a file and verifies all of it.
  ///
  /// @throws VerificationException if it is another content, twice
  void fetch(TreeEntry entry, PartialFile file, Progress.Step step) throws IOException {
    Counter counter = new Counter(step, file.length());
    complete(entry, file, counter);
    if (file.isRight()) {
      return;
    }
    file.restart();
    complete(entry, file, counter);
    if (!file.isRight()) {
      file.discard();
      throw new VerificationException(
          entry.path(),
          List.of(
              "what came is not what %s says it is, twice"
                  .formatted(entry.sha256() == null ? "git" : "its SHA-256")));
    }
  }

  /// Progress of a file of which some may come again.
  private static final class Counter {
    private final Progress.Step step;
    private long most;

    Counter(Progress.Step step, long most) {
      this.step = step;
      this.most = most;
    }

    void at(long position) throws IOException {
      long news = Math.max(0, position - most);
      most = Math.max(most, position);
      step.advance(news); // none is a look at whether to stop
    }
  }

  /// Only what was not there before is progress: of a file that always begins again nothing ever
  /// comes.
  private void complete(TreeEntry entry, PartialFile file, Counter counter) throws IOException {
    long most = file.length();
    int failures = 0;
    while (!file.isWhole()) {
      AgainException failure = null;
      try {
        once(entry, file, counter);
      } catch (AgainException e) {
        failure = e;
      }
      if (file.length() > most) {
        most = file.length();
        failures = 0;
      } else if (++failures >= TRIES) {
        throw failure == null
            ? HubException.malformed("download " + entry.path(), "nothing more comes")
            : failure.reason();
      }
      if (failure != null || failures > 0) {
        hub.http()
            .pause(
                "download " + entry.path(),
                failure == null ? "nothing more comes" : failure.why(),
                Retries.STANDARD.pause(Math.max(1, failures)));
      }
    }
  }

  /// The connection broke in the middle, or an address has expired: the Hub is asked again.
  private static final class AgainException extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    AgainException(IOException reason) {
      super(reason);
      this.reason = reason;
    }

    IOException reason() {
      return reason;
    }

    String why() {
      return reason instanceof ConnectionException broken
          ? broken.why()
          : String.valueOf(reason.getMessage());
    }
  }

  /// Asks the Hub and follows it to the content.
  private void once(TreeEntry entry, PartialFile file, Counter counter) throws IOException {
    String what = "download " + entry.path();
    if (hub.settings().offline()) {
      throw new OfflineException(what);
    }
    String url = hub.urls().resolve(snapshot.id(), snapshot.commit(), entry.path());
    boolean known = false;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      boolean here = hub.settings().isHere(url);
      Secret token = here ? hub.settings().token() : null;
      String range = range(file.length(), entry.size());
      Request get =
          Request.get(url)
              .as(token == null ? null : token.bearer())
              .with(hub.settings().fileTime());
      Request request = range == null ? get : get.with("Range", range);
      boolean first = !known;
      String at = url;
      Optional<String> next =
          hub.http().stream(
              request,
              Retries.STANDARD,
              (head, body) -> take(what, entry, file, counter, at, first, head, body));
      if (next.isEmpty()) {
        return;
      }
      known = true;
      url = next.get();
    }
    throw HubException.malformed(what, "too many redirects");
  }

  /// Which bytes are asked for.
  ///
  /// @param have bytes that are here
  /// @return the value of `Range`, null for all
  static @Nullable String range(long have, long size) {
    if (size > LARGE) {
      return "bytes=%d-%d".formatted(have, Math.min(size, have + RANGE) - 1);
    }
    return have == 0 ? null : "bytes=%d-".formatted(have);
  }

  /// Takes what an answer has.
  ///
  /// @param first whether it is the Hub's own answer, which says what the file is
  /// @return where to ask instead
  private Optional<String> take(
      String what,
      TreeEntry entry,
      PartialFile file,
      Counter counter,
      String url,
      boolean first,
      Head head,
      InputStream body)
      throws IOException {
    boolean here = hub.settings().isHere(url);
    if (REDIRECTS.contains(head.status())) {
      check(what, entry, first, head);
      String location = head.first("location");
      if (location == null) {
        throw HubException.malformed(what, "a redirect that leads nowhere");
      }
      return Optional.of(hub.settings().here(Urls.resolve(url, location)));
    }
    switch (head.status()) {
      case 200 -> {
        check(what, entry, first, head);
        if (head.first("content-encoding") == null) {
          checkSize(what, entry, head.first("content-length"));
        }
        if (file.length() > 0) {
          file.restart(); // the range was ignored
        }
        copy(entry, body, file, counter);
      }
      case 206 -> {
        checkRange(what, entry, file.length(), head);
        copy(entry, body, file, counter);
      }
      case 416 -> {
        Matcher all = UNSATISFIED.matcher(String.valueOf(head.first("content-range")));
        checkSize(what, entry, all.matches() ? all.group(1) : null);
        file.restart();
      }
      default -> {
        HubException failure =
            hub.failure(what, here ? snapshot.id() : null, head, body.readNBytes(PIECE));
        if (!here && (head.status() == 403 || head.status() == 401 || head.status() == 404)) {
          throw new AgainException(failure);
        }
        if (!here && head.status() == 400 && entry.size() > LARGE) {
          throw HubException.malformed(
              what,
              "files of more than 50 GB are given by Xet only, which this program does not speak");
        }
        throw failure;
      }
    }
    return Optional.empty();
  }

  /// What the Hub says of the file must be what its list says.
  private void check(String what, TreeEntry entry, boolean first, Head head) throws HubException {
    hub.tellWarnings(head);
    if (!first) {
      return;
    }
    if (head.first("x-repo-commit") == null) {
      throw HubException.malformed(
          what, "whoever answers is no Hub: a proxy, or a page to log in at");
    }
    String tag = plain(head.first("x-linked-etag"));
    if (tag != null && entry.sha256() != null && !tag.equals(entry.sha256().hex())) {
      throw HubException.malformed(
          what,
          "the list of files says its SHA-256 is %s, the file %s".formatted(entry.sha256(), tag));
    }
    checkSize(what, entry, head.first("x-linked-size"));
  }

  /// A file that is shorter than the list says would be asked for without end.
  ///
  /// @param size what an answer says, null if it does not
  private static void checkSize(String what, TreeEntry entry, @Nullable String size)
      throws HubException {
    if (size != null && !size.equals(Long.toString(entry.size()))) {
      throw HubException.malformed(
          what,
          "the list of files says it has %d bytes, the file %s".formatted(entry.size(), size));
    }
  }

  private static @Nullable String plain(@Nullable String tag) {
    if (tag == null) {
      return null;
    }
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    return strong.replace("\"", "");
  }

  private static void checkRange(String what, TreeEntry entry, long have, Head head)
      throws HubException {
    Matcher range = CONTENT_RANGE.matcher(String.valueOf(head.first("content-range")));
    boolean right =
        range.matches()
            && Long.parseLong(range.group(1)) == have
            && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == entry.size())
            && head.first("content-encoding") == null;
    if (!right) {
      throw HubException.malformed(
          what,
          "asked from byte %d of %d on, it sends '%s'"
              .formatted(have, entry.size(), head.first("content-range")));
    }
  }

  private void copy(TreeEntry entry, InputStream body, PartialFile file, Counter counter)
      throws IOException {
    byte[] piece = new byte[PIECE];
    while (!file.isWhole()) {
      int wanted = (int) Math.min(piece.length, entry.size() - file.length());
      int n;
      try {
        n = body.read(piece, 0, wanted);
      } catch (ConnectionException e) {
        throw new AgainException(e);
      }
      if (n < 0) {
        return;
      }
      file.write(piece, n);
      received.addAndGet(n);
      counter.at(file.length());
    }
  }
}

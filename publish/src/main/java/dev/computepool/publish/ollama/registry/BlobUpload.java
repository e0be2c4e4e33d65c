package dev.computepool.publish.ollama.registry;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.GoQuery;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends one blob, and begins it again when its session is lost.
///
/// A registry either takes the parts itself, one after the other, or sends each to an object store
/// (307) and takes the next at once: then many are on their way together. A part that fails is sent
/// again where the registry still knows the session; where it does not, the blob begins anew.
final class BlobUpload {
  private static final int MAX_ANSWER = 1 << 20;
  private static final int SMALL = 64 << 10;

  /// How long a registry may take to say that it has a whole blob: some read it once more, or move
  /// it, before they answer.
  private static final Duration COMMIT = Duration.ofMinutes(30);

  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

  private final Repository repository;
  private final Blob blob;
  private final Parts parts;
  private final Retries retries;
  private boolean mismatched;
  private volatile boolean willing;

  /// The session is gone: the blob is to begin anew.
  private static final class LostSessionException extends IOException {
    private static final long serialVersionUID = 1L;

    LostSessionException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// @param step is advanced by the blob's bytes
  BlobUpload(Repository repository, Blob blob, Progress.Step step) {
    this.repository = repository;
    this.blob = blob;
    this.parts = new Parts(blob, repository.options().partBytes(), step);
    this.retries = repository.options().retries();
  }

  /// How a blob got into a repository.
  enum Way {
    SENT,
    MOUNTED
  }

  /// Puts the blob into the repository.
  ///
  /// @param from a repository that may have it already; null for none
  Way upload(@Nullable String from) throws IOException {
    for (int tries = 1; ; tries++) {
      blob.requireUnchanged();
      try {
        return once(tries == 1 ? from : null);
      } catch (LostSessionException e) {
        blob.requireUnchanged();
        if (tries >= retries.tries()) {
          throw new RegistryException(
              Kind.UNAVAILABLE,
              0,
              "blob %s could not be uploaded in %d tries, the last of which ended so: %s"
                  .formatted(blob.digestText(), tries, e.getMessage()));
        }
        repository.pause(retries.pause(tries));
        if (repository.has(blob.digest())) {
          finish();
          return Way.SENT; // only the answer was lost
        }
      }
    }
  }

  private Way once(@Nullable String from) throws IOException {
    switch (repository.open(blob.digest(), from)) {
      case Repository.Opened.Mounted _ -> {
        finish();
        return Way.MOUNTED;
      }
      case Repository.Opened.Session(String location) -> {
        commit(sendParts(location));
        finish();
        return Way.SENT;
      }
    }
  }

  private void finish() throws IOException {
    for (Parts.Part part : parts.list()) {
      part.done();
    }
  }

  /// All parts are sent.
  ///
  /// @param location where to say so
  private record Sent(String location, String etag) {}

  private Sent sendParts(String first) throws IOException {
    String location = first;
    List<byte[]> md5s = new ArrayList<>();
    try (StoreUploads elsewhere = new StoreUploads(repository.options().parallel())) {
      for (Parts.Part part : parts.list()) {
        byte[] md5 = part.md5();
        md5s.add(md5);
        elsewhere.awaitPlace();
        switch (patch(location, part, elsewhere.isUsed())) {
          case Patched.Taken(String next) -> {
            location = next;
            part.done();
          }
          case Patched.Elsewhere(String next, String session, String target) -> {
            elsewhere.start(() -> store(part, md5, session, target));
            location = next;
          }
        }
      }
      elsewhere.awaitAll();
    }
    return new Sent(location, Parts.etag(md5s));
  }

  /// What became of a part.
  private sealed interface Patched {
    /// The registry has it.
    record Taken(String next) implements Patched {}

    /// It is to be sent to a store.
    ///
    /// @param session where the registry was asked
    /// @param target where the store takes it, with a signature
    record Elsewhere(String next, String session, String target) implements Patched {}
  }

  private Patched patch(String first, Parts.Part part, boolean redirects) throws IOException {
    String location = first;
    for (int tries = 1; ; tries++) {
      Request request = patchRequest(location, part);
      IOException failure;
      Duration pause = retries.pause(tries);
      try {
        Answer answer = repository.send(asking(request, part), Retries.NONE);
        if (answer.status() == 417) {
          willing = true;
          answer = repository.send(request, Retries.NONE);
        }
        if (answer.status() == 307) {
          String target = Repository.resolve(request, answer, answer.head().first("location"));
          return new Patched.Elsewhere(nextSession(request, answer), location, target);
        }
        if (answer.isSuccess()) {
          willing = true;
          return new Patched.Taken(Repository.location(request, answer));
        }
        failure = Answers.failure(answer, "");
        pause = Answers.pause(answer, pause, retries);
        if (isLost(answer)) {
          throw new LostSessionException(String.valueOf(failure.getMessage()), failure);
        }
        if (!Answers.isTransient(answer.status())) {
          throw tooLarge(answer, part, failure);
        }
      } catch (ConnectionException e) {
        failure = e;
      }
      if (tries >= retries.tries()) {
        throw failure;
      }
      repository.pause(pause);
      switch (ask(location, part, redirects, failure)) {
        case Reached.Before(String fresh) -> location = fresh;
        case Reached.After(String next) -> {
          return new Patched.Taken(next);
        }
      }
    }
  }

  /// Asks before the bytes are sent whether they are wanted here: a registry that sends them to a
  /// store, or finds them too many, answers at once and closes the connection on what still comes.
  /// One that has taken a part is not asked again, for one that ignores the question costs seconds.
  private Request asking(Request request, Parts.Part part) {
    boolean small = part.end() - part.first() <= SMALL;
    return willing || small ? request : request.with("Expect", "100-continue");
  }

  private static Request patchRequest(String location, Parts.Part part) {
    return new Request(
            "PATCH", location, Map.of(), null, part.body(), Request.get(location).patience())
        .with("Content-Range", part.range())
        .with("X-Redirect-Uploads", "1");
  }

  /// The session's next address: where a part goes elsewhere, `Location` is not it.
  private static String nextSession(Request request, Answer answer) throws RegistryException {
    return Repository.resolve(request, answer, answer.head().first("docker-upload-location"));
  }

  private static boolean isLost(Answer answer) {
    return answer.status() == 404
        || answer.status() == 416
        || Answers.hasCode(answer, "BLOB_UPLOAD_INVALID")
        || Answers.hasCode(answer, "BLOB_UPLOAD_UNKNOWN");
  }

  /// How far a session has come.
  private sealed interface Reached {
    /// The part is to be sent here.
    record Before(String location) implements Reached {}

    /// The part has arrived.
    record After(String next) implements Reached {}
  }

  /// Asks a session how far it is after a part has failed.
  ///
  /// @param redirects whether the registry has sent parts elsewhere; such a session may not tell,
  ///     and takes a part at the same address again
  private Reached ask(String location, Parts.Part part, boolean redirects, IOException failure)
      throws IOException {
    Request request = Request.get(location);
    Answer answer = repository.send(request, retries);
    if (answer.status() == 204) {
      long received = received(answer);
      String next = Repository.location(request, answer);
      if (received == part.first()) {
        return new Reached.Before(next);
      }
      if (received == part.end()) {
        return new Reached.After(next);
      }
    } else if (redirects || answer.status() != 404) {
      return new Reached.Before(location);
    }
    throw new LostSessionException(String.valueOf(failure.getMessage()), failure);
  }

  /// Bytes that a session has: `Range: 0-LAST`, where `0-0` means none.
  private static long received(Answer answer) {
    String range = String.valueOf(answer.head().first("range"));
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches()) {
      return -1;
    }
    long last = Long.parseLong(matcher.group(1));
    return last == 0 ? 0 : last + 1;
  }

  /// Sends a part to a store, which must not learn who we are.
  private void store(Parts.Part part, byte[] md5, String session, String target)
      throws IOException {
    String address = target;
    for (int tries = 1; ; tries++) {
      Answer answer =
          repository.http().fetch(Request.put(address, part.body()), retries, MAX_ANSWER);
      if (answer.isSuccess() && isStored(answer, md5)) {
        part.done();
        return;
      }
      String failure =
          answer.isSuccess()
              ? answer.request() + ": the store got other bytes than were sent"
              : String.valueOf(Answers.failure(answer, "").getMessage());
      if (answer.status() == 413) {
        throw tooLarge(answer, part, Answers.failure(answer, ""));
      }
      if (tries > 1) {
        throw new LostSessionException(failure, null);
      }
      // The address may have run out, as it does on slow lines; the session may give a new one.
      address = answer.status() == 403 ? freshTarget(session, part, failure) : address;
    }
  }

  private String freshTarget(String session, Parts.Part part, String failure) throws IOException {
    Request request = patchRequest(session, part);
    Answer answer = repository.send(asking(request, part), retries);
    if (answer.status() != 307) {
      throw new LostSessionException(failure, null);
    }
    return Repository.resolve(request, answer, answer.head().first("location"));
  }

  /// Whether a store tells no other MD5 than ours; not every store tells one.
  private static boolean isStored(Answer answer, byte[] md5) {
    String etag = answer.head().first("etag");
    String told = etag == null ? "" : etag.replace("\"", "").toLowerCase(Locale.ROOT);
    return !MD5.matcher(told).matches() || told.equals(HexFormat.of().formatHex(md5));
  }

  private IOException tooLarge(Answer answer, Parts.Part part, IOException failure) {
    if (answer.status() != 413) {
      return failure;
    }
    return new RegistryException(
        Kind.TOO_LARGE,
        413,
        "%s: status 413: the registry takes no part of %s"
            .formatted(answer.request(), ByteSize.format(part.end() - part.first())));
  }

  private void commit(Sent sent) throws IOException {
    String url =
        sent.location()
            + (sent.location().contains("?") ? "&" : "?")
            + "digest="
            + GoQuery.escape(blob.digestText())
            + "&etag="
            + GoQuery.escape(sent.etag());
    for (int tries = 1; ; tries++) {
      IOException failure;
      Duration pause = retries.pause(tries);
      try {
        Answer answer = repository.send(Request.put(url, Body.NONE).with(COMMIT), Retries.NONE);
        if (answer.isSuccess()) {
          return;
        }
        failure = Answers.failure(answer, "");
        pause = Answers.pause(answer, pause, retries);
        if (Answers.hasCode(answer, "DIGEST_INVALID")) {
          throw otherDigest(answer);
        }
        if (isLost(answer)) {
          throw new LostSessionException(String.valueOf(failure.getMessage()), failure);
        }
        if (!Answers.isTransient(answer.status())) {
          throw failure;
        }
      } catch (ConnectionException e) {
        failure = e;
      }
      if (tries >= retries.tries()) {
        throw failure;
      }
      repository.pause(pause);
      if (repository.has(blob.digest())) {
        return; // only the answer was lost
      }
    }
  }

  /// The registry got other bytes than the digest says: the file was changed, a digest that
  /// somebody gave us is wrong, or the way is bad.
  private IOException otherDigest(Answer answer) throws IOException {
    blob.requireUnchanged();
    if (!mismatched) {
      mismatched = true;
      return new LostSessionException(
          String.valueOf(Answers.failure(answer, "").getMessage()), null);
    }
    String source =
        blob.content() instanceof Blob.Content.InFile(Path file, FileTime _)
            ? file.toString()
            : blob.digestText();
    return new VerificationException(
        source, List.of("the registry got other bytes than %s".formatted(blob.digestText())));
  }
}

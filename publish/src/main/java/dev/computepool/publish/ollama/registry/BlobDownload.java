package dev.computepool.publish.ollama.registry;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.base.http.Head;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.Descriptor;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fetches one blob, from the registry itself or from where it sends us, and goes on where it broke
/// off.
final class BlobDownload {
  private static final int PIECE = 128 << 10;
  private static final int REDIRECTS = 5;
  private static final int ERROR_WORDS = 16 << 10;

  private final Repository repository;
  private final Descriptor blob;
  private final Progress.Step step;
  private final Retries retries;
  private Sha256 hasher = Sha256.hasher();
  private long received;
  private long reported;

  /// What became of one request for bytes.
  private sealed interface Got {
    /// Bytes came, as many as there were.
    record Bytes() implements Got {}

    /// They are somewhere else.
    record Elsewhere(String address) implements Got {}

    /// The registry wants to know who we are.
    record Challenged(Head head) implements Got {}

    /// There are none to be had.
    record Failed(int status, String message) implements Got {}
  }

  /// @param step is advanced by the blob's bytes
  BlobDownload(Repository repository, Descriptor blob, Progress.Step step) {
    this.repository = repository;
    this.blob = blob;
    this.step = step;
    this.retries = repository.options().retries();
  }

  /// Completes a file that has none of the blob's bytes, or its first ones.
  ///
  /// @throws VerificationException if the whole is not what the digest says; the file is then empty
  void fetch(FileChannel file) throws IOException {
    if (file.size() > blob.size()) {
      file.truncate(0);
    }
    resume(file);
    boolean resumed = received > 0;
    complete(file);
    Digest digest = hasher.digest();
    if (!digest.equals(blob.digest()) && resumed) {
      // What an earlier run left may be what is wrong.
      restart(file);
      complete(file);
      digest = hasher.digest();
    }
    if (!digest.equals(blob.digest())) {
      restart(file);
      throw new VerificationException(
          repository.download(blob.digest()).label(),
          List.of("the bytes that came have SHA-256 %s".formatted(digest)));
    }
  }

  private void resume(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    while (received < file.size()) {
      buffer.clear();
      int read = file.read(buffer, received);
      hasher.update(buffer.flip());
      advance(read);
    }
  }

  private void restart(FileChannel file) throws IOException {
    file.truncate(0);
    hasher = Sha256.hasher();
    received = 0;
  }

  private void advance(int bytes) throws IOException {
    received += bytes;
    long news = Math.max(0, received - reported);
    reported += news;
    step.advance(news);
  }

  private void complete(FileChannel file) throws IOException {
    int failures = 0;
    // A server that ignores ranges sends all anew: progress is what goes beyond the best so far.
    long most = received;
    while (received < blob.size()) {
      try {
        fetchOnce(file);
        if (received < blob.size() && received <= most) {
          throw new RegistryException(
              Kind.NO_REGISTRY,
              200,
              "%s: ended after %d of %d bytes"
                  .formatted(repository.download(blob.digest()).label(), received, blob.size()));
        }
      } catch (ConnectionException e) {
        failures = received > most ? 1 : failures + 1;
        if (failures >= retries.tries()) {
          throw e;
        }
        repository.pause(retries.pause(failures));
      }
      most = Math.max(most, received);
    }
  }

  private void fetchOnce(FileChannel file) throws IOException {
    Request request = repository.download(blob.digest());
    boolean renewed = false;
    for (int redirects = 0; redirects <= REDIRECTS; ) {
      Secret used = repository.authorization(request);
      Got got = get(request.as(used), file);
      switch (got) {
        case Got.Bytes _ -> {
          return;
        }
        case Got.Elsewhere(String address) -> {
          request = Request.get(address);
          redirects++;
        }
        case Got.Challenged(Head head) -> {
          if (renewed) {
            throw failure(Kind.NOT_AUTHORISED, 401, request, "the registry does not let us");
          }
          repository.renew(request, head, used);
          renewed = true;
        }
        case Got.Failed(int status, String message) ->
            throw failure(
                status == 404
                    ? Kind.NOT_FOUND
                    : status == 401 || status == 403 ? Kind.NOT_AUTHORISED : Kind.UNAVAILABLE,
                status,
                request,
                message);
      }
    }
    throw failure(Kind.NO_REGISTRY, 0, request, "the registry sends us in circles");
  }

  private static RegistryException failure(Kind kind, int status, Request request, String what) {
    return new RegistryException(
        kind, status, request.label() + (status == 0 ? "" : ": status " + status) + ": " + what);
  }

  private Got get(Request plain, FileChannel file) throws IOException {
    Request request = received == 0 ? plain : plain.with("Range", "bytes=%d-".formatted(received));
    return repository.http().stream(
        request, retries, (head, body) -> take(request, head, body, file));
  }

  private Got take(Request request, Head head, InputStream body, FileChannel file)
      throws IOException {
    return switch (head.status()) {
      case 301, 302, 303, 307, 308 -> new Got.Elsewhere(redirect(request, head.first("location")));
      case 401 ->
          repository.isOurs(request)
              ? new Got.Challenged(head)
              : new Got.Failed(401, "the store does not let us");
      case 200 -> {
        restart(file);
        read(body, file);
        yield new Got.Bytes();
      }
      case 206 -> {
        if (!startsWhereWeAre(head)) {
          yield new Got.Failed(206, "another range came than was asked for");
        }
        read(body, file);
        yield new Got.Bytes();
      }
      default ->
          new Got.Failed(
              head.status(),
              Answers.words(new String(body.readNBytes(ERROR_WORDS), StandardCharsets.UTF_8)));
    };
  }

  private boolean startsWhereWeAre(Head head) {
    String range = head.first("content-range");
    return range != null && range.startsWith("bytes %d-".formatted(received));
  }

  private static String redirect(Request request, @Nullable String location)
      throws RegistryException {
    if (location == null || location.isBlank()) {
      throw failure(Kind.NO_REGISTRY, 0, request, "a redirection does not say where to go");
    }
    return Addresses.resolve(request, location);
  }

  private void read(InputStream body, FileChannel file) throws IOException {
    byte[] piece = new byte[PIECE];
    file.position(received);
    for (int n; (n = body.read(piece)) >= 0; ) {
      if (received + n > blob.size()) {
        throw new VerificationException(
            repository.download(blob.digest()).label(),
            List.of("more than the %d bytes come that the manifest tells".formatted(blob.size())));
      }
      ByteBuffer bytes = ByteBuffer.wrap(piece, 0, n);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      hasher.update(piece, 0, n);
      advance(n);
    }
  }
}

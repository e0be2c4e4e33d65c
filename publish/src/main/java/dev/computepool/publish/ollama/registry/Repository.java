package dev.computepool.publish.ollama.registry;

import dev.computepool.base.VerificationException;
import dev.computepool.base.http.Head;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.GoQuery;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One model's place in a registry: the requests of the distribution protocol, with a token where
/// one is asked for.
///
/// @see <a href="https://distribution.github.io/distribution/spec/api/">Distribution API</a>
final class Repository {
  private static final int MAX_ANSWER = 1 << 20;

  /// How often one request is made again with another token. Once should do, but the second may run
  /// out on the way as well.
  private static final int MOST_RENEWALS = 2;

  private final Http http;
  private final RegistryOptions options;
  private final ModelName name;
  private final URI base;
  private final Tokens tokens;

  /// @throws RegistryException as {@link #base}
  Repository(Http http, RegistryOptions options, ModelName name, Clock clock)
      throws RegistryException {
    this.http = http;
    this.options = options;
    this.name = name;
    this.base = base(name, options.insecure());
    this.tokens = new Tokens(http, base, options, clock);
  }

  /// Where the registry of a name is.
  ///
  /// @throws RegistryException if it would be spoken to without encryption and nobody said that
  ///     this is meant
  static URI base(ModelName name, boolean insecure) throws RegistryException {
    String scheme = insecure ? "http" : name.scheme();
    URI base;
    try {
      base = new URI(scheme + "://" + name.host());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'%s' is no host".formatted(name.host()), e);
    }
    if (base.getHost() == null) {
      throw new IllegalArgumentException("'%s' is no host".formatted(name.host()));
    }
    if (scheme.equals("http") && !insecure && !TokenUrl.isLoopback(base.getHost())) {
      throw new RegistryException(
          Kind.INSECURE,
          0,
          "%s would be spoken to over http, where everybody on the way can read and change what is sent"
              .formatted(name.host()));
    }
    return base;
  }

  Http http() {
    return http;
  }

  RegistryOptions options() {
    return options;
  }

  private String url(String path) {
    return base + "/v2/" + name.repository() + "/" + path;
  }

  /// The manifest under the name's tag, if there is one.
  Optional<Manifest> manifest() throws IOException {
    Request request =
        Request.get(url("manifests/" + name.tag())).with("Accept", Manifest.MEDIA_TYPE);
    Answer answer = send(request, options.retries(), Manifest.MAX_BYTES);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.isSuccess()) {
      throw Answers.failure(answer, "");
    }
    Manifest manifest = Manifest.parse(answer.request(), answer.bytes());
    requireDigest(answer, manifest.digest());
    return Optional.of(manifest);
  }

  /// Some registries say which digest their answer has.
  private static void requireDigest(Answer answer, Digest digest) throws IOException {
    for (String header : new String[] {"ollama-content-digest", "docker-content-digest"}) {
      String told = answer.head().first(header);
      if (told != null && !told.equals("sha256:" + digest.hex())) {
        throw new VerificationException(
            answer.request(),
            List.of("%s is %s, the answer has sha256:%s".formatted(header, told, digest)));
      }
    }
  }

  /// Makes a manifest visible under the name's tag.
  void putManifest(Manifest manifest) throws IOException {
    Request request =
        Request.put(
            url("manifests/" + name.tag()), new Body.Bytes(Manifest.MEDIA_TYPE, manifest.bytes()));
    Answer answer = send(request, options.retries(), MAX_ANSWER);
    if (!answer.isSuccess()) {
      throw Answers.failure(answer, "all blobs are there, but the model is not visible");
    }
  }

  /// Whether the repository has a blob.
  boolean has(Digest digest) throws IOException {
    Answer answer =
        send(Request.head(url("blobs/sha256:" + digest.hex())), options.retries(), MAX_ANSWER);
    if (answer.status() == 404) {
      return false;
    }
    // A redirection leads to a store that has it.
    if (answer.isSuccess() || answer.status() == 307 || answer.status() == 302) {
      return true;
    }
    throw Answers.failure(answer, "");
  }

  /// What became of asking for an upload.
  sealed interface Opened {
    /// The repository has the blob now, from another repository.
    record Mounted() implements Opened {}

    /// An upload can begin.
    record Session(String location) implements Opened {}
  }

  /// Opens an upload.
  ///
  /// @param from a repository of the same registry that may have the blob; null for none
  Opened open(Digest digest, @Nullable String from) throws IOException {
    String query =
        from == null
            ? ""
            : "?mount="
                + GoQuery.escape("sha256:" + digest.hex())
                + "&from="
                + GoQuery.escape(from);
    Request request = Request.post(url("blobs/uploads/") + query, Body.NONE);
    Answer answer = send(request, options.retries(), MAX_ANSWER);
    if (answer.status() == 201) {
      return new Opened.Mounted();
    }
    if (!answer.isSuccess()) {
      String account =
          answer.status() == 404
              ? "perhaps '%s' is no account there".formatted(name.namespace())
              : "";
      throw Answers.failure(answer, account);
    }
    return new Opened.Session(location(request, answer));
  }

  /// The place of the upload's next step.
  ///
  /// @throws RegistryException if the answer names none
  static String location(Request request, Answer answer) throws RegistryException {
    String next = answer.head().first("docker-upload-location");
    return resolve(request, answer, next == null ? answer.head().first("location") : next);
  }

  /// An address out of an answer, which may be relative to what was asked.
  static String resolve(Request request, Answer answer, @Nullable String address)
      throws RegistryException {
    if (address == null || address.isBlank()) {
      throw noLocation(answer);
    }
    return Addresses.resolve(request, address);
  }

  private static RegistryException noLocation(Answer answer) {
    return new RegistryException(
        Kind.NO_REGISTRY,
        answer.status(),
        "%s: status %d does not say where to go on".formatted(answer.request(), answer.status()));
  }

  /// Where a blob is downloaded.
  Request download(Digest digest) {
    return Request.get(url("blobs/sha256:" + digest.hex()));
  }

  /// Makes a request as whom the registry knows. A token that has run out is replaced.
  Answer send(Request request, Retries retries, int maxBytes) throws IOException {
    Secret used = authorization(request);
    for (int renewals = 0; ; renewals++) {
      Answer answer = http.fetch(request.as(used), retries, maxBytes);
      if (answer.status() != 401 || !isOurs(request) || renewals >= MOST_RENEWALS) {
        return answer.isSuccess() ? answer : answer.without(used);
      }
      used = renew(request, answer.head(), used);
    }
  }

  /// Makes a small request of an upload.
  Answer send(Request request, Retries retries) throws IOException {
    return send(request, retries, MAX_ANSWER);
  }

  /// What to say of us to the address of a request; nothing to strangers.
  @Nullable Secret authorization(Request request) {
    return isOurs(request) ? tokens.current() : null;
  }

  /// Gets a new token after an answer with 401.
  Secret renew(Request request, Head head, @Nullable Secret used) throws IOException {
    return tokens.renew(request.label(), head, used);
  }

  /// Whether a request goes to the registry itself: upload locations may be anywhere.
  boolean isOurs(Request request) {
    return Addresses.isSameOrigin(base, request.url());
  }

  void pause(Duration pause) throws IOException {
    http.pause(pause);
  }
}

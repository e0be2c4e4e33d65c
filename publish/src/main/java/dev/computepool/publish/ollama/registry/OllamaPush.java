package dev.computepool.publish.ollama.registry;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts a model into a registry: its blobs first, its manifest last, so that nobody ever pulls half
/// of one.
///
/// ```java
/// Image image = Image.of(Model.of(gguf).template(text).build(), progress);
/// OllamaPush push = new OllamaPush(http, RegistryOptions.standard(new Credentials.Key(key)));
/// PushPlan plan = push.plan(image, ModelName.parse("alice/tiny:q4_k_m"), null);
/// if (!dryRun) {
///   PushResult result = push.run(plan, progress);
/// }
/// ```
public final class OllamaPush {
  private final Http http;
  private final RegistryOptions options;
  private final Clock clock;

  /// @param http stays open and the caller's; the user's Ctrl-C ends its requests
  public OllamaPush(Http http, RegistryOptions options) {
    this(http, options, Clock.systemUTC());
  }

  OllamaPush(Http http, RegistryOptions options, Clock clock) {
    this.http = http;
    this.options = options;
    this.clock = clock;
  }

  /// The model that a name leads to now, if there is one. A registry that does not let us in says
  /// so here.
  ///
  /// @throws IllegalArgumentException if nothing can be published under this name
  /// @throws RegistryException if the registry does not let us look
  /// @throws dev.computepool.publish.http.ConnectionException if it cannot be reached
  public Optional<Digest> current(ModelName name) throws IOException {
    return repository(name.requirePublishable()).manifest().map(Manifest::digest);
  }

  private Repository repository(ModelName name) throws RegistryException {
    return new Repository(http, options, name, clock);
  }

  /// Asks the registry what it has. Nothing is changed there.
  ///
  /// @param mountFrom a repository of the same registry, such as `alice/base`, that may have blobs
  ///     of this model; null for none
  /// @throws IllegalArgumentException if nothing can be published under this name
  /// @throws RegistryException if the registry does not let us look
  /// @throws dev.computepool.publish.http.ConnectionException if it cannot be reached
  public PushPlan plan(Image image, ModelName name, @Nullable String mountFrom) throws IOException {
    Repository repository = repository(name.requirePublishable());
    Optional<Manifest> there = repository.manifest();
    Digest replaces = there.map(Manifest::digest).orElse(null);
    if (there.isPresent() && there.get().equals(image.manifest())) {
      return new PushPlan(name, image, replaces, image.blobs(), List.of(), mountFrom);
    }
    List<Blob> present = new ArrayList<>();
    List<Blob> missing = new ArrayList<>();
    for (Blob blob : image.blobs()) {
      (repository.has(blob.digest()) ? present : missing).add(blob);
    }
    return new PushPlan(name, image, replaces, present, missing, mountFrom);
  }

  /// Sends what is missing, then the manifest. What was sent stays for the next run if this one
  /// fails.
  ///
  /// @throws RegistryException if the registry refuses
  /// @throws dev.computepool.publish.http.ConnectionException if it cannot be reached any more
  /// @throws dev.computepool.publish.ollama.FileChangedException if a file was written to meanwhile
  /// @throws VerificationException if a file is not what its digest says, or the registry does not
  ///     give the manifest back that it took
  public PushResult run(PushPlan plan, Progress progress) throws IOException {
    Digest digest = plan.image().manifest().digest();
    if (plan.isUpToDate()) {
      return new PushResult(plan.name(), digest, false, 0, 0);
    }
    Repository repository = repository(plan.name());
    long sent = 0;
    long mounted = 0;
    try (Progress.Step step = progress.begin("Pushing", plan.bytes(), Progress.Unit.BYTES)) {
      for (Blob blob : plan.missing()) {
        progress.cancellation().check();
        switch (new BlobUpload(repository, blob, step).upload(plan.mountFrom())) {
          case SENT -> sent += blob.size();
          case MOUNTED -> mounted += blob.size();
        }
      }
    }
    progress.cancellation().check();
    repository.putManifest(plan.image().manifest());
    confirm(repository, plan);
    return new PushResult(plan.name(), digest, true, sent, mounted);
  }

  /// What is seen of a registry may lag behind what it took: it is asked several times.
  private void confirm(Repository repository, PushPlan plan) throws IOException {
    Manifest expected = plan.image().manifest();
    for (int tries = 1; ; tries++) {
      Optional<Manifest> there = repository.manifest();
      if (there.filter(expected::equals).isPresent()) {
        return;
      }
      if (tries >= options.retries().tries()) {
        throw new VerificationException(
            plan.name().toString(),
            List.of(
                "the registry took the manifest sha256:%s and gives back %s"
                    .formatted(
                        expected.digest(),
                        there.map(manifest -> "sha256:" + manifest.digest()).orElse("none"))));
      }
      repository.pause(options.retries().pause(tries));
    }
  }
}

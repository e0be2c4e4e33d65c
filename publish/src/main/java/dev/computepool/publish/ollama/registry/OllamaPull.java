package dev.computepool.publish.ollama.registry;

import dev.computepool.base.Progress;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.ollama.Descriptor;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import dev.computepool.publish.ollama.store.LocalStore;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// Fetches a model from a registry into a store, each blob verified while it comes. What was
/// fetched before an interruption is not fetched again.
public final class OllamaPull {
  private final Http http;
  private final RegistryOptions options;

  /// @param http stays open and the caller's; the user's Ctrl-C ends its requests
  public OllamaPull(Http http, RegistryOptions options) {
    this.http = http;
    this.options = options;
  }

  /// What a registry has under a name.
  ///
  /// @throws RegistryException if there is no such model, or it may not be seen
  public Manifest manifest(ModelName name) throws IOException {
    return repository(name)
        .manifest()
        .orElseThrow(() -> new RegistryException(Kind.NOT_FOUND, 404, "there is no model " + name));
  }

  /// Finds out what pulling takes. Nothing is changed.
  public PullPlan plan(ModelName name, LocalStore store) throws IOException {
    Manifest manifest = manifest(name);
    List<Descriptor> present = new ArrayList<>();
    List<Descriptor> missing = new ArrayList<>();
    for (Descriptor blob : manifest.blobs()) {
      (store.has(blob) ? present : missing).add(blob);
    }
    return new PullPlan(name, manifest, store, present, missing);
  }

  /// Fetches what is missing, then makes the model visible.
  ///
  /// @throws dev.computepool.base.VerificationException if a blob is not what its digest says
  /// @throws dev.computepool.base.DiskFullException if the blobs do not fit
  public void run(PullPlan plan, Progress progress) throws IOException {
    Repository repository = repository(plan.name());
    try (LocalStore.Incoming incoming = plan.store().receive(plan.name(), plan.manifest());
        Progress.Step step = progress.begin("Pulling", plan.bytes(), Progress.Unit.BYTES)) {
      for (Descriptor blob : plan.missing()) {
        BlobDownload download = new BlobDownload(repository, blob, step);
        incoming.accept(blob, download::fetch);
      }
      progress.cancellation().check();
      incoming.commit();
    }
  }

  private Repository repository(ModelName name) throws RegistryException {
    return new Repository(http, options, name, Clock.systemUTC());
  }
}

package dev.computepool.publish;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.PublishPlan.Amount;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.journal.FileStamp;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Params;
import dev.computepool.publish.ollama.daemon.Daemon;
import dev.computepool.publish.ollama.daemon.DaemonPlan;
import dev.computepool.publish.ollama.daemon.DaemonResult;
import dev.computepool.publish.ollama.registry.Credentials;
import dev.computepool.publish.ollama.registry.OllamaAccount;
import dev.computepool.publish.ollama.registry.OllamaPush;
import dev.computepool.publish.ollama.registry.PushPlan;
import dev.computepool.publish.ollama.registry.PushResult;
import dev.computepool.publish.ollama.registry.RegistryOptions;
import dev.computepool.publish.ollama.store.LocalStore;
import dev.computepool.publish.ollama.store.StorePlan;
import dev.computepool.publish.ollama.store.StoreResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Ollama as a destination: a registry, its server here, or its folder here. Of one step.
final class OllamaPublishing {
  private final Machine machine;
  private final Map<Path, FileStamp> known;
  private final Progress progress;
  private final Step.PushOllama step;
  private final Map<Path, Image> images = new HashMap<>();

  /// @param known files that were hashed before
  OllamaPublishing(
      Machine machine, Map<Path, FileStamp> known, Progress progress, Step.PushOllama step) {
    this.machine = machine;
    this.known = known;
    this.progress = progress;
    this.step = step;
  }

  /// What is there already, and whether we may publish there as far as reading tells.
  ///
  /// @param complete whether all files are there that will be sent
  There look(boolean complete) throws IOException {
    List<String> warnings = new ArrayList<>();
    String first = check(warnings);
    if (!complete) {
      Amount estimate = new Amount(0, step.bytes(), false);
      return new There(first, false, Optional.of(estimate), warnings);
    }
    Map<Digest, Blob> present = new HashMap<>();
    Map<Digest, Blob> missing = new HashMap<>();
    int equal = 0;
    for (Map.Entry<ModelName, Path> model : step.models().entrySet()) {
      Image image = image(model.getValue());
      switch (step.road()) {
        case OllamaRoad.Registry(boolean insecure) -> {
          PushPlan plan = push(model.getKey(), insecure).plan(image, model.getKey(), null);
          add(present, plan.present());
          add(missing, plan.missing());
          equal += plan.isUpToDate() ? 1 : 0;
        }
        case OllamaRoad.Server _, OllamaRoad.ServerStore _ -> {
          DaemonPlan plan = daemon().plan(image, model.getKey());
          add(present, plan.present());
          add(missing, plan.missing());
        }
        case OllamaRoad.Store(Path root) -> {
          StorePlan plan = new LocalStore(root).plan(image, model.getKey());
          add(present, plan.present());
          add(missing, plan.missing());
          equal += plan.isUpToDate() ? 1 : 0;
        }
      }
    }
    int names = step.models().size();
    String what =
        switch (step.road()) {
          case OllamaRoad.Server _, OllamaRoad.ServerStore _ -> first;
          case OllamaRoad.Registry _, OllamaRoad.Store _ ->
              "%d of %d names lead to this model already".formatted(equal, names);
        };
    Amount amount = new Amount(bytes(present.values()), bytes(missing.values()), true);
    return new There(what, equal == names, Optional.of(amount), warnings);
  }

  /// Under several names each blob is there once.
  private static void add(Map<Digest, Blob> all, List<Blob> blobs) {
    blobs.forEach(blob -> all.put(blob.digest(), blob));
  }

  private static long bytes(Collection<Blob> blobs) {
    return blobs.stream().mapToLong(Blob::size).sum();
  }

  /// Finds out by reading whether anybody is there and lets us in. It costs nothing, and the work
  /// before may take hours.
  ///
  /// @param warnings get what is likely to go wrong
  /// @return in words what is under the first name
  private String check(List<String> warnings) throws IOException {
    ModelName name = step.models().firstEntry().getKey();
    return switch (step.road()) {
      case OllamaRoad.Registry(boolean insecure) -> {
        if (name.isAtOllama()
            && machine.services().registry(name) instanceof Credentials.Key(var key)) {
          OllamaAccount account =
              new OllamaAccount(machine.services().http(), OllamaAccount.HOME, Clock.systemUTC());
          warnings.addAll(account.warnings(key, name.namespace()));
        }
        boolean there = push(name, insecure).current(name).isPresent();
        if (name.isAtOllama() && !there) {
          warnings.add(
              "everybody can see a new model of ollama.com; one that is not for all is"
                  + " made there first");
        }
        yield there(name, there);
      }
      case OllamaRoad.Server _ ->
          "Ollama %s makes and pushes it".formatted(daemon().requireReady(name));
      case OllamaRoad.ServerStore _ -> "Ollama %s makes it".formatted(daemon().version());
      case OllamaRoad.Store(Path root) -> {
        LocalStore store = new LocalStore(root);
        store.requireWritable();
        yield there(name, store.current(name).isPresent());
      }
    };
  }

  private static String there(ModelName name, boolean there) {
    return name.display() + (there ? " is there already" : " is not there yet");
  }

  /// Publishes under each name; what is there already is not sent.
  ///
  /// @param reader hears what the files are before the first of them is sent
  StepRunner.Done run(Remotes.Reader reader) throws IOException {
    for (Path gguf : step.models().values()) {
      image(gguf);
    }
    reader.read(hashed());
    List<String> digests = new ArrayList<>();
    boolean changed = false;
    long sent = 0;
    for (Map.Entry<ModelName, Path> model : step.models().entrySet()) {
      ModelName name = model.getKey();
      Image image = image(model.getValue());
      String digest;
      switch (step.road()) {
        case OllamaRoad.Registry(boolean insecure) -> {
          OllamaPush push = push(name, insecure);
          PushResult result = push.run(push.plan(image, name, null), progress);
          changed |= result.changed();
          sent += result.sent();
          digest = result.digest().hex();
        }
        case OllamaRoad.Server(boolean insecure) -> {
          Daemon daemon = daemon();
          DaemonPlan plan = daemon.plan(image, name);
          DaemonResult result = daemon.create(plan, progress);
          daemon.push(name, insecure, progress);
          changed = true;
          sent += result.sent();
          digest = result.digest();
        }
        case OllamaRoad.ServerStore _ -> {
          Daemon daemon = daemon();
          DaemonResult result = daemon.create(daemon.plan(image, name), progress);
          changed = true;
          sent += result.sent();
          digest = result.digest();
        }
        case OllamaRoad.Store(Path root) -> {
          LocalStore store = new LocalStore(root);
          StoreResult result = store.install(store.plan(image, name), progress);
          changed |= result.changed();
          sent += result.written();
          digest = result.digest().hex();
        }
      }
      digests.add(digest.isEmpty() ? name.display() : name.display() + "@sha256:" + digest);
    }
    return new StepRunner.Done(facts(digests, sent), hashed(), !changed);
  }

  private SequencedMap<String, String> facts(List<String> digests, long sent) throws IOException {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    List<String> names = step.models().keySet().stream().map(ModelName::display).toList();
    facts.put("names", String.join(", ", names));
    facts.put("digests", String.join(", ", digests));
    ModelName last = step.models().lastEntry().getKey();
    if (step.road() instanceof OllamaRoad.Store(Path root)) {
      facts.put("path", root.toString());
    } else if (step.road() instanceof OllamaRoad.ServerStore) {
      facts.put("address", machine.services().daemon().base());
    } else if (last.isAtOllama()) {
      facts.put("address", "https://ollama.com/" + last.repository());
    } else {
      facts.put("address", last.scheme() + "://" + last.host() + "/" + last.repository());
    }
    facts.put("run", "ollama run " + last.display());
    facts.put("bytes_sent", Long.toString(sent));
    return facts;
  }

  /// What was read to make the images, so that nobody hashes it again.
  private Map<Path, Digest> hashed() {
    Map<Path, Digest> hashed = new HashMap<>();
    for (Image image : images.values()) {
      for (Blob blob : image.blobs()) {
        if (blob.content() instanceof Blob.Content.InFile file) {
          hashed.put(file.file().toAbsolutePath().normalize(), blob.digest());
        }
      }
    }
    return hashed;
  }

  private OllamaPush push(ModelName name, boolean insecure) throws IOException {
    RegistryOptions options =
        RegistryOptions.standard(machine.services().registry(name)).withInsecure(insecure);
    return new OllamaPush(machine.services().http(), options);
  }

  private Daemon daemon() throws IOException {
    return new Daemon(machine.services().http(), machine.services().daemon(), Retries.STANDARD);
  }

  private Image image(Path gguf) throws IOException {
    Image made = images.get(gguf);
    if (made == null) {
      made = Image.of(model(gguf), progress);
      images.put(gguf, made);
    }
    return made;
  }

  private Model model(Path gguf) throws IOException {
    Model.Builder model = Model.of(gguf(gguf)).requires(step.requires());
    Path adapter = step.adapter();
    if (adapter != null) {
      model.adapter(gguf(adapter));
    }
    for (Path file : step.files()) {
      switch (file.getFileName().toString()) {
        case OllamaFiles.TEMPLATE -> model.template(Files.readString(file));
        case OllamaFiles.PARAMS ->
            model.params(
                Params.of(
                    new JsonMapper()
                        .readValue(
                            Files.readString(file), new TypeReference<Map<String, Object>>() {})));
        default -> {} // the Modelfile says the same
      }
    }
    OllamaFiles.texts(step.licenses()).forEach(model::license);
    return model.build();
  }

  private Model.Gguf gguf(Path file) throws IOException {
    return new Model.Gguf(file, FileStamp.known(known, file));
  }
}

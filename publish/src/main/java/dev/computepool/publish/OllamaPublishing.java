package dev.computepool.publish;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.journal.FileStamp;
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
import dev.computepool.publish.ollama.store.Placing;
import dev.computepool.publish.ollama.store.StorePlan;
import dev.computepool.publish.ollama.store.StoreResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Ollama as a destination: a registry, its server here, or its folder here.
final class OllamaPublishing {
  private final Machine machine;
  private final Map<Path, FileStamp> known;
  private final Progress progress;

  OllamaPublishing(Machine machine, Map<Path, FileStamp> known, Progress progress) {
    this.machine = machine;
    this.known = known;
    this.progress = progress;
  }

  /// What is there already.
  ///
  /// @param complete whether all files are there that will be sent
  There look(Step.PushOllama step, boolean complete) throws IOException {
    List<String> warnings = warnings(step);
    if (!complete) {
      String what = step.models().firstEntry().getKey().display() + " will be asked for";
      return new There(what, OptionalLong.empty(), warnings);
    }
    long missing = 0;
    int equal = 0;
    for (Map.Entry<ModelName, Path> model : step.models().entrySet()) {
      Image image = image(step, model.getValue());
      boolean upToDate;
      switch (step.road()) {
        case OllamaRoad.Registry(boolean insecure) -> {
          PushPlan plan = push(model.getKey(), insecure).plan(image, model.getKey(), null);
          upToDate = plan.isUpToDate();
          missing += plan.isUpToDate() ? 0 : plan.bytes();
        }
        case OllamaRoad.Server _ -> {
          missing += daemon().plan(image, model.getKey()).bytes();
          upToDate = false;
        }
        case OllamaRoad.Store(Path root) -> {
          StorePlan plan = new LocalStore(root).plan(image, model.getKey(), Placing.COPY);
          upToDate = plan.isUpToDate();
          missing += plan.bytes();
        }
      }
      equal += upToDate ? 1 : 0;
    }
    String what =
        "%d of %d names lead to this model already".formatted(equal, step.models().size());
    // A name that leads elsewhere is a change, though not a byte of weights is sent for it.
    long bytes = equal == step.models().size() ? 0 : Math.max(1, missing);
    return new There(what, OptionalLong.of(bytes), warnings);
  }

  /// The registry itself may refuse a namespace only after all is sent.
  private List<String> warnings(Step.PushOllama step) throws IOException {
    ModelName name = step.models().firstEntry().getKey();
    if (!(step.road() instanceof OllamaRoad.Registry)
        || !name.isAtOllama()
        || !(machine.services().registry(name) instanceof Credentials.Key(var key))) {
      return List.of();
    }
    return switch (OllamaAccount.ask(
        machine.services().http(), key, OllamaAccount.HOME, Retries.NONE)) {
      case OllamaAccount.Owner.Account(String account)
          when account.equalsIgnoreCase(name.namespace()) ->
          List.of();
      case OllamaAccount.Owner.Account(String account) ->
          List.of(
              "the key belongs to %s, and the model is to be one of %s"
                  .formatted(account, name.namespace()));
      case OllamaAccount.Owner.Nobody _ ->
          List.of("the key is linked to no account; https://ollama.com/settings/keys takes it");
      case OllamaAccount.Owner.Unknown _ -> List.of();
    };
  }

  /// Publishes under each name; what is there already is not sent.
  StepRunner.Done run(Step.PushOllama step) throws IOException {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    boolean changed = false;
    long sent = 0;
    for (Map.Entry<ModelName, Path> model : step.models().entrySet()) {
      ModelName name = model.getKey();
      Image image = image(step, model.getValue());
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
        case OllamaRoad.Store(Path root) -> {
          LocalStore store = new LocalStore(root);
          StoreResult result = store.install(store.plan(image, name, Placing.COPY), progress);
          changed |= result.changed();
          sent += result.written();
          digest = result.digest().hex();
        }
      }
      names.add(name.display());
      facts.put("digest " + name.display(), digest);
    }
    facts.put("names", String.join(", ", names));
    ModelName first = step.models().lastEntry().getKey();
    if (first.isAtOllama() && !(step.road() instanceof OllamaRoad.Store)) {
      facts.put("address", "https://ollama.com/" + first.repository());
    } else if (step.road() instanceof OllamaRoad.Store(Path root)) {
      facts.put("path", root.toString());
    } else {
      facts.put("address", first.scheme() + "://" + first.host() + "/" + first.repository());
    }
    facts.put("run", "ollama run " + first.display());
    facts.put("bytes_sent", Long.toString(sent));
    return new StepRunner.Done(facts, Map.of(), !changed);
  }

  private OllamaPush push(ModelName name, boolean insecure) throws IOException {
    RegistryOptions options =
        RegistryOptions.standard(machine.services().registry(name)).withInsecure(insecure);
    return new OllamaPush(machine.services().http(), options);
  }

  private Daemon daemon() throws IOException {
    return new Daemon(machine.services().http(), machine.services().daemon(), Retries.STANDARD);
  }

  private Image image(Step.PushOllama step, Path gguf) throws IOException {
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
    return Image.of(model.build(), progress);
  }

  private Model.Gguf gguf(Path file) throws IOException {
    FileStamp stamp = known.get(file.toAbsolutePath().normalize());
    @Nullable Digest digest =
        stamp != null && stamp.looksLike(FileStamp.of(file)) ? stamp.sha256() : null;
    return new Model.Gguf(file, digest);
  }
}

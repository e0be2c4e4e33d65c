package dev.computepool.cli.command.publish;

import dev.computepool.base.http.ProxyRules;
import dev.computepool.cli.Context;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.cli.net.Network;
import dev.computepool.cli.output.Output;
import dev.computepool.publish.OllamaRoad;
import dev.computepool.publish.Services;
import dev.computepool.publish.git.GitRemote;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubSettings;
import dev.computepool.publish.hub.OfflineException;
import dev.computepool.publish.ollama.KeySearch;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Road;
import dev.computepool.publish.ollama.daemon.Daemon;
import dev.computepool.publish.ollama.daemon.DaemonAddress;
import dev.computepool.publish.ollama.daemon.DaemonException;
import dev.computepool.publish.ollama.registry.Credentials;
import dev.computepool.publish.ollama.store.LocalStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The servers of one call and the user's secrets for them, from the environment and the files of
/// other tools; connections are made when the first step needs one.
final class Connections implements Services, AutoCloseable {
  private final Context context;
  private final Output out;
  private final boolean offline;
  private final @Nullable Path ollamaKey;
  private @Nullable Http http;
  private @Nullable Hub hub;

  /// @param ollamaKey the file that the user named, or null
  Connections(Context context, Output out, boolean offline, @Nullable Path ollamaKey) {
    this.context = context;
    this.out = out;
    this.offline = offline;
    this.ollamaKey = ollamaKey;
  }

  @Override
  public Http http() throws IOException {
    if (offline) {
      throw new OfflineException("publish");
    }
    return open();
  }

  private Http open() {
    if (http == null) {
      http = Http.open(Network.http(context, out), out.cancellation());
    }
    return http;
  }

  @Override
  public Hub hub() throws IOException {
    if (hub == null) {
      hub = new Hub(open(), Network.hub(context, offline), out::warn);
    }
    return hub;
  }

  @Override
  public Credentials registry(ModelName name) throws IOException {
    String pair = variable(OtherVariable.COMPUTEPOOL_REGISTRY_AUTH);
    if (pair != null && !name.isAtOllama()) {
      return Credentials.Basic.of(pair);
    }
    return switch (key()) {
      case KeySearch.Found.Usable(_, var key) -> new Credentials.Key(key);
      case KeySearch.Found.OnlyService _, KeySearch.Found.None _ -> new Credentials.Anonymous();
    };
  }

  KeySearch.Found key() throws IOException {
    return new KeySearch(ollamaKey, home(), KeySearch.SERVICE_HOME).find();
  }

  boolean hasPassword() {
    return variable(OtherVariable.COMPUTEPOOL_REGISTRY_AUTH) != null;
  }

  /// The version of Ollama's server on this machine, if one answers.
  Optional<String> server() throws IOException {
    if (offline) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Daemon(http(), daemon(), Retries.NONE).version());
    } catch (ConnectionException | DaemonException e) {
      out.detail(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public DaemonAddress daemon() {
    String host = variable(OtherVariable.OLLAMA_HOST);
    return DaemonAddress.parse(host == null ? "" : host);
  }

  @Override
  public GitRemote git(String url, String branch) throws IOException {
    String token = variable(OtherVariable.COMPUTEPOOL_GIT_TOKEN);
    HubSettings settings = Network.hub(context, offline);
    Secret secret = token == null ? null : Secret.of(token);
    if (secret == null && url.startsWith(settings.endpoint() + "/")) {
      secret = settings.token();
    }
    String user = variable(OtherVariable.COMPUTEPOOL_GIT_USER);
    return new GitRemote(url, branch, user == null ? "computepool" : user, secret);
  }

  @Override
  public Author author() throws IOException {
    String name = variable(OtherVariable.GIT_AUTHOR_NAME);
    String email = variable(OtherVariable.GIT_AUTHOR_EMAIL);
    if (name == null || email == null) {
      throw new UsageException(
          "who makes the commit?", "GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL say it, as for git");
    }
    return new Author(name, email);
  }

  @Override
  public ProxyRules proxies() {
    return Network.proxies(context);
  }

  /// Says which way a model goes; that Ollama's server changes it on the way is more than a detail.
  void tell(Road road) {
    road.reasons().forEach(road.way() == Road.Way.DAEMON ? out::note : out::detail);
  }

  /// Into Ollama's folder here: by ourselves, or where that is another user's, such as a service's,
  /// by the server that it belongs to.
  OllamaRoad store() throws IOException {
    LocalStore store = new LocalStore(models());
    try {
      store.requireWritable();
    } catch (AccessDeniedException e) {
      Optional<String> version = server();
      if (version.isPresent()) {
        out.note(
            "%s is not ours to write into: Ollama %s, which answers here, takes the model; it"
                    .formatted(e.getFile(), version.get())
                + " writes the GGUF anew");
        return new OllamaRoad.ServerStore();
      }
    } catch (NotDirectoryException e) {
      out.detail(String.valueOf(e.getMessage())); // the plan says what is in the way
    }
    return new OllamaRoad.Store(store.root());
  }

  /// The folder in which Ollama keeps its models here. Where it runs as a service, as its installer
  /// for Linux has it, that is the service's.
  private Path models() {
    String named = variable(OtherVariable.OLLAMA_MODELS);
    if (named != null) {
      return Path.of(named);
    }
    Path own = LocalStore.defaultRoot(home());
    Path service = LocalStore.defaultRoot(KeySearch.SERVICE_HOME);
    return Files.exists(own) || !Files.exists(KeySearch.SERVICE_HOME) ? own : service;
  }

  private Path home() {
    String home = context.environment().variable("HOME");
    return Path.of(home == null ? System.getProperty("user.home", ".") : home);
  }

  private @Nullable String variable(OtherVariable variable) {
    String value = context.environment().variable(variable.name());
    return value == null || value.isBlank() ? null : value.strip();
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
  }
}

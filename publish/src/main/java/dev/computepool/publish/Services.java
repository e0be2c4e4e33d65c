package dev.computepool.publish;

import dev.computepool.base.http.ProxyRules;
import dev.computepool.publish.git.GitRemote;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.daemon.DaemonAddress;
import dev.computepool.publish.ollama.registry.Credentials;
import java.io.IOException;

/// Who is elsewhere and who we are there. Nothing is looked for before it is asked for, and whoever
/// made this closes what it has opened.
public interface Services {
  /// How requests are made.
  ///
  /// @throws dev.computepool.publish.hub.OfflineException if the network must not be used
  Http http() throws IOException;

  /// Hugging Face's Hub.
  Hub hub() throws IOException;

  /// As whom we speak to the registry of a model.
  Credentials registry(ModelName name) throws IOException;

  /// Where Ollama's own server is.
  DaemonAddress daemon() throws IOException;

  /// A git remote, with the token for it.
  GitRemote git(String url, String branch) throws IOException;

  /// Who makes commits.
  Author author() throws IOException;

  /// The proxies that git goes through.
  ProxyRules proxies();

  /// A person.
  record Author(String name, String email) {}
}

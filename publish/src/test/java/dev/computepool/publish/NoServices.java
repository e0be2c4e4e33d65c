package dev.computepool.publish;

import dev.computepool.base.http.ProxyRules;
import dev.computepool.publish.git.GitRemote;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.daemon.DaemonAddress;
import dev.computepool.publish.ollama.registry.Credentials;

/// For work that is to stay on this machine.
final class NoServices implements Services {
  private static AssertionError asked() {
    return new AssertionError("nothing is to be asked elsewhere");
  }

  @Override
  public Http http() {
    throw asked();
  }

  @Override
  public Hub hub() {
    throw asked();
  }

  @Override
  public Credentials registry(ModelName name) {
    throw asked();
  }

  @Override
  public DaemonAddress daemon() {
    throw asked();
  }

  @Override
  public GitRemote git(String url, String branch) {
    throw asked();
  }

  @Override
  public Author author() {
    throw asked();
  }

  @Override
  public ProxyRules proxies() {
    throw asked();
  }
}

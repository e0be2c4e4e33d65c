package dev.computepool.publish.git;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.git.QuietGit;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.publish.git.GitException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.errors.UnsupportedCredentialItem;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/// A branch of a remote in a repository of our own that lives as long as this: its last commit,
/// without what came before, and what is to come on top of it.
final class RemoteBranch implements Closeable {
  private static final int TIMEOUT_SECONDS = 60;

  private final GitRemote remote;
  private final ProxyRules proxies;
  private final Cancellation cancellation;
  private final Path folder;
  private final Repository repository;
  private @Nullable ObjectId head;

  private RemoteBranch(
      GitRemote remote,
      ProxyRules proxies,
      Cancellation cancellation,
      Path folder,
      Repository repository) {
    this.remote = remote;
    this.proxies = proxies;
    this.cancellation = cancellation;
    this.folder = folder;
    this.repository = repository;
  }

  /// Fetches what the branch has now.
  static RemoteBranch fetch(GitRemote remote, ProxyRules proxies, Progress progress)
      throws IOException {
    RemoteBranch branch = open(remote, proxies, progress);
    boolean fetched = false;
    try {
      branch.fetch();
      fetched = true;
      return branch;
    } finally {
      if (!fetched) {
        branch.close();
      }
    }
  }

  /// Gets ready; nobody is asked yet.
  static RemoteBranch open(GitRemote remote, ProxyRules proxies, Progress progress)
      throws IOException {
    QuietGit.install();
    Path folder = Files.createTempDirectory("computepool-git");
    boolean opened = false;
    try {
      Repository repository =
          new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
      repository.create(true);
      opened = true;
      return new RemoteBranch(remote, proxies, progress.cancellation(), folder, repository);
    } finally {
      if (!opened) {
        remove(folder);
      }
    }
  }

  Repository repository() {
    return repository;
  }

  /// The last commit; null if there is no such branch yet.
  @Nullable ObjectId head() {
    return head;
  }

  private Transport transport() throws IOException {
    try {
      Transport transport =
          Transport.open(repository, new URIish(new java.net.URI(remote.url()).toURL()));
      transport.setTimeout(TIMEOUT_SECONDS);
      transport.setCredentialsProvider(new Credentials(remote));
      if (transport instanceof TransportHttp http) {
        http.setHttpConnectionFactory(new Connections(remote, proxies));
      }
      return transport;
    } catch (NotSupportedException | java.net.URISyntaxException e) {
      throw new GitException(Kind.TROUBLE, remote.url() + " is no git remote", e);
    }
  }

  private void fetch() throws IOException {
    try (Transport transport = transport()) {
      try (FetchConnection connection = transport.openFetch()) {
        Ref ref = connection.getRef(remote.ref());
        if (ref == null) {
          return;
        }
        head = ref.getObjectId();
      }
      transport.setDepth(1);
      transport.fetch(
          new Monitor(cancellation),
          List.of(new RefSpec("+" + remote.ref() + ":refs/heads/remote")));
    } catch (TransportException | NotSupportedException e) {
      throw failure("fetch " + remote.branch() + " of " + remote.url(), e);
    }
  }

  /// Asks the remote whether it would take a push.
  void requireWritable() throws IOException {
    try (Transport transport = transport();
        PushConnection asked = transport.openPush()) {
      asked.getRefs();
    } catch (TransportException | NotSupportedException e) {
      throw failure("push to " + remote.url(), e);
    }
  }

  /// Makes a commit the branch's last one.
  void push(ObjectId commit) throws IOException {
    String what = "push to " + remote.branch() + " of " + remote.url();
    try (Transport transport = transport()) {
      ObjectId expected = head == null ? ObjectId.zeroId() : head;
      RemoteRefUpdate update =
          new RemoteRefUpdate(repository, "pushed", commit, remote.ref(), false, null, expected);
      PushResult result = transport.push(new Monitor(cancellation), List.of(update));
      String words = result.getMessages() == null ? "" : result.getMessages().strip();
      String reason = update.getMessage() == null ? "" : update.getMessage();
      switch (update.getStatus()) {
        case OK, UP_TO_DATE -> {}
        case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED ->
            throw new GitException(
                Kind.STALE, what + ": somebody else has pushed to it meanwhile", null);
        case REJECTED_NODELETE,
            REJECTED_OTHER_REASON,
            NON_EXISTING,
            NOT_ATTEMPTED,
            AWAITING_REPORT ->
            throw new GitException(
                Kind.REJECTED,
                Stream.of(what, reason, words)
                    .filter(text -> !text.isEmpty())
                    .reduce((a, b) -> a + ": " + b)
                    .orElse(what),
                null);
      }
    } catch (TransportException | NotSupportedException e) {
      throw failure(what, e);
    }
  }

  private IOException failure(String what, IOException e) {
    if (cancellation.isCancelled()) {
      return new CancelledException();
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof GitException known) {
        return known;
      }
    }
    String said = String.valueOf(e.getMessage());
    boolean refused =
        said.contains("not authorized")
            || said.contains("authentication not supported")
            || said.contains("Authentication is required")
            || said.contains("not permitted");
    Kind kind =
        refused
            ? Kind.NOT_AUTHORISED
            : e instanceof NoRemoteRepositoryException ? Kind.NOT_FOUND : Kind.TROUBLE;
    return new GitException(kind, what + ": " + said.replace(remote.url() + ": ", ""), e);
  }

  @Override
  public void close() throws IOException {
    repository.close();
    remove(folder);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Connections to the remote's own server, through the proxy that the rules name. JGit follows
  /// redirects, and sends name and token wherever they lead.
  private static final class Connections extends JDKHttpConnectionFactory {
    private final GitRemote remote;
    private final ProxyRules proxies;

    Connections(GitRemote remote, ProxyRules proxies) {
      this.remote = remote;
      this.proxies = proxies;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
      return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, Proxy standard) throws IOException {
      if (!remote.isHere(url.toString())) {
        throw new GitException(
            Kind.NOT_FOUND,
            "%s leads to %s://%s, another server"
                .formatted(remote.url(), url.getProtocol(), url.getAuthority()),
            null);
      }
      ProxyRules.Proxy proxy = proxies.of(url.getProtocol(), url.getHost());
      return super.create(
          url,
          proxy == null
              ? Proxy.NO_PROXY
              : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.host(), proxy.port())));
    }
  }

  /// Name and token for the remote's own server, and for no other that it may lead to.
  private static final class Credentials extends CredentialsProvider {
    private final GitRemote remote;

    Credentials(GitRemote remote) {
      this.remote = remote;
    }

    @Override
    public boolean isInteractive() {
      return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
      for (CredentialItem item : items) {
        if (!(item instanceof CredentialItem.Username || item instanceof CredentialItem.Password)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
      var token = remote.token();
      if (token == null || !remote.isHere(uri.toPrivateString().replaceFirst("//[^/@]*@", "//"))) {
        return false;
      }
      for (CredentialItem item : items) {
        if (item instanceof CredentialItem.Username name) {
          name.setValue(remote.user());
        } else if (item instanceof CredentialItem.Password password) {
          password.setValue(token.reveal().toCharArray());
        } else {
          throw new UnsupportedCredentialItem(uri, item.getPromptText());
        }
      }
      return true;
    }
  }

  /// Tells JGit when to stop.
  private record Monitor(Cancellation cancellation) implements ProgressMonitor {
    @Override
    public void start(int totalTasks) {}

    @Override
    public void beginTask(String title, int totalWork) {}

    @Override
    public void update(int completed) {}

    @Override
    public void endTask() {}

    @Override
    public boolean isCancelled() {
      return cancellation.isCancelled();
    }

    @Override
    public void showDuration(boolean enabled) {}
  }
}

package dev.computepool.crawl.http;

import dev.computepool.base.http.Head;
import dev.computepool.base.http.ProxyRules;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Makes requests, one at a time for each thread that calls. Redirects are not followed, nothing is
/// tried again, no cookies are kept: whoever calls decides that.
/// Where they may go is up to {@link Destinations}.
public final class Transport implements Closeable {
  private static final int CONNECTIONS = 256;

  /// Requests at the same time. Whoever is over that waits here, where no time limit runs yet, and
  /// not for one of the connections, of which some are kept open unused.
  private static final int AT_ONCE = 200;

  private final TransportOptions options;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService timer;
  private final Destinations destinations;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  /// Takes what there is of an answer.
  @FunctionalInterface
  public interface Receiver<T> {
    /// Reads as much as it wants.
    ///
    /// @param body decoded; ends with {@link TooLargeException} or {@link TooSlowException} where
    ///     the call's limits are reached
    T receive(Head head, InputStream body) throws IOException;
  }

  private Transport(
      TransportOptions options, CloseableHttpClient client, ScheduledExecutorService timer) {
    this.options = options;
    this.client = client;
    this.timer = timer;
    this.destinations = new Destinations(options);
  }

  /// Gets ready; no connection is made yet.
  public static Transport open(TransportOptions options) {
    ConnectionConfig connection =
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(options.connectTimeout()))
            .setSocketTimeout(Timeout.of(options.silence()))
            .setValidateAfterInactivity(TimeValue.ofSeconds(1))
            .build();
    RequestConfig request =
        RequestConfig.custom()
            .setResponseTimeout(Timeout.of(options.silence()))
            .setConnectionRequestTimeout(Timeout.ofMinutes(2))
            .setRedirectsEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build();
    BasicCredentialsProvider credentials = new BasicCredentialsProvider();
    for (ProxyRules.Proxy proxy : proxies(options.proxies())) {
      if (proxy.user() != null) {
        String password = proxy.password() == null ? "" : proxy.password();
        credentials.setCredentials(
            new AuthScope(proxy.host(), proxy.port()),
            new UsernamePasswordCredentials(proxy.user(), password.toCharArray()));
      }
    }
    CloseableHttpClient client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(new Resolver(new Destinations(options)))
                    .setDefaultConnectionConfig(connection)
                    .setMaxConnTotal(CONNECTIONS)
                    // How many a host gets is for those to say who call.
                    .setMaxConnPerRoute(CONNECTIONS)
                    .build())
            .setDefaultRequestConfig(request)
            .setRoutePlanner(new Routes(options.proxies()))
            .setDefaultCredentialsProvider(credentials)
            .setUserAgent(options.userAgent())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableContentCompression()
            .build();
    return new Transport(
        options,
        client,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("deadlines").factory()));
  }

  /// What servers are told we are.
  public String userAgent() {
    return options.userAgent();
  }

  private static List<ProxyRules.Proxy> proxies(ProxyRules rules) {
    List<ProxyRules.Proxy> proxies = new ArrayList<>();
    if (rules.http() != null) {
      proxies.add(rules.http());
    }
    if (rules.https() != null) {
      proxies.add(rules.https());
    }
    return proxies;
  }

  /// Makes one request.
  ///
  /// @throws PrivateAddressException if the host has no address that is allowed
  /// @throws TooLargeException if there is more than is wanted
  /// @throws TooSlowException if it takes longer than it may
  /// @throws IOException if there is no connection, or it breaks
  public <T> T send(Call call, Receiver<T> receiver) throws IOException {
    destinations.route(call.url());
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    try {
      return sendNow(call, receiver);
    } finally {
      places.release();
    }
  }

  private <T> T sendNow(Call call, Receiver<T> receiver) throws IOException {
    Deadline deadline = new Deadline(call.timeout());
    HttpUriRequestBase request = request(call);
    // What comes byte by byte never runs into the limit of silence.
    Future<?> timeout =
        timer.schedule(request::cancel, call.timeout().toNanos(), TimeUnit.NANOSECONDS);
    try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
      boolean whole = false;
      try {
        Head head = head(response);
        HttpEntity entity = response.getEntity();
        if (entity == null) {
          whole = true;
          return receiver.receive(head, InputStream.nullInputStream());
        }
        if (entity.getContentLength() > call.maxBytes()) {
          throw new TooLargeException(entity.getContentLength(), call.maxBytes());
        }
        InputStream raw = new BoundedStream(entity.getContent(), call.maxBytes(), deadline);
        InputStream body = ContentCoding.decode(raw, head.all("content-encoding"));
        T result = receiver.receive(head, new BoundedStream(body, call.maxBytes(), deadline));
        whole = isAtEnd(raw);
        return result;
      } finally {
        if (!whole) {
          // Otherwise closing the response would read it to its end, to use the connection again.
          request.cancel();
        }
      }
    } catch (IOException e) {
      if (deadline.isOver() && !(e instanceof TooLargeException)) {
        TooSlowException slow = deadline.failure();
        slow.addSuppressed(e);
        throw slow;
      }
      throw e;
    } finally {
      timeout.cancel(false);
    }
  }

  /// Whether nothing follows; what follows a complete answer and cannot be read does not matter.
  private static boolean isAtEnd(InputStream raw) {
    try {
      return raw.read() < 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static HttpUriRequestBase request(Call call) {
    HttpUriRequestBase request;
    if (call.body() == null) {
      request = new HttpGet(call.url());
    } else {
      request = new HttpPost(call.url());
      request.setEntity(
          new StringEntity(
              call.body(), ContentType.APPLICATION_JSON.withCharset(StandardCharsets.UTF_8)));
    }
    request.setHeader("Accept-Encoding", ContentCoding.ACCEPTED);
    call.headers().forEach(request::setHeader);
    return request;
  }

  private static Head head(ClassicHttpResponse response) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (Header header : response.getHeaders()) {
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(header.getValue() == null ? "" : header.getValue().strip());
    }
    return new Head(response.getCode(), headers);
  }

  /// Breaks off what is still running.
  @Override
  public void close() {
    timer.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /// The addresses that are allowed, of those that a host has.
  private record Resolver(Destinations destinations) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      return destinations.connectable(Destinations.withoutBrackets(host), port).stream()
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      // Without a port nothing can be said about what is allowed.
      throw new UnknownHostException(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /// Through a proxy or directly.
  private static final class Routes extends DefaultRoutePlanner {
    private final ProxyRules proxies;

    Routes(ProxyRules proxies) {
      super(null);
      this.proxies = proxies;
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
      ProxyRules.Proxy proxy = proxies.of(target.getSchemeName(), target.getHostName());
      return proxy == null ? null : new HttpHost(proxy.host(), proxy.port());
    }
  }
}

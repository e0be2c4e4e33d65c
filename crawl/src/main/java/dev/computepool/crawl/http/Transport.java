package dev.computepool.crawl.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
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
///
/// Addresses are checked where a connection is made, not before: a name may have another address by
/// then. Through a proxy it is the proxy that resolves names; there only literals can be checked.
public final class Transport implements Closeable {
  private static final int CONNECTIONS = 256;

  private final TransportOptions options;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService timer;

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
                    .setDnsResolver(new Resolver(options))
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
    checkThroughProxy(call.url());
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

  private void checkThroughProxy(URI url) throws PrivateAddressException {
    String host = Resolver.withoutBrackets(url.getHost());
    if (options.proxies().of(url.getScheme(), host) == null) {
      return;
    }
    InetAddress literal = literal(host);
    if (literal != null && !options.addresses().allows(host, port(url), literal)) {
      throw new PrivateAddressException(host, literal);
    }
  }

  private static @Nullable InetAddress literal(String host) {
    if (host.equalsIgnoreCase("localhost")
        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
      return InetAddress.getLoopbackAddress();
    }
    if (!host.contains(":") && !host.matches("[0-9.]+")) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null; // 1.2.3.4.5 is a name, if a strange one
    }
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
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
  private record Resolver(TransportOptions options) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      String name = withoutBrackets(host);
      List<InetSocketAddress> allowed = new ArrayList<>();
      List<InetAddress> all = addresses(name, port);
      for (InetAddress address : all) {
        if (isProxy(name, port) || options.addresses().allows(name, port, address)) {
          allowed.add(new InetSocketAddress(address, port));
        }
      }
      if (allowed.isEmpty()) {
        throw new PrivateAddressException(name, all.getFirst());
      }
      return allowed;
    }

    private List<InetAddress> addresses(String name, int port) throws UnknownHostException {
      List<InetAddress> fixed =
          options.fixed().stream()
              .filter(f -> f.host().equalsIgnoreCase(name) && f.port() == port)
              .map(FixedAddress::address)
              .toList();
      return fixed.isEmpty() ? Arrays.asList(InetAddress.getAllByName(name)) : fixed;
    }

    /// A proxy was named by the user, not by a page.
    private boolean isProxy(String name, int port) {
      return proxies(options.proxies()).stream()
          .anyMatch(p -> p.host().equalsIgnoreCase(name) && p.port() == port);
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

    private static String withoutBrackets(String host) {
      return host.startsWith("[") && host.endsWith("]")
          ? host.substring(1, host.length() - 1)
          : host;
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

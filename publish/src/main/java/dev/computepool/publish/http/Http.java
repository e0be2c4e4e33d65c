package dev.computepool.publish.http;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Durations;
import dev.computepool.base.http.Head;
import dev.computepool.base.http.ProxyRules;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PushbackInputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Makes requests: one at a time for each thread that calls, on connections that are kept.
///
/// Redirects are not followed, cookies are not kept, and `Authorization` goes to the URL it was
/// given for: whoever calls decides what an answer means. Closing it, and the user's Ctrl-C, break
/// off what is under way.
///
/// ```java
/// try (Http http = Http.open(HttpOptions.standard(agent), progress.cancellation())) {
///   Answer answer = http.fetch(Request.get(url).as(token.bearer()), Retries.STANDARD, 1 << 20);
/// }
/// ```
public final class Http implements Closeable {
  private static final int CONNECTIONS = 64;

  /// An error's text is for people; a page of HTML is cut.
  private static final int MOST_OF_AN_ERROR = 64 << 10;

  /// How much is sent between two looks at whether the server has answered already, as one does
  /// that refuses a body for its size. A look takes up to a millisecond.
  private static final long LOOK_EVERY = 1 << 20;

  /// How often a host is tried that has never answered.
  private static final int UNKNOWN_TRIES = 3;

  private final HttpOptions options;
  private final Cancellation cancellation;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService watch;
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
  private final Set<String> reached = ConcurrentHashMap.newKeySet();
  private final CountDownLatch cancelled = new CountDownLatch(1);

  /// Takes what there is of an answer.
  @FunctionalInterface
  public interface Receiver<T> {
    /// Reads as much as it wants.
    ///
    /// @param body decoded; throws {@link ConnectionException} where the connection breaks
    T receive(Head head, InputStream body) throws IOException;
  }

  private Http(
      HttpOptions options,
      Cancellation cancellation,
      CloseableHttpClient client,
      ScheduledExecutorService watch) {
    this.options = options;
    this.cancellation = cancellation;
    this.client = client;
    this.watch = watch;
  }

  /// Gets ready; no connection is made yet.
  public static Http open(HttpOptions options, Cancellation cancellation) {
    RequestConfig request =
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.ofMinutes(10))
            .setRedirectsEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build();
    ConnectionConfig connection =
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(options.connectTimeout()))
            .setSocketTimeout(Timeout.DISABLED) // how long nothing may come, each request says
            .setValidateAfterInactivity(TimeValue.ofSeconds(1))
            .build();
    CloseableHttpClient client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                            .responseOutOfOrderStrategy(
                                new MonitoringResponseOutOfOrderStrategy(LOOK_EVERY))
                            .build())
                    .setDefaultConnectionConfig(connection)
                    .setMaxConnTotal(CONNECTIONS)
                    .setMaxConnPerRoute(CONNECTIONS)
                    .build())
            .setDefaultRequestConfig(request)
            .setRoutePlanner(new Routes(options.proxies()))
            .setDefaultCredentialsProvider(credentials(options.proxies()))
            .setUserAgent(options.userAgent())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableContentCompression()
            .build();
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("http-watch").factory());
    Http http = new Http(options, cancellation, client, watch);
    var _ = watch.scheduleWithFixedDelay(http::look, 200, 200, TimeUnit.MILLISECONDS);
    cancellation.onCancel(http::breakOff);
    return http;
  }

  private static BasicCredentialsProvider credentials(ProxyRules rules) {
    BasicCredentialsProvider credentials = new BasicCredentialsProvider();
    List<ProxyRules.Proxy> proxies = new ArrayList<>();
    if (rules.http() != null) {
      proxies.add(rules.http());
    }
    if (rules.https() != null) {
      proxies.add(rules.https());
    }
    for (ProxyRules.Proxy proxy : proxies) {
      if (proxy.user() != null) {
        String password = proxy.password() == null ? "" : proxy.password();
        credentials.setCredentials(
            new AuthScope(proxy.host(), proxy.port()),
            new UsernamePasswordCredentials(proxy.user(), password.toCharArray()));
      }
    }
    return credentials;
  }

  private void look() {
    long now = System.nanoTime();
    flights.forEach(flight -> flight.look(now));
  }

  private void breakOff() {
    cancelled.countDown();
    flights.forEach(Flight::cancel);
  }

  /// Makes a request and reads its answer whole. Failed connections and statuses of failures that
  /// pass are tried again; the last answer is returned whatever its status.
  ///
  /// @param maxBytes of an answer of success
  /// @throws ConnectionException if the last try had no answer
  /// @throws TooLargeAnswerException if there is more than is wanted
  /// @throws CancelledException if the user asked to stop
  public Answer fetch(Request request, Retries retries, int maxBytes) throws IOException {
    return tryAgain(
        request,
        retries,
        true,
        (head, body) -> new Answer(request.label(), head, read(request, head, body, maxBytes)));
  }

  /// Makes a request and hands its answer on while it comes. It is made again only until an answer
  /// has come: what happens to the body is up to `receiver`.
  ///
  /// @throws ConnectionException if the last try had no answer, or its body broke off
  /// @throws CancelledException if the user asked to stop
  public <T> T stream(Request request, Retries retries, Receiver<T> receiver) throws IOException {
    return tryAgain(request, retries, false, receiver);
  }

  /// Waits as long as nobody asks to stop.
  ///
  /// @throws CancelledException if somebody did
  public void pause(Duration pause) throws IOException {
    try {
      if (cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new CancelledException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /// Waits before something is done again, and tells so.
  ///
  /// @param what what is done, without secrets
  /// @param why the status, or what happened to the connection
  /// @throws CancelledException if somebody asked to stop
  public void pause(String what, String why, Duration pause) throws IOException {
    options.wire().waiting(what, why, pause);
    pause(pause);
  }

  /// What became of one try.
  private sealed interface Try<T> {
    record Done<T>(T result) implements Try<T> {}

    record Again<T>(int status, Duration pause) implements Try<T> {}
  }

  private <T> T tryAgain(Request request, Retries retries, boolean whole, Receiver<T> receiver)
      throws IOException {
    SliceEntity.Sent sent = new SliceEntity.Sent();
    for (int tries = 1; ; tries++) {
      int failures = tries;
      boolean last = tries >= retries.tries();
      AtomicBoolean handedOn = new AtomicBoolean();
      Receiver<Try<T>> judge =
          (head, body) -> {
            Optional<Duration> pause =
                last || !retries.isTransient(head.status())
                    ? Optional.empty()
                    : retries.pause(head, failures, Instant.now());
            if (pause.isPresent()) {
              body.readNBytes(MOST_OF_AN_ERROR); // so that the connection can be used again
              return new Try.Again<>(head.status(), pause.get());
            }
            handedOn.set(!whole);
            return new Try.Done<>(receiver.receive(head, body));
          };
      String why;
      Duration pause;
      try {
        switch (send(request, sent, judge)) {
          case Try.Done<T>(T result) -> {
            return result;
          }
          case Try.Again<T>(int status, Duration asked) -> {
            why = "status " + status;
            pause = asked;
          }
        }
      } catch (ConnectionException e) {
        if (last || !retries.unsure() || handedOn.get() || isHopeless(request, e, tries)) {
          throw e;
        }
        why = e.why();
        pause = retries.pause(tries);
      }
      pause(request.label(), why, pause);
    }
  }

  /// A name that does not exist, and a certificate that is not trusted, will not be otherwise in a
  /// few seconds, and a host that refuses us hardly, unless it has answered before.
  private boolean isHopeless(Request request, ConnectionException e, int tries) {
    if (reached.contains(origin(request))) {
      return false;
    }
    return switch (e.getCause()) {
      case UnknownHostException _ -> true;
      case SSLException _ -> true;
      case ConnectException _, ConnectTimeoutException _ -> tries >= UNKNOWN_TRIES;
      case null, default -> false;
    };
  }

  private static String origin(Request request) {
    int path = request.url().indexOf('/', request.url().indexOf("//") + 2);
    return path < 0 ? request.url() : request.url().substring(0, path);
  }

  private <T> T send(Request request, SliceEntity.Sent sent, Receiver<T> receiver)
      throws IOException {
    cancellation.check();
    HttpUriRequestBase message = message(request);
    Flight flight = new Flight(message, request.patience());
    message.setEntity(entity(request, flight, sent));
    flights.add(flight);
    try {
      cancellation.check(); // whoever asked before it was added did not see it
      long begin = System.nanoTime();
      ClassicHttpResponse opened;
      try {
        opened = client.executeOpen(null, message, null);
      } catch (IOException e) {
        throw failure(request, message, flight, e);
      }
      try {
        return receive(request, flight, opened, begin, receiver);
      } finally {
        close(opened);
      }
    } finally {
      flights.remove(flight);
    }
  }

  private static void close(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException e) {
      return; // what was wanted has come or has failed; the connection is not used again
    }
  }

  private <T> T receive(
      Request request,
      Flight flight,
      ClassicHttpResponse response,
      long begin,
      Receiver<T> receiver)
      throws IOException {
    flight.leave();
    reached.add(origin(request));
    Head head = head(response);
    options
        .wire()
        .answered(request.label(), head.status(), Duration.ofNanos(System.nanoTime() - begin));
    HttpEntity entity = response.getEntity();
    InputStream raw =
        entity == null || request.method().equals("HEAD")
            ? InputStream.nullInputStream()
            : entity.getContent();
    Watched body = new Watched(request, flight, head, raw);
    boolean complete = false;
    try {
      T result = receiver.receive(head, body);
      complete = body.isAtEnd();
      return result;
    } finally {
      if (!complete) {
        // Otherwise closing the response would read it to its end, to use the connection again.
        flight.cancel();
      }
    }
  }

  /// Nobody was told that we understand it; some proxies compress all the same, or say so of
  /// answers that have no body.
  private static InputStream decoded(Head head, InputStream raw) throws IOException {
    String coding = head.first("content-encoding");
    if (coding == null || !coding.strip().toLowerCase(Locale.ROOT).matches("(x-)?gzip")) {
      return raw;
    }
    PushbackInputStream body = new PushbackInputStream(raw);
    int first = body.read();
    if (first < 0) {
      return body;
    }
    body.unread(first);
    return new GZIPInputStream(body);
  }

  private static byte[] read(Request request, Head head, InputStream body, int maxBytes)
      throws IOException {
    if (head.status() / 100 != 2) {
      return body.readNBytes(MOST_OF_AN_ERROR);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    for (int n; (n = body.read(piece)) >= 0; ) {
      if (bytes.size() + n > maxBytes) {
        throw new TooLargeAnswerException(request.label(), maxBytes);
      }
      bytes.write(piece, 0, n);
    }
    return bytes.toByteArray();
  }

  private static HttpUriRequestBase message(Request request) throws IOException {
    URI uri;
    try {
      uri = new URI(request.url());
    } catch (URISyntaxException e) {
      // Its message would repeat the URL, and with it what may be a signature.
      throw new IOException(request.label() + ": is no URL: " + e.getReason());
    }
    // Names with an underscore, as containers have them, are no hosts to URI.
    if (uri.getRawAuthority() == null
        || !List.of("http", "https")
            .contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
      throw new IOException(request.label() + ": is no http or https URL");
    }
    HttpUriRequestBase message = new HttpUriRequestBase(request.method(), uri);
    request.headers().forEach(message::setHeader);
    if (!message.containsHeader("Accept-Encoding")) {
      message.setHeader("Accept-Encoding", "identity");
    }
    if (request.authorization() != null) {
      Header authorization = new AuthorizationHeader(request.authorization());
      message.setHeader(authorization);
    }
    return message;
  }

  private static @Nullable HttpEntity entity(
      Request request, Flight flight, SliceEntity.Sent sent) {
    return switch (request.body()) {
      case Body.Empty _ ->
          List.of("POST", "PUT", "PATCH").contains(request.method())
              ? new ByteArrayEntity(new byte[0], null)
              : null;
      case Body.Bytes bytes ->
          new ByteArrayEntity(
              bytes.content(),
              bytes.contentType() == null ? null : ContentType.parseLenient(bytes.contentType()));
      case Body.Slice slice -> new SliceEntity(slice, flight, sent);
    };
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

  /// What went wrong, told without what may be secret in the library's own words.
  private IOException failure(
      Request request, HttpUriRequestBase message, Flight flight, IOException e) {
    if (message.getEntity() instanceof SliceEntity slice && slice.fileFailure() != null) {
      return slice.fileFailure();
    }
    return failure(request, flight, e);
  }

  private IOException failure(Request request, Flight flight, IOException e) {
    if (cancellation.isCancelled() || e instanceof CancelledException) {
      return new CancelledException();
    }
    if (flight.isGivenUp()) {
      return new ConnectionException(
          request.label(), "nothing moved for " + Durations.format(request.patience()), e);
    }
    return new ConnectionException(request.label(), words(e), e);
  }

  private static String words(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "there is no host of that name, or no network";
      case ConnectException _ -> "no connection: the host refuses it";
      case SocketTimeoutException _ -> "no connection in time";
      case SSLException _ -> "no secure connection: " + e.getMessage();
      case NoHttpResponseException _ -> "the connection was closed without an answer";
      case ConnectionClosedException _ -> "the connection was closed in the middle of the answer";
      default -> "the connection broke: " + e.getMessage();
    };
  }

  /// Breaks off what is still running.
  @Override
  public void close() {
    watch.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /// An answer's body, decoded, whose failures are those of the connection.
  private final class Watched extends InputStream {
    private final Request request;
    private final Flight flight;
    private final Head head;
    private final InputStream raw;
    private @Nullable InputStream decoded;

    Watched(Request request, Flight flight, Head head, InputStream raw) {
      this.request = request;
      this.flight = flight;
      this.head = head;
      this.raw = raw;
    }

    /// Whether nothing is left on the connection, so that it can be used again.
    boolean isAtEnd() {
      flight.enter();
      try {
        return raw.read() < 0;
      } catch (IOException e) {
        return false; // all that was wanted has come
      } finally {
        flight.leave();
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      flight.enter();
      try {
        if (decoded == null) {
          decoded = decoded(head, raw);
        }
        return decoded.read(bytes, offset, length);
      } catch (IOException e) {
        throw failure(request, flight, e);
      } finally {
        flight.leave();
      }
    }
  }

  /// A header that shows nobody its value.
  private record AuthorizationHeader(Secret value) implements Header {
    @Override
    public boolean isSensitive() {
      return true;
    }

    @Override
    public String getName() {
      return "Authorization";
    }

    @Override
    public String getValue() {
      return value.reveal();
    }

    @Override
    public String toString() {
      return "Authorization: (secret)";
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

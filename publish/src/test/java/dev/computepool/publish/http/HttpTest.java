package dev.computepool.publish.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.http.ProxyRules;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests as a server sees them, byte for byte.
@Timeout(180)
class HttpTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Secret TOKEN = Secret.of("hf_secret");
  private static final Retries FAST =
      new Retries(3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(5), true);

  @TempDir Path folder;
  private ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Cancellation cancellation = new Cancellation();
  private final AtomicLong unwanted = new AtomicLong();
  private volatile boolean readsBodies = true;

  @BeforeEach
  void start() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      return; // the test is over
    }
  }

  /// Answers with the next of {@link #answers}; an empty one closes the connection.
  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        String body =
            readsBodies ? new String(in.readNBytes(length(head)), StandardCharsets.UTF_8) : "";
        requests.add(head + body);
        String answer;
        synchronized (answers) {
          answer = answers.isEmpty() ? OK : answers.removeFirst();
        }
        if (answer.isEmpty()) {
          return;
        }
        out.write(answer.getBytes(StandardCharsets.UTF_8));
        out.flush();
        if (!readsBodies) {
          // To close while something comes would take back an answer that is still on its way.
          connection.shutdownOutput();
          for (byte[] piece = new byte[1 << 16]; ; ) {
            int read = in.read(piece);
            if (read < 0) {
              return;
            }
            unwanted.addAndGet(read);
          }
        }
      }
    } catch (IOException e) {
      return; // the client has gone
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int b; (b = in.read()) >= 0; ) {
      head.write(b);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith("\r\n\r\n")) {
        return text;
      }
    }
    return "";
  }

  private static int length(String head) {
    return head.lines()
        .filter(l -> l.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(l -> Integer.parseInt(l.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  private String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(socket.getLocalPort(), path);
  }

  private Http http() {
    return Http.open(HttpOptions.standard(HttpOptions.userAgent("1.2")), cancellation);
  }

  private void answer(String... all) {
    synchronized (answers) {
      answers.addAll(List.of(all));
    }
  }

  @Test
  void requestsGoOutAsTheyAreWritten() throws IOException {
    String path = "/api/models/a/b/revision/refs%2Fpr%2F1/%C3%BC%20%23+~;=x?a=%2F&b=c+d&empty";
    try (Http http = http()) {
      http.fetch(Request.get(url(path)).as(TOKEN.bearer()), Retries.NONE, 100);
    }
    assertTrue(
        requests.getFirst().startsWith("GET " + path + " HTTP/1.1\r\n"), requests.getFirst());
    assertTrue(requests.getFirst().contains("\r\nAuthorization: Bearer hf_secret\r\n"));
    assertTrue(requests.getFirst().contains("\r\nAccept-Encoding: identity\r\n"));
    String agent = "computepool/1.2; java/" + Runtime.version().feature();
    assertTrue(requests.getFirst().contains("\r\nUser-Agent: " + agent + "\r\n"));
  }

  @Test
  void requestsGoOutAsTheyAreWrittenThroughAProxyToo() throws IOException {
    HttpOptions options =
        HttpOptions.standard("test")
            .with(
                ProxyRules.parse("http://me:word@127.0.0.1:" + socket.getLocalPort(), null, null));
    answer(
        "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
    String url = "http://hub.invalid/a/refs%2Fpr%2F1?x=%2F";
    try (Http http = Http.open(options, cancellation)) {
      assertEquals("ok", http.fetch(Request.get(url), Retries.NONE, 100).text());
    }
    assertTrue(requests.getLast().startsWith("GET " + url + " HTTP/1.1\r\n"), requests.getLast());
    assertTrue(requests.getLast().contains("Proxy-Authorization: Basic bWU6d29yZA=="));
  }

  @Test
  void redirectsAreAnswersLikeOthers() throws IOException {
    answer("HTTP/1.1 302 Found\r\nLocation: http://other.invalid/\r\nContent-Length: 0\r\n\r\n");
    try (Http http = http()) {
      Answer answer = http.fetch(Request.get(url("/")), FAST, 100);
      assertEquals(302, answer.status());
      assertEquals("http://other.invalid/", answer.head().first("location"));
    }
    assertEquals(1, requests.size());
  }

  @Test
  void slicesHaveTheirLengthAndAreSentAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "0123456789");
    answer("", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    AtomicLong advanced = new AtomicLong();
    try (Http http = http()) {
      Body slice = new Body.Slice("text/plain", file, 3, 4, counting(advanced));
      http.fetch(Request.put(url("/x"), slice), FAST, 100);
    }
    assertEquals(3, requests.size());
    for (String request : requests) {
      assertTrue(request.contains("\r\nContent-Length: 4\r\n"), request);
      assertFalse(request.contains("Transfer-Encoding"), request);
      assertTrue(request.endsWith("\r\n\r\n3456"), request);
    }
    assertEquals(4, advanced.get(), "each byte counts once");
  }

  private static Progress.Step counting(AtomicLong sum) {
    return new Progress.Step() {
      @Override
      public void advance(long amount) {
        sum.addAndGet(amount);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void missingFilesAreNoTroubleOfTheNetwork() {
    try (Http http = http()) {
      Body slice = new Body.Slice(null, folder.resolve("none"), 0, 4, counting(new AtomicLong()));
      assertThrows(
          NoSuchFileException.class, () -> http.fetch(Request.put(url("/x"), slice), FAST, 100));
    }
  }

  @Test
  void answersThatComeBeforeTheBodyIsSentAreRead() throws IOException {
    readsBodies = false;
    Path file = folder.resolve("large");
    Files.write(file, new byte[64 << 20]);
    answer("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!");
    try (Http http = http()) {
      Body slice = new Body.Slice(null, file, 0, 64 << 20, counting(new AtomicLong()));
      Answer answer = http.fetch(Request.put(url("/x"), slice), Retries.NONE, 100);
      assertEquals(413, answer.status());
      assertEquals("no!", answer.text());
    }
    assertTrue(unwanted.get() < 64 << 20, "the rest was not sent");
  }

  @Test
  void whatPassesIsTriedAgainAndWhatLastsIsNot() throws IOException {
    answer("HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n", "");
    try (Http http = http()) {
      assertEquals("ok", http.fetch(Request.get(url("/")), FAST, 100).text());
      assertEquals(3, requests.size());
      answer("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
      assertEquals(404, http.fetch(Request.get(url("/")), FAST, 100).status());
      assertEquals(4, requests.size());
    }
  }

  @Test
  void lastAnswerStandsWhateverItsStatus() throws IOException {
    String busy = "HTTP/1.1 503 X\r\nContent-Length: 4\r\n\r\nbusy";
    answer(busy, busy, busy);
    try (Http http = http()) {
      Answer answer = http.fetch(Request.get(url("/")), FAST, 100);
      assertEquals(503, answer.status());
      assertEquals("busy", answer.text());
    }
    assertEquals(3, requests.size());
  }

  @Test
  void whatMayHaveBeenDoneIsNotDoneAgainByTheCareful() throws IOException {
    answer("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
    try (Http http = http()) {
      Request post = Request.post(url("/"), Body.json("{}"));
      assertEquals(503, http.fetch(post, Retries.CAREFUL, 100).status());
      answer("");
      assertThrows(ConnectionException.class, () -> http.fetch(post, Retries.CAREFUL, 100));
    }
    assertEquals(2, requests.size());
  }

  @Test
  void serversSayHowLongToWait() throws IOException {
    answer(
        "HTTP/1.1 429 X\r\nRateLimit: \"api\";r=0;t=0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 X\r\nRetry-After: 999999\r\nContent-Length: 0\r\n\r\n");
    List<String> waits = new ArrayList<>();
    Wire wire =
        new Wire() {
          @Override
          public void answered(String request, int status, Duration time) {}

          @Override
          public void waiting(String request, String why, Duration pause) {
            waits.add(request + " " + why + " " + pause);
          }
        };
    try (Http http = Http.open(HttpOptions.standard("test").with(wire), cancellation)) {
      Answer answer = http.fetch(Request.get(url("/a?secret=1")), FAST, 100);
      assertEquals(429, answer.status(), "nobody waits that long");
    }
    assertEquals(List.of("GET " + url("/a") + " status 429 PT1S"), waits);
  }

  @Test
  void largeAnswersAreNotRead() {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
    try (Http http = http()) {
      assertThrows(
          TooLargeAnswerException.class, () -> http.fetch(Request.get(url("/")), FAST, 100));
    }
  }

  @Test
  void brokenBodiesAreTroubleOfTheConnection() {
    String cut = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nshort";
    answer(cut, cut, cut);
    readsBodies = false;
    try (Http http = http()) {
      ConnectionException e =
          assertThrows(
              ConnectionException.class,
              () -> http.fetch(Request.get(url("/?signature=s3cret")), FAST, 2000));
      assertEquals(
          "GET %s: the connection was closed in the middle of the answer".formatted(url("/")),
          e.getMessage());
    }
  }

  @Test
  void answersWithoutABodyMaySayThatItIsCompressed() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n");
    try (Http http = http()) {
      assertEquals("", http.fetch(Request.get(url("/")), Retries.NONE, 100).text());
    }
  }

  @Test
  void bodiesThatAreNotCompressedAsTheySayAreTroubleOfTheConnection() {
    String wrong = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno";
    answer(wrong, wrong, wrong);
    try (Http http = http()) {
      assertThrows(ConnectionException.class, () -> http.fetch(Request.get(url("/")), FAST, 100));
    }
    assertEquals(3, requests.size());
  }

  @Test
  void namesOfContainersAreHosts() {
    try (Http http = http()) {
      ConnectionException e =
          assertThrows(
              ConnectionException.class,
              () -> http.fetch(Request.get("http://my_hub.invalid/"), FAST, 100));
      assertEquals("there is no host of that name, or no network", e.why());
    }
  }

  @Test
  void silenceIsGivenUp() {
    Retries once = Retries.NONE;
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Http http = http()) {
      Request request =
          Request.get("http://127.0.0.1:" + silent.getLocalPort() + "/")
              .with(Duration.ofMillis(300));
      ConnectionException e =
          assertThrows(ConnectionException.class, () -> http.fetch(request, once, 100));
      assertEquals("nothing moved for 0.3 s", e.why());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bodyThatNobodyTakesIsGivenUp() throws IOException {
    Path file = folder.resolve("large");
    Files.write(file, new byte[64 << 20]);
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Http http = http()) {
      Body slice = new Body.Slice(null, file, 0, 64 << 20, counting(new AtomicLong()));
      Request request =
          Request.put("http://127.0.0.1:" + silent.getLocalPort() + "/", slice)
              .with(Duration.ofMillis(500));
      ConnectionException e =
          assertThrows(ConnectionException.class, () -> http.fetch(request, Retries.NONE, 100));
      assertEquals("nothing moved for 0.5 s", e.why());
    }
  }

  @Test
  void cancelBreaksOffWhatIsUnderWayAndEveryPause() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Http http = http()) {
      Request request = Request.get("http://127.0.0.1:" + silent.getLocalPort() + "/");
      Thread thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  Thread.sleep(300);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                cancellation.cancel();
              });
      assertThrows(CancelledException.class, () -> http.fetch(request, FAST, 100));
      thread.join();
      assertThrows(CancelledException.class, () -> http.pause(Duration.ofMinutes(5)));
    }
  }

  @Test
  void nothingShowsASecret() {
    Request request =
        Request.get("https://user:word@host.example/a/b?X-Amz-Signature=s3cret").as(TOKEN.bearer());
    assertEquals("GET https://host.example/a/b", request.toString());
    assertEquals("(secret)", TOKEN.toString());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Secret.of("hf_a\nb"));
    assertFalse(String.valueOf(e.getMessage()).contains("hf_a"));
  }
}

package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.http.Head;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.base.http.RetryAfter;
import dev.computepool.crawl.http.Call;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// Asks a server that speaks OpenAI's protocol, several questions at a time, always in the same
/// way: with temperature 0 and a fixed seed.
///
/// @see <a href="https://platform.openai.com/docs/api-reference/chat/create">chat completions</a>
final class EndpointQuestions implements Questions {
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /// A server that wants to be left alone for longer has no time for us today.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int MAX_ANSWER = 4 << 20;
  private static final int SHOWN = 200;
  private static final JsonMapper JSON = new JsonMapper();

  private final Asking.Endpoint endpoint;
  private final URI address;
  private final Progress progress;
  private final Transport transport;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore turns;
  private final AtomicReference<Instant> notBefore = new AtomicReference<>(Instant.MIN);

  EndpointQuestions(Asking.Endpoint endpoint, Progress progress) {
    this.endpoint = endpoint;
    this.address = address(endpoint.base());
    this.progress = progress;
    this.turns = new Semaphore(endpoint.parallel());
    this.transport = Transport.open(options(endpoint));
  }

  /// A model says nothing until it has thought: the whole time that it may take is silence. A
  /// proxy's 127.0.0.1 is not ours.
  private static TransportOptions options(Asking.Endpoint endpoint) {
    TransportOptions given = endpoint.transport();
    String host = endpoint.base().getHost();
    boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    return new TransportOptions(
        given.userAgent(),
        here ? ProxyRules.NONE : given.proxies(),
        given.addresses(),
        given.fixed(),
        given.connectTimeout(),
        endpoint.timeout());
  }

  private static URI address(URI base) {
    String text = base.toString();
    String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return URI.create(bare.endsWith("/chat/completions") ? bare : bare + "/chat/completions");
  }

  @Override
  public List<String> ask(List<Chunk> chunks) throws IOException {
    List<Future<String>> asked = new ArrayList<>();
    for (Chunk chunk : chunks) {
      asked.add(threads.submit(() -> known(request(chunk))));
    }
    List<String> questions = new ArrayList<>();
    try {
      for (Future<String> question : asked) {
        questions.add(get(question));
      }
    } finally {
      asked.forEach(f -> f.cancel(true));
    }
    return questions;
  }

  /// Waits for a question, and looks meanwhile whether the user wants to stop.
  private String get(Future<String> question) throws IOException {
    while (true) {
      try {
        return question.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        progress.cancellation().check();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }
  }

  /// What was answered before, or else is now.
  private String known(String request) throws IOException {
    String before = endpoint.answers().find(address.toString(), request);
    if (before != null) {
      return before;
    }
    if (endpoint.offline()) {
      throw failure(0, "it was not asked this before, and the network is not to be used");
    }
    try {
      turns.acquire();
      try {
        String question = persistently(request);
        endpoint.answers().store(address.toString(), request, question);
        return question;
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// Asks again after a pause where that may help: too many requests, a server in trouble, a
  /// connection that broke.
  private String persistently(String request) throws IOException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      Answer answer;
      try {
        waitUntilWelcome();
        answer = once(request);
      } catch (CancelledException e) {
        throw e;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancelledException();
        }
        answer = null;
        if (attempt == ATTEMPTS) {
          throw failure(0, String.valueOf(e.getMessage()));
        }
      }
      Duration wanted = Duration.ZERO;
      if (answer != null) {
        int status = answer.head().status();
        if (status == 200) {
          return question(answer);
        }
        wanted = RetryAfter.of(answer.head(), Instant.now());
        boolean passing = status == 429 || status == 408 || status >= 500;
        if (!passing || attempt == ATTEMPTS) {
          throw failure(status, "HTTP " + status + " " + shown(answer.body()));
        }
        if (wanted.compareTo(LONGEST_WAIT) > 0) {
          throw failure(
              status,
              "HTTP %d, and it wants to be asked again in %d s only"
                  .formatted(status, wanted.toSeconds()));
        }
      }
      // All wait: the server has to do with all of them together.
      leaveAlone(wanted.compareTo(pause) > 0 ? wanted : pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  private void leaveAlone(Duration pause) {
    Instant until = Instant.now().plus(pause);
    notBefore.accumulateAndGet(until, (a, b) -> a.isAfter(b) ? a : b);
  }

  private void waitUntilWelcome() throws IOException, InterruptedException {
    while (true) {
      progress.cancellation().check();
      Instant until = notBefore.get();
      Instant now = Instant.now();
      if (!until.isAfter(now)) {
        return;
      }
      Thread.sleep(Duration.between(now, until));
    }
  }

  private String request(Chunk chunk) {
    ObjectNode request = JSON.createObjectNode();
    if (!endpoint.model().isEmpty()) {
      request.put("model", endpoint.model());
    }
    ObjectNode message = request.putArray("messages").addObject();
    message.put("role", "user");
    message.put("content", Questions.instruction(chunk));
    request.put("temperature", 0);
    request.put("seed", 0);
    request.put("stream", false);
    return request.toString();
  }

  private record Answer(Head head, String body) {}

  private Answer once(String request) throws IOException {
    Map<String, String> headers =
        endpoint.key() == null
            ? Map.of("Accept", "application/json")
            : Map.of("Accept", "application/json", "Authorization", "Bearer " + endpoint.key());
    return transport.send(
        new Call(address, headers, request, MAX_ANSWER, endpoint.timeout()),
        (head, body) -> new Answer(head, new String(body.readAllBytes(), StandardCharsets.UTF_8)));
  }

  private String question(Answer answer) throws AskingException {
    try {
      JsonNode said =
          JSON.readTree(answer.body()).path("choices").path(0).path("message").path("content");
      if (!said.isTextual()) {
        throw failure(200, "no answer in " + shown(answer.body()));
      }
      return Questions.cleaned(said.textValue());
    } catch (JsonProcessingException e) {
      throw failure(200, "not JSON: " + shown(answer.body()));
    }
  }

  private AskingException failure(int status, String why) {
    return new AskingException(address.toString(), status, why);
  }

  private String shown(String body) {
    String key = endpoint.key();
    String safe = key == null || key.isEmpty() ? body : body.replace(key, "[key]");
    String line = Cleanup.line(safe);
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  @Override
  public void close() {
    threads.shutdownNow();
    transport.close();
  }
}

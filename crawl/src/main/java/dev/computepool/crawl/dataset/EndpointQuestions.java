package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/// Asks a server that speaks OpenAI's protocol, several questions at a time, always in the same
/// way: with temperature 0 and a fixed seed.
///
/// @see <a href="https://platform.openai.com/docs/api-reference/chat/create">chat completions</a>
final class EndpointQuestions implements Questions {
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MAX_ANSWER = 4 << 20;
  private static final int SHOWN = 200;
  private static final JsonMapper JSON = new JsonMapper();

  private final Asking.Endpoint endpoint;
  private final URI address;
  private final Progress progress;
  private final CloseableHttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore turns;

  EndpointQuestions(Asking.Endpoint endpoint, Progress progress) {
    this.endpoint = endpoint;
    this.address = address(endpoint.base());
    this.progress = progress;
    this.turns = new Semaphore(endpoint.parallel());
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(endpoint.parallel())
                    .setMaxConnTotal(endpoint.parallel())
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom().setConnectTimeout(Timeout.ofSeconds(15)).build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.ofMinutes(5)).build())
            .disableAutomaticRetries()
            .disableRedirectHandling() // the key is for this server alone
            .build();
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
      asked.add(threads.submit(() -> inTurn(chunk)));
    }
    List<String> questions = new ArrayList<>();
    try {
      for (Future<String> question : asked) {
        questions.add(question.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      asked.forEach(f -> f.cancel(true));
    }
    return questions;
  }

  private String inTurn(Chunk chunk) throws IOException {
    try {
      turns.acquire();
      try {
        return persistently(chunk);
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
  private String persistently(Chunk chunk) throws IOException, InterruptedException {
    String request = request(chunk);
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      progress.cancellation().check();
      try {
        return once(request);
      } catch (AskingException e) {
        boolean passing = e.status() == 429 || e.status() == 408 || e.status() >= 500;
        if (!passing || attempt == ATTEMPTS) {
          throw e;
        }
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted() || attempt == ATTEMPTS) {
          throw new AskingException(address.toString(), 0, "does not answer");
        }
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new AskingException(address.toString(), 0, String.valueOf(e.getMessage()));
        }
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
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

  private String once(String request) throws IOException {
    HttpPost post = new HttpPost(address);
    post.setEntity(new StringEntity(request, ContentType.APPLICATION_JSON));
    if (endpoint.key() != null) {
      post.setHeader("Authorization", "Bearer " + endpoint.key());
    }
    return client.execute(post, this::answer);
  }

  private String answer(ClassicHttpResponse response) throws IOException {
    byte[] bytes =
        response.getEntity() == null
            ? new byte[0]
            : EntityUtils.toByteArray(response.getEntity(), MAX_ANSWER);
    String body = new String(bytes, StandardCharsets.UTF_8);
    int status = response.getCode();
    if (status != 200) {
      throw new AskingException(address.toString(), status, "HTTP " + status + " " + shown(body));
    }
    try {
      JsonNode said = JSON.readTree(body).path("choices").path(0).path("message").path("content");
      if (!said.isTextual()) {
        throw new AskingException(address.toString(), status, "no answer in " + shown(body));
      }
      return Questions.cleaned(said.textValue());
    } catch (JsonProcessingException e) {
      throw new AskingException(address.toString(), status, "not JSON: " + shown(body));
    }
  }

  private String shown(String body) {
    String key = endpoint.key();
    String safe = key == null || key.isEmpty() ? body : body.replace(key, "[key]");
    String line = Cleanup.line(safe);
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    client.close();
  }
}

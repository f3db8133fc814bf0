package dev.imasugu.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A client for applications. A read always has a list: when the server does not answer in time, the
 * fallback. An event is sent again, with the same id, for as long as that may help. Safe for many
 * threads; blocks.
 */
public final class ImasuguClient {
  private static final int MOST_TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final URI server;
  private final String key;
  private final Duration timeout;
  private final List<String> fallback;
  private final HttpClient http;

  private ImasuguClient(
      URI server, String key, Duration timeout, List<String> fallback, HttpClient http) {
    this.server = server;
    this.key = key;
    this.timeout = timeout;
    this.fallback = List.copyOf(fallback);
    this.http = http;
  }

  /** A client without a key or fallback that waits two seconds for an answer. */
  public static ImasuguClient of(URI server) {
    return new ImasuguClient(
        server,
        "",
        Duration.ofSeconds(2),
        List.of(),
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build());
  }

  /** This client with a key of scope read, ingest or project. */
  public ImasuguClient withKey(String key) {
    return new ImasuguClient(server, key, timeout, fallback, http);
  }

  /** This client with another patience for one answer, without the time a read asks to wait. */
  public ImasuguClient withTimeout(Duration timeout) {
    return new ImasuguClient(server, key, timeout, fallback, http);
  }

  /** This client with items to show when the server does not answer. */
  public ImasuguClient withFallback(List<String> items) {
    return new ImasuguClient(server, key, timeout, items, http);
  }

  /**
   * Sends an event; again, at most three times, when the server does not answer, fails or is busy.
   *
   * @return the token to wait for with {@link Read#after(String)}
   * @throws IllegalArgumentException if the server says what is wrong with it
   * @throws ImasuguException if no try was answered; sending it later is safe
   */
  public String send(Event event) {
    String body = Json.write(event.fields());
    ImasuguException last = new ImasuguException("not sent");
    Duration pause = FIRST_PAUSE;
    for (int i = 0; i < MOST_TRIES; i++) {
      if (i > 0) {
        sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis())));
        pause = pause.multipliedBy(3);
      }
      try {
        HttpResponse<String> answer =
            exchange(
                request("/v1/events", timeout)
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build());
        int status = answer.statusCode();
        if (status == 200) {
          return token(answer.body());
        }
        if (status < 500 && status != 429) {
          throw new IllegalArgumentException(detail(answer));
        }
        last = new ImasuguException(detail(answer));
        pause = longer(pause, answer);
      } catch (IOException e) {
        last = new ImasuguException(server + " does not answer: " + e, e);
      }
    }
    throw last;
  }

  /**
   * Reads a list.
   *
   * @return the fallback when the server does not answer in time, fails or is busy
   * @throws IllegalArgumentException if the server says what is wrong with the question
   */
  public Recommendations recommend(Read read) {
    long wait = Long.parseLong(read.parameters().getOrDefault("waitMs", "100"));
    try {
      HttpResponse<String> answer =
          exchange(request(read.path(), timeout.plusMillis(wait)).GET().build());
      int status = answer.statusCode();
      if (status == 200) {
        return Recommendations.parse(answer.body());
      }
      if (status < 500 && status != 429) {
        throw new IllegalArgumentException(detail(answer));
      }
    } catch (IOException e) {
      // A shop window is never empty: what was given for this moment is shown.
    }
    return Recommendations.fallback(read.placement(), fallback);
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(patience);
    return key.isEmpty() ? request : request.header("x-api-key", key);
  }

  private HttpResponse<String> exchange(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImasuguException("interrupted", e);
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImasuguException("interrupted", e);
    }
  }

  private static Duration longer(Duration pause, HttpResponse<String> answer) {
    long seconds = answer.headers().firstValueAsLong("retry-after").orElse(0);
    return pause.compareTo(Duration.ofSeconds(seconds)) > 0 ? pause : Duration.ofSeconds(seconds);
  }

  private static String token(String body) {
    if (Json.parse(body) instanceof Map<?, ?> answer
        && answer.get("results") instanceof List<?> results
        && results.size() == 1
        && results.get(0) instanceof Map<?, ?> result) {
      if (result.get("asOf") instanceof String token) {
        return token;
      }
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)"
              .formatted(result.get("field"), result.get("value"), result.get("expected")));
    }
    throw new IllegalArgumentException("an answer without a verdict (expected: one)");
  }

  private static String detail(HttpResponse<String> answer) {
    try {
      if (Json.parse(answer.body()) instanceof Map<?, ?> problem
          && problem.get("detail") instanceof String detail) {
        return detail;
      }
    } catch (IllegalArgumentException e) {
      // not ours: a proxy's page
    }
    return "status " + answer.statusCode();
  }
}

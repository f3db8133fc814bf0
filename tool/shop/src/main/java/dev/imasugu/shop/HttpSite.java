package dev.imasugu.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** A platform somewhere. Safe for many threads. */
public final class HttpSite implements Site, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What got no answer is sent again, the same, so often in all. */
  private static final int ATTEMPTS = 4;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final URI base;
  private final String key;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * Makes a client.
   *
   * @param base {@code http://127.0.0.1:8650}
   * @param key of scope project; empty for none
   */
  public HttpSite(URI base, String key) {
    if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme())) {
      throw new IllegalArgumentException(
          "url: %s (expected: http://HOST:PORT or https://HOST)".formatted(base));
    }
    this.base = base;
    this.key = key;
  }

  @Override
  public JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  @Override
  public JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    return key.isEmpty() ? request : request.header("x-api-key", key);
  }

  private JsonNode send(HttpRequest request) {
    int unanswered = 0;
    try {
      while (true) {
        HttpResponse<String> response;
        try {
          response = client.send(request, BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
          if (++unanswered == ATTEMPTS) {
            throw e;
          }
          continue;
        }
        if (response.statusCode() == TOO_MANY_REQUESTS || response.statusCode() == UNAVAILABLE) {
          Thread.sleep(
              Duration.ofSeconds(response.headers().firstValueAsLong("retry-after").orElse(1)));
          continue;
        }
        JsonNode body = JSON.readTree(response.body());
        if (response.statusCode() / 100 != 2) {
          throw new IllegalStateException(
              "%s: %s".formatted(request.uri().getPath(), body.path("detail").asText()));
        }
        return body;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s does not answer: %s".formatted(base, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}

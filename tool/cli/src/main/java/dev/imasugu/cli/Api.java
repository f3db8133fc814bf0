package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A running server's API, as the verbs use it. Safe for many threads. */
final class Api implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int NO_CONTENT = 204;

  private final String uri;
  private final String key;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * Makes a client.
   *
   * @param uri {@code http://127.0.0.1:8650}
   * @param key what it shows
   */
  Api(String uri, String key) {
    this.uri = uri;
    this.key = key;
  }

  JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  /** Sends JSON; waits and sends again for as long as the server is too busy. */
  JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** Sends lines of JSON; waits and sends again for as long as the server is too busy. */
  JsonNode postLines(String path, String lines) {
    return send(
        request(path)
            .header("content-type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(lines))
            .build());
  }

  /** Sends JSON by another method; an empty body for none. */
  JsonNode send(String method, String path, String body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(uri + path))
        .timeout(path.equals("/v1/compact") ? Duration.ofHours(6) : PATIENCE)
        .header("x-api-key", key);
  }

  private JsonNode send(HttpRequest request) {
    try {
      while (true) {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() == TOO_MANY_REQUESTS) {
          Thread.sleep(
              Duration.ofSeconds(response.headers().firstValueAsLong("retry-after").orElse(1)));
          continue;
        }
        if (response.statusCode() == NO_CONTENT) {
          return JSON.createObjectNode();
        }
        JsonNode body = JSON.readTree(response.body());
        if (response.statusCode() / 100 != 2) {
          throw new IllegalStateException(body.path("detail").asText(response.body()));
        }
        return body;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s does not answer: %s".formatted(uri, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}

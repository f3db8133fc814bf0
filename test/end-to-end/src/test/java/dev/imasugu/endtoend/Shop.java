package dev.imasugu.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The default project, running in this process, and its API as an application would use it. */
final class Shop implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private Node node;

  /** Copies the default project into an empty folder and starts it. */
  Shop(Path folder) {
    this.folder = folder;
    Path examples = Path.of("../../examples/shop").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.walk(examples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains(".imasugu")) {
          Path target = folder.resolve(examples.relativize(file).toString());
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    node = start();
  }

  private Node start() {
    return Node.start(Project.load(folder), NodeOptions.onPort(0));
  }

  Node node() {
    return node;
  }

  void restart() {
    node.close();
    node = start();
  }

  void item(String id) {
    send("PUT", "/v1/items/" + encode(id), "{\"title\":\"%s\"}".formatted(id));
  }

  void available(String id, boolean available) {
    send("PUT", "/v1/items/" + encode(id), "{\"available\":%s}".formatted(available));
  }

  /** Sends an event and returns its token. */
  String event(String user, String item, String type) {
    return send(
            "POST",
            "/v1/events",
            "{\"user\":\"%s\",\"item\":\"%s\",\"type\":\"%s\"}".formatted(user, item, type))
        .at("/results/0/asOf")
        .asText();
  }

  JsonNode send(String method, String path, String body) {
    HttpResponse<String> response =
        answer(
            HttpRequest.newBuilder(uri(path))
                .method(method, BodyPublishers.ofString(body))
                .header("content-type", "application/json"));
    return json(response.body());
  }

  /** Erases a person; returns the path of the receipt. */
  String erase(String user) {
    HttpResponse<String> response =
        answer(HttpRequest.newBuilder(uri("/v1/users/" + encode(user))).DELETE());
    return response.headers().firstValue("location").orElseThrow();
  }

  HttpResponse<String> read(String placement, String user, String more) {
    return answer(
        HttpRequest.newBuilder(
            uri(
                "/v1/placements/%s/recommendations?user=%s%s"
                    .formatted(placement, encode(user), more))));
  }

  JsonNode list(String placement, String user, String more) {
    return json(read(placement, user, more).body());
  }

  /** The list once it has seen an event; waits up to two seconds at a time. */
  JsonNode listWith(String placement, String user, String token) {
    for (int i = 0; i < 30; i++) {
      JsonNode list = list(placement, user, "&waitMs=2000&minAsOf=" + encode(token));
      if (list.path("fresh").asBoolean()) {
        return list;
      }
    }
    throw new AssertionError("no list with " + token + ": " + node.queries());
  }

  static List<String> ids(JsonNode list) {
    return list.path("items").valueStream().map(item -> item.path("id").asText()).toList();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.port() + path);
  }

  private HttpResponse<String> answer(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}

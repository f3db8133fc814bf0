package dev.imasugu.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.imasugu.config.Project;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds the served document to OpenAPI 3.1, to the routes there are, and to what they answer. */
@Timeout(120)
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  @TempDir static Path folder;
  private static Node node;
  private static HttpClient client;
  private static JsonNode document;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path examples = Path.of("../../examples/shop");
    try (Stream<Path> files = Files.walk(examples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(examples.relativize(file).toString());
        if (!file.toString().contains(".imasugu")) {
          Files.createDirectories(Objects.requireNonNull(target.getParent()));
          Files.copy(file, target);
        }
      }
    }
    node = Node.start(Project.load(folder), new NodeOptions(true, 0, false, false));
    client = HttpClient.newHttpClient();
    document = JSON.readTree(send("GET", "/openapi.json", "").body());
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .method(method, BodyPublishers.ofString(body))
            .header("content-type", "application/json")
            .header("x-api-key", node.token())
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void document_isOpenApi31() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("openapi-3.1.schema.json"))) {
      assertThat(SCHEMAS.getSchema(in).validate(document)).isEmpty();
    }
    ObjectNode broken = document.deepCopy();
    ((ObjectNode) broken.at("/paths/~1v1~1events/post")).put("responses", "none");
    try (InputStream in =
        Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("openapi-3.1.schema.json"))) {
      assertThat(SCHEMAS.getSchema(in).validate(broken)).isNotEmpty();
    }
  }

  @Test
  void document_hasEveryRouteAndNoOther() {
    var described = new TreeMap<String, Set<String>>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      var methods = new TreeSet<String>();
      path.getValue().fieldNames().forEachRemaining(methods::add);
      methods.retainAll(METHODS);
      described.put(
          path.getKey(),
          new TreeSet<>(methods.stream().map(m -> m.toUpperCase(Locale.ROOT)).toList()));
    }
    // Pages for people, drawn by the server, are no part of the API.
    var served = new TreeMap<>(node.routes());
    served.keySet().removeIf(path -> path.equals("/") || path.startsWith("/console/"));
    assertThat(described).isEqualTo(served);
  }

  @Test
  void document_referencesAndExamples_hold() {
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
    int examples = 0;
    for (JsonNode content : document.findValues("content")) {
      for (JsonNode media : content) {
        if (media.has("example")) {
          assertThat(problems(media.path("schema"), media.path("example"))).isEmpty();
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThan(10);
    var ids = document.findValuesAsText("operationId");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void answers_areAsDescribed() throws IOException, InterruptedException {
    String list = "/v1/placements/{placement}/recommendations";
    answers("PUT", "/v1/items/{id}", "/v1/items/hat", "{\"title\":\"Hat\"}", 200);
    answers(
        "POST",
        "/v1/events",
        "/v1/events",
        "{\"user\":\"mia\",\"item\":\"hat\",\"type\":\"view\"}",
        200);
    answers("POST", "/v1/events", "/v1/events", "{\"user\":\"mia\",\"type\":\"look\"}", 200);
    answers("POST", "/v1/events", "/v1/events", "{", 400);
    answers("GET", list, list.replace("{placement}", "home") + "?user=mia&fields=title", "", 200);
    answers("GET", list, list.replace("{placement}", "hom") + "?user=mia", "", 404);
    answers("GET", list, list.replace("{placement}", "home"), "", 400);
    answers("GET", "/v1/quarantine", "/v1/quarantine", "", 200);
    answers("POST", "/v1/quarantine/drop", "/v1/quarantine/drop", "{\"ids\":[]}", 200);
    answers("GET", "/v1/queries", "/v1/queries", "", 200);
    answers("GET", "/v1/queries/plan", "/v1/queries/plan", "", 200);
    answers("GET", "/v1/log/{topic}", "/v1/log/events?from=retained", "", 200);
    answers("GET", "/v1/users/{id}", "/v1/users/nobody", "", 404);
    answers("GET", "/health/ready", "/health/ready", "", 200);
    answers("GET", "/health/live", "/health/live", "", 200);
    answers("DELETE", "/v1/items/{id}", "/v1/items/hat", "", 200);
    answers(
        "POST",
        "/debug/mp/collect",
        "/debug/mp/collect",
        "{\"client_id\":\"c\",\"events\":[{\"name\":\"view_item\"}]}",
        200);
  }

  private static void answers(String method, String route, String path, String body, int status)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode described =
        document
            .path("paths")
            .path(route)
            .path(method.toLowerCase(Locale.ROOT))
            .path("responses")
            .path(Integer.toString(status));
    if (described.has("$ref")) {
      described = document.at(described.path("$ref").asText().substring(1));
    }
    String type = response.headers().firstValue("content-type").orElse("").replaceFirst(";.*", "");
    assertThat(described.path("content").has(type)).as("%s %s: %s", method, route, type).isTrue();
    JsonNode schema = described.path("content").path(type).path("schema");
    assertThat(problems(schema, JSON.readTree(response.body())))
        .as("%s %s", method, path)
        .isEmpty();
  }

  private static List<String> problems(JsonNode schema, JsonNode value) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", document.path("components"));
    JsonSchema known = SCHEMAS.getSchema(whole);
    var problems = new ArrayList<String>();
    for (ValidationMessage message : known.validate(value)) {
      problems.add(message.getMessage());
    }
    return problems;
  }
}

package dev.imasugu.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.http.LoopbackServer;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class IntakeTest {
  private static final Instant NOW = Instant.parse("2026-08-20T09:30:00Z");
  private final InMemoryEventLog log = new InMemoryEventLog(3);
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<CompletableFuture<Void>> shown = new ArrayList<>();
  private final long[] ends = new long[3];
  private Server server;

  @BeforeAll
  void start() {
    var limits = new IntakeLimits(5, 2_000, 20_000);
    var clock = InstantSource.fixed(NOW);
    var metrics = new SimpleMeterRegistry();
    var events =
        new EventIntake(
            log,
            EventTypes.BUILT_IN,
            limits,
            new DiskSpace(() -> Long.MAX_VALUE, 0, clock),
            new Quarantine(log, 1_000, limits, metrics),
            clock,
            new SplittableRandom(1),
            metrics);
    var items =
        new ItemIntake(
            log,
            limits,
            clock,
            id -> !id.equals("one-too-many"),
            () -> false,
            _ -> {
              var future = new CompletableFuture<Void>();
              shown.add(future);
              future.complete(null);
              return future;
            });
    server =
        LoopbackServer.builder(0, 20_000, Duration.ZERO)
            .service("/v1/events", events.endpoint())
            .service("/v1/items", items.batch())
            .service("/v1/items/{id}", items.single())
            .build();
    server.start().join();
  }

  @BeforeEach
  void rememberEnds() {
    shown.clear();
    for (int partition = 0; partition < log.partitions(); partition++) {
      ends[partition] = log.end(Topic.EVENTS, partition);
    }
  }

  @AfterAll
  void stop() {
    client.close();
    server.stop().join();
    log.close();
  }

  @Test
  void post_mixedArray_answersPerRecordInOrder() throws Exception {
    JsonNode answer =
        json(
            post(
                """
                [{"eventId":"e1","user":"u1","item":"i1","type":"view",
                  "occurredAt":"2026-08-20T09:29:59.250Z","context":{"k":1,"b":true}},
                 {"user":"u1","item":"i1","type":"clik"},
                 {"eventId":"e1","user":"u1","item":"i2","type":"view"},
                 {"anonymous":"cookie","type":"search"}]
                """));
    assertThat(answer.at("/results/0/verdict").asText()).isEqualTo("accepted");
    assertThat(answer.at("/results/0/asOf").asText()).matches("\\d+:\\d+");
    assertThat(answer.at("/results/1/field").asText()).isEqualTo("type");
    assertThat(answer.at("/results/1/value").asText()).isEqualTo("clik");
    assertThat(answer.at("/results/1/expected").asText()).endsWith("Maybe you meant click.");
    assertThat(answer.at("/results/2/verdict").asText()).isEqualTo("duplicate");
    assertThat(answer.at("/results/2/asOf")).isEqualTo(answer.at("/results/0/asOf"));
    assertThat(answer.at("/results/3/verdict").asText()).isEqualTo("accepted");
    assertThat(answer.at("/results/3/eventId").asText()).hasSize(32);
    assertThat(answer.path("accepted").asInt()).isEqualTo(2);
    Event event = events().getFirst();
    List<Event> ofUser = events().stream().filter(e -> e.eventId().equals("e1")).toList();
    assertThat(ofUser).hasSize(1);
    assertThat(ofUser.getFirst().context()).containsEntry("k", "1").containsEntry("b", "true");
    assertThat(ofUser.getFirst().occurredAt()).isEqualTo(NOW.minusMillis(750));
    assertThat(event.receivedAt()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "{'item':'i','type':'view'}                              | user       | <absent>",
        "{'user':5,'item':'i','type':'view'}                     | user       | 5",
        "{'user':'  ','item':'i','type':'view'}                  | user       | \"  \"",
        "{'user':'anonymous:x','item':'i','type':'view'}         | user       | anonymous:x",
        "{'user':'u','type':'view'}                              | item       | <absent>",
        "{'user':'u','item':'i'}                                 | type       | <absent>",
        "{'user':'u','item':'i','type':'view','itm':'x'}         | itm        | \"x\"",
        "{'user':'u','item':'i','type':'view','value':'9'}       | value      | \"9\"",
        "{'user':'u','item':'i','type':'view','quantity':-1}     | quantity   | -1",
        "{'user':'u','item':'i','type':'view','quantity':1.5}    | quantity   | 1.5",
        "{'user':'u','item':'i','type':'view','position':0}      | position   | 0",
        "{'user':'u','item':'i','type':'view','context':{'a':[]}}| context.a  | []",
        "{'user':'u','item':'i','type':'view','occurredAt':'no'} | occurredAt | \"no\"",
        "{'user':'u','item':'i','type':'view','occurredAt':true} | occurredAt | true",
        "{'user':'u','item':'i','type':'view','occurredAt':-1}   | occurredAt | 1969-12-31T23:59:59.999Z",
        "{'user':'u','item':'i','type':'view','occurredAt':'2026-08-20T09:35:01Z'} | occurredAt |"
            + " 2026-08-20T09:35:01Z",
        "{'user':'\\ud800','item':'i','type':'view'}             | user       | \"\\uD800\"",
        "'text'                                                  | record     | \"text\"",
      })
  void post_badRecord_namesFieldValueExpectation(String record, String field, String value)
      throws Exception {
    HttpResponse<String> response = post("[" + record.replace('\'', '"') + "]");
    JsonNode answer = json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(answer.at("/results/0/verdict").asText()).isEqualTo("rejected");
    assertThat(answer.at("/results/0/field").asText()).isEqualTo(field);
    if (!value.contains("uD800")) {
      assertThat(answer.at("/results/0/value").asText()).isEqualTo(value);
    }
    assertThat(answer.at("/results/0/expected").asText()).isNotEmpty();
    assertThat(events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "nonsense", "5", "\"text\"", "[1] 2", "{\"a\":1,\"a\":2}"})
  void post_unparsable_is400AsProblem(String body) throws Exception {
    HttpResponse<String> response = post(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(json(response).path("detail").asText()).contains("expected: ");
  }

  @Test
  void post_tooMuch_is413() throws Exception {
    String record = "{\"user\":\"u\",\"item\":\"i\",\"type\":\"view\"}";
    assertThat(post("[" + (record + ",").repeat(5) + record + "]").statusCode()).isEqualTo(413);
    HttpResponse<String> big = post(" ".repeat(30_000) + record);
    assertThat(big.statusCode()).isEqualTo(413);
    assertThat(json(big).path("detail").asText()).contains("20000 bytes");
    assertThat(events()).isEmpty();
  }

  @Test
  void post_deepNesting_is400() throws Exception {
    assertThat(post("[".repeat(5_000)).statusCode()).isEqualTo(400);
  }

  @Test
  void post_recordOverItsLimit_isRejected() throws Exception {
    JsonNode answer =
        json(
            post(
                "{\"user\":\"u\",\"item\":\"i\",\"type\":\"view\",\"context\":{\"k\":\""
                    + "x".repeat(3_000)
                    + "\"}}"));
    assertThat(answer.at("/results/0/field").asText()).isEqualTo("record");
  }

  @Test
  void post_otherMethodTypeOrHost_isRefused() throws Exception {
    assertThat(send("GET", "/v1/events", "", "application/json").statusCode()).isEqualTo(405);
    assertThat(send("POST", "/v1/events", "{}", "text/plain").statusCode()).isEqualTo(415);
  }

  @Test
  void items_putAndDelete_answerAfterShown() throws Exception {
    HttpResponse<String> put =
        send(
            "PUT", "/v1/items/i%2F1", "{\"title\":\"Red dress\",\"price\":10}", "application/json");
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(json(put).at("/results/0/id").asText()).isEqualTo("i/1");
    assertThat(send("DELETE", "/v1/items/i%2F1", "", "application/json").statusCode())
        .isEqualTo(200);
    assertThat(shown).hasSize(2);
    JsonNode batch =
        json(
            send(
                "POST",
                "/v1/items",
                "[{\"id\":\"a\"},{\"title\":\"no id\"},{\"id\":\"one-too-many\"}]",
                "application/json"));
    assertThat(batch.path("accepted").asInt()).isEqualTo(1);
    assertThat(batch.path("rejected").asInt()).isEqualTo(2);
    JsonNode onlyNew =
        json(
            send(
                "POST",
                "/v1/items?onlyNew=true",
                "[{\"id\":\"a\"},{\"id\":\"one-too-many\"}]",
                "application/json"));
    assertThat(onlyNew.path("duplicate").asInt()).isEqualTo(1);
    assertThat(onlyNew.path("rejected").asInt()).isEqualTo(1);
    assertThat(onlyNew.at("/results/0").toString())
        .isEqualTo("{\"verdict\":\"duplicate\",\"id\":\"a\"}");
    assertThat(
            json(send("PUT", "/v1/items/b", "{\"id\":\"c\"}", "application/json"))
                .at("/results/0/field")
                .asText())
        .isEqualTo("id");
  }

  @Test
  void append_codec_keepsEveryField() throws Exception {
    post(
        """
        {"eventId":"e","user":"u","anonymous":"a","item":"i","type":"purchase","occurredAt":1000,
         "value":9.5,"quantity":2,"service":"web","sessionId":"s","platform":"ios","locale":"ja",
         "placement":"home","position":3,"recommendationId":"r","context":{"x":"y"}}
        """);
    Event event = events().getFirst();
    assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
    assertThat(event.owner().value()).isEqualTo("u");
    assertThat(event.occurredAt()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(event.position()).isEqualTo(3);
    assertThat(event.recommendationId()).isEqualTo("r");
  }

  private List<Event> events() {
    var events = new ArrayList<Event>();
    for (int partition = 0; partition < log.partitions(); partition++) {
      try (LogCursor cursor = log.read(Topic.EVENTS, partition, ends[partition])) {
        for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
          events.add(EventCodec.decode(r.value()));
        }
      }
    }
    return events;
  }

  private HttpResponse<String> post(String body) throws Exception {
    return send("POST", "/v1/events", body, "application/json");
  }

  private HttpResponse<String> send(String method, String path, String body, String type)
      throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.ofString(body))
            .header("content-type", type)
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }
}

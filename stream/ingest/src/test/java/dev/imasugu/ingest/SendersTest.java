package dev.imasugu.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import com.linecorp.armeria.server.Server;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.http.InFlight;
import dev.imasugu.http.LoopbackServer;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What real senders send: lines, compressed bodies, types of their own, and mistakes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class SendersTest {
  private static final Instant NOW = Instant.parse("2026-08-20T09:30:00Z");
  private static final int BODY = 200_000;

  private final InMemoryEventLog log = new InMemoryEventLog(3);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private long usable = Long.MAX_VALUE;
  private long clock = NOW.toEpochMilli();
  private Server server;

  @BeforeAll
  void start() {
    var limits = new IntakeLimits(1_000, 2_000, BODY);
    InstantSource time = () -> Instant.ofEpochMilli(clock);
    var types =
        EventTypes.BUILT_IN.with(
            List.of(
                new EventTypes.Rule(
                    new EventType("wishlist"), 2.5, List.of("item", "context.list"))));
    var quarantine = new Quarantine(log, 60, limits, metrics);
    var events =
        new EventIntake(
            log,
            types,
            limits,
            new DiskSpace(() -> usable, 1_000, time),
            quarantine,
            time,
            new SplittableRandom(1),
            metrics);
    var refused = new QuarantineEndpoints(quarantine, events);
    server =
        LoopbackServer.builder(0, BODY, Duration.ZERO)
            .decorator(new InFlight(3 * BODY, BODY))
            .service("/v1/events", events.endpoint())
            .service("/v1/quarantine", refused.list())
            .service("/v1/quarantine/resubmit", refused.resubmit())
            .service("/v1/quarantine/drop", refused.drop())
            .service("/v1/quarantine/{id}", refused.single())
            .build();
    server.start().join();
  }

  @AfterAll
  void stop() {
    client.close();
    server.stop().join();
    log.close();
  }

  @Test
  void lines_badOnesAmongThem_areJudgedOneByOne() throws Exception {
    String lines =
        """
        {"user":"l1","item":"i","type":"view"}\r

        {"user":"l2","item":
        {"user":"l3","item":"i","type":"view"}""";
    JsonNode answer =
        json(post(lines.getBytes(StandardCharsets.UTF_8), "application/x-ndjson", ""));
    assertThat(answer.path("accepted").asInt()).isEqualTo(2);
    assertThat(answer.at("/results/1/field").asText()).isEqualTo("line");
    assertThat(answer.at("/results/2/verdict").asText()).isEqualTo("accepted");
    long id = answer.at("/results/1/quarantine").asLong();
    JsonNode entry = json(get("/v1/quarantine/" + id));
    assertThat(entry.path("payload").asText()).isEqualTo("{\"user\":\"l2\",\"item\":");
  }

  @Test
  void lines_moreThanABatch_areTaken() throws Exception {
    String lines =
        IntStream.range(0, 1_500)
            .mapToObj(i -> "{\"user\":\"many\",\"item\":\"i" + i + "\",\"type\":\"view\"}\n")
            .collect(Collectors.joining());
    JsonNode answer =
        json(post(lines.getBytes(StandardCharsets.UTF_8), "application/x-ndjson", ""));
    assertThat(answer.path("accepted").asInt()).isEqualTo(1_500);
  }

  @Test
  void compressed_bodies_areRead() throws Exception {
    byte[] plain =
        "[{\"user\":\"z\",\"item\":\"i\",\"type\":\"view\"}]".getBytes(StandardCharsets.UTF_8);
    for (HttpResponse<String> response :
        List.of(
            post(gzip(plain), "application/json", "gzip"),
            post(Zstd.compress(plain), "application/json", "zstd"),
            post(plain, "application/json", "identity"))) {
      assertThat(json(response).path("accepted").asInt()).isEqualTo(1);
    }
    assertProblem(post(plain, "application/json", "gzip"), 400, "not gzip");
    assertProblem(post(plain, "application/json", "zstd"), 400, "not zstd");
    assertProblem(post(plain, "application/json", "br"), 415, "Content-Encoding: br");
  }

  @Test
  void compressed_bomb_is413() throws Exception {
    byte[] bomb = new byte[50_000_000];
    assertProblem(post(gzip(bomb), "application/json", "gzip"), 413, "once decompressed");
    assertProblem(post(Zstd.compress(bomb), "application/json", "zstd"), 413, "once decompressed");
  }

  @Test
  void declaredType_holdsItsRequiredFields() throws Exception {
    JsonNode answer =
        json(
            post(
                """
                [{"user":"w","item":"i","type":"wishlist","context":{"list":"birthday"}},
                 {"user":"w","item":"i","type":"wishlist"},
                 {"user":"w","type":"wishlist","context":{"list":"birthday"}},
                 {"user":"w","item":"i","type":"wishlists"}]
                """));
    assertThat(answer.path("accepted").asInt()).isEqualTo(1);
    assertThat(answer.at("/results/1/field").asText()).isEqualTo("context.list");
    assertThat(answer.at("/results/2/field").asText()).isEqualTo("item");
    assertThat(answer.at("/results/3/expected").asText()).endsWith("Maybe you meant wishlist.");
    assertThat(events("w")).extracting(event -> event.type().label()).containsExactly("wishlist");
  }

  @Test
  void batch_fiftyBadOnes_areCorrectedAndResubmitted() throws Exception {
    String batch =
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    "{\"eventId\":\"b%d\",\"user\":\"batch\",\"item\":\"i\",\"type\":\"%s\"}"
                        .formatted(i, i % 20 == 0 ? "veiw" : "view"))
            .collect(Collectors.joining(",", "[", "]"));
    JsonNode answer = json(post(batch));
    assertThat(answer.path("accepted").asInt()).isEqualTo(950);
    assertThat(answer.path("rejected").asInt()).isEqualTo(50);
    JsonNode kept = json(get("/v1/quarantine?limit=1000&field=type"));
    List<Long> ids =
        kept.path("entries")
            .valueStream()
            .filter(entry -> entry.at("/payload/user").asText().equals("batch"))
            .map(entry -> entry.path("id").asLong())
            .toList();
    assertThat(ids).hasSize(50);
    assertThat(answer.at("/results/0/expected").asText()).contains("Maybe you meant view.");
    // Sent again as it was, the same fifty are refused and kept once.
    assertThat(json(post(batch)).path("duplicate").asInt()).isEqualTo(950);
    JsonNode unpatched = json(post("/v1/quarantine/resubmit", "{\"ids\":" + ids + "}"));
    assertThat(unpatched.path("rejected").asInt()).isEqualTo(50);
    String patched = "{\"ids\":" + ids + ",\"patch\":{\"type\":\"view\"}}";
    assertThat(json(post("/v1/quarantine/resubmit", patched)).path("accepted").asInt())
        .isEqualTo(50);
    assertThat(post("/v1/quarantine/resubmit", patched).statusCode()).isEqualTo(404);
    List<Event> stored = events("batch");
    assertThat(stored).hasSize(1_000);
    assertThat(stored.stream().map(Event::eventId).distinct()).hasSize(1_000);
    assertThat(json(get("/v1/quarantine?limit=1000&field=type")).path("entries").valueStream())
        .noneMatch(entry -> entry.at("/payload/user").asText().equals("batch"));
  }

  @Test
  void quarantine_beyondItsBound_losesTheOldestAndCounts() throws Exception {
    double before = lost();
    for (int i = 0; i < 90; i++) {
      post("{\"user\":\"bound\",\"item\":\"i%d\",\"type\":\"no\"}".formatted(i));
    }
    JsonNode kept = json(get("/v1/quarantine?limit=1000"));
    for (int i = 0; i < 500 && kept.path("records").asInt() > 60; i++) {
      Thread.sleep(10);
      kept = json(get("/v1/quarantine?limit=1000"));
    }
    assertThat(kept.path("entries").size()).isBetween(1, 60);
    assertThat(lost() - before).isGreaterThanOrEqualTo(30);
    assertThat(
            kept.path("entries").get(kept.path("entries").size() - 1).at("/payload/item").asText())
        .isEqualTo("i89");
  }

  @Test
  void disk_nearlyFull_stopsIntakeUntilThereIsSpace() throws Exception {
    String event = "{\"user\":\"d\",\"item\":\"i\",\"type\":\"view\"}";
    usable = 999;
    clock += 2_000;
    assertProblem(post("/v1/events", event), 507, "999 bytes left");
    assertThat(get("/v1/quarantine").statusCode()).isEqualTo(200);
    usable = 1_000;
    clock += 2_000;
    assertThat(post("/v1/events", event).statusCode()).isEqualTo(200);
  }

  private double lost() {
    return metrics.counter("imasugu.quarantine.lost").count();
  }

  private static void assertProblem(HttpResponse<String> response, int status, String part)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(part).contains("(expected");
  }

  private List<Event> events(String owner) {
    var events = new ArrayList<Event>();
    try (LogCursor cursor = log.read(Topic.EVENTS, log.partition(owner), 0)) {
      for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
        events.add(EventCodec.decode(r.value()));
      }
    }
    events.removeIf(event -> !event.owner().value().equals(owner));
    return events;
  }

  private HttpResponse<String> post(String body) throws Exception {
    return post("/v1/events", body);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .POST(BodyPublishers.ofString(body))
            .header("content-type", "application/json"));
  }

  private HttpResponse<String> post(byte[] body, String type, String encoding) throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/v1/events"))
            .POST(BodyPublishers.ofByteArray(body))
            .header("content-type", type);
    return send(encoding.isEmpty() ? request : request.header("content-encoding", encoding));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }
}

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Payloads written after the public references of the Measurement Protocol and the export. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class Ga4Test {
  private static final Instant NOW = Instant.parse("2026-08-20T09:30:00Z");
  private static final String COLLECT = "/mp/collect?measurement_id=G-TEST&api_secret=s";

  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private Quarantine quarantine;
  private Server server;
  private long from;
  private long refusedFrom;

  @BeforeAll
  void start() {
    var limits = new IntakeLimits(25, 20_000, 200_000);
    var metrics = new SimpleMeterRegistry();
    InstantSource clock = InstantSource.fixed(NOW);
    quarantine = new Quarantine(log, 1_000, limits, metrics);
    var events =
        new EventIntake(
            log,
            EventTypes.BUILT_IN,
            limits,
            new DiskSpace(() -> Long.MAX_VALUE, 0, clock),
            quarantine,
            clock,
            new SplittableRandom(1),
            metrics);
    var ga4 = new Ga4Intake(events);
    server =
        LoopbackServer.builder(0, 200_000, Duration.ZERO)
            .service("/mp/collect", ga4.collect())
            .service("/debug/mp/collect", ga4.debug())
            .service("/v1/import/ga4", ga4.export())
            .build();
    server.start().join();
  }

  @AfterAll
  void stop() {
    client.close();
    server.stop().join();
    log.close();
  }

  @BeforeEach
  void remember() {
    from = log.end(Topic.EVENTS, 0);
    refusedFrom = log.end(Topic.QUARANTINE, 0);
  }

  private static final String PURCHASE =
      """
      {"client_id":"1122334455.1692520000","user_id":"mia","timestamp_micros":"1787218199250000",
       "user_properties":{"customer_tier":{"value":"premium"}},
       "events":[{"name":"purchase","params":{
         "currency":"USD","transaction_id":"T_12345","value":30.03,"coupon":"SUMMER_FUN",
         "session_id":"1692520001","engagement_time_msec":100,
         "items":[
          {"item_id":"SKU_12345","item_name":"Stan and Friends Tee","index":0,"price":10.01,
           "quantity":3,"item_brand":"Google","item_category":"Apparel"},
          {"item_id":"SKU_12346","item_name":"Google Grey Women's Tee","index":1,"price":21.01,
           "quantity":2}]}}]}
      """;

  @Test
  void purchase_isAnEventForEachItem_andTwiceIsOnce() throws Exception {
    assertThat(post(COLLECT, PURCHASE).statusCode()).isEqualTo(204);
    assertThat(post(COLLECT, PURCHASE).statusCode()).isEqualTo(204);
    List<Event> events = events();
    assertThat(events).hasSize(2);
    Event first = events.getFirst();
    assertThat(first.type().label()).isEqualTo("purchase");
    assertThat(String.valueOf(first.user())).isEqualTo("mia");
    assertThat(first.anonymous()).isEqualTo("1122334455.1692520000");
    assertThat(String.valueOf(first.item())).isEqualTo("SKU_12345");
    assertThat(first.value()).isEqualTo(10.01);
    assertThat(first.quantity()).isEqualTo(3);
    assertThat(first.position()).isEqualTo(1);
    assertThat(first.sessionId()).isEqualTo("1692520001");
    assertThat(first.occurredAt()).isEqualTo(Instant.ofEpochMilli(1787218199250L));
    assertThat(first.context())
        .containsEntry("transaction_id", "T_12345")
        .containsEntry("coupon", "SUMMER_FUN")
        .containsEntry("item.item_brand", "Google")
        .containsEntry("user.customer_tier", "premium")
        .containsEntry("ga4.stream", "G-TEST");
  }

  @Test
  void recommendedEvents_haveOurTypes() throws Exception {
    String payload =
        """
        {"client_id":"c.1","events":[
          {"name":"view_item","params":{"items":[{"item_id":"a","price":"12.5"}]}},
          {"name":"view_item_list","params":{"item_list_id":"home","items":[
             {"item_id":"a"},{"item_id":"b"}]}},
          {"name":"select_item","params":{"item_list_id":"home","items":[
             {"item_id":"b","index":2}]}},
          {"name":"add_to_cart","params":{"items":[{"item_name":"By name","quantity":1}]}},
          {"name":"search","params":{"search_term":"red dress"}},
          {"name":"session_start","params":{}},
          {"name":"tutorial_complete","params":{"level":4,"nested":{"a":[1]}}}]}
        """;
    assertThat(post(COLLECT, payload).statusCode()).isEqualTo(204);
    assertThat(events())
        .extracting(
            event ->
                event.type()
                    + " "
                    + event.item()
                    + " "
                    + event.position()
                    + " "
                    + event.placement())
        .containsExactly(
            "view a null null",
            "impression a 1 home",
            "impression b 2 home",
            "click b 2 home",
            "add_to_cart By name null null",
            "search null null null",
            "session_start null null null",
            "tutorial_complete null null null");
    assertThat(events().getFirst().value()).isEqualTo(12.5);
    assertThat(events().get(5).context()).containsEntry("search_term", "red dress");
    assertThat(events().getLast().context())
        .containsEntry("level", "4")
        .containsEntry("nested", "{\"a\":[1]}");
  }

  @Test
  void badPayloads_are204AndQuarantined_debugSaysWhy() throws Exception {
    String noItem = "{\"client_id\":\"c\",\"events\":[{\"name\":\"view_item\",\"params\":{}}]}";
    for (String bad :
        List.of(
            "nonsense",
            "{}",
            "{\"client_id\":\"c\",\"events\":[]}",
            noItem,
            "{\"client_id\":\"c\",\"events\":[{\"name\":\"1st\",\"params\":{}}]}")) {
      assertThat(post(COLLECT, bad).statusCode()).isEqualTo(204);
      JsonNode verdict = json(post("/debug" + COLLECT, bad));
      assertThat(verdict.at("/validationMessages/0/description").asText()).contains("(expected: ");
    }
    assertThat(
            json(post("/debug" + COLLECT, noItem)).at("/validationMessages/0/fieldPath").asText())
        .isEqualTo("events[0].item");
    assertThat(json(post("/debug" + COLLECT, PURCHASE)).path("validationMessages")).isEmpty();
    assertThat(events()).isEmpty();
    assertThat(quarantine.list(refusedFrom, 100, _ -> true)).hasSize(5);
  }

  private static final String ROW =
      """
      {"event_date":"20260820","event_timestamp":"1787218199250000","event_name":"view_item",
       "event_params":[{"key":"page_location","value":{"string_value":"https://shop.example/a",
         "int_value":null,"float_value":null,"double_value":null}},
         {"key":"ga_session_id","value":{"int_value":"1692520001"}}],
       "user_pseudo_id":"99.1","user_id":null,"batch_event_index":"1",
       "user_properties":[{"key":"tier","value":{"string_value":"gold",
         "set_timestamp_micros":"1787218199000000"}}],
       "device":{"category":"mobile","language":"ja-jp","web_info":{"browser":"Chrome"}},
       "geo":{"country":"Japan"},%s
       "platform":"WEB","items":[{"item_id":"SKU_1","item_name":"Tee","price":10.5,
         "item_list_id":"(not set)","item_params":[{"key":"size","value":{"string_value":"M"}}]}]}
      """;

  @Test
  void exportRows_intradayAndDaily_countOnce() throws Exception {
    JsonNode intraday = json(lines(ROW.formatted("").replace("\n", " ")));
    assertThat(intraday.path("accepted").asInt()).isEqualTo(1);
    String daily = ROW.formatted("\"traffic_source\":{\"source\":\"google\"},").replace("\n", " ");
    assertThat(json(lines(daily)).path("duplicate").asInt()).isEqualTo(1);
    Event event = events().getFirst();
    assertThat(event.type().label()).isEqualTo("view");
    assertThat(event.sessionId()).isEqualTo("1692520001");
    assertThat(event.placement()).isNull();
    assertThat(event.occurredAt()).isEqualTo(Instant.ofEpochMilli(1787218199250L));
    assertThat(event.context())
        .containsEntry("page_location", "https://shop.example/a")
        .containsEntry("device.web_info.browser", "Chrome")
        .containsEntry("geo.country", "Japan")
        .containsEntry("item.size", "M")
        .containsEntry("user.tier", "gold");
    JsonNode bad = json(lines("{\"event_name\":\"view_item\"}\n5"));
    assertThat(bad.path("rejected").asInt()).isEqualTo(2);
  }

  private List<Event> events() {
    var events = new ArrayList<Event>();
    try (LogCursor cursor = log.read(Topic.EVENTS, 0, from)) {
      for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
        events.add(EventCodec.decode(r.value()));
      }
    }
    return events;
  }

  private HttpResponse<String> lines(String body) throws Exception {
    return send("/v1/import/ga4", body, "application/x-ndjson");
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(path, body, "text/plain;charset=UTF-8");
  }

  private HttpResponse<String> send(String path, String body, String type) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .POST(BodyPublishers.ofString(body))
            .header("content-type", type)
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }
}

package dev.imasugu.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.http.LoopbackServer;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.ProfileCommit;
import dev.imasugu.store.ProfileCommit.Mark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class RecommendationEndpointTest {
  private static final Instant NOW = Instant.parse("2026-08-20T09:30:00Z");
  private static final String VERSION = "profile@1";

  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final InMemoryStore store = new InMemoryStore();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong millis = new AtomicLong(NOW.toEpochMilli());
  private long position;
  private int users;
  private String user;
  private Catalog catalog;
  private Server server;

  @BeforeAll
  void start() {
    for (String id : List.of("a", "b", "c", "d", "sold-out")) {
      put(id, !id.equals("sold-out"));
    }
    catalog = Catalog.open(log, 100, InstantSource.system());
    var settings =
        new ServeSettings(
            Map.of("home", Duration.ofHours(1)), 2, VERSION, _ -> 0, 2, Set.of("home"));
    var lists = new Lists(store, catalog, settings, () -> Instant.ofEpochMilli(millis.get()));
    var endpoint =
        new RecommendationEndpoint(
            lists,
            store,
            catalog,
            log,
            InstantSource.system(),
            new Random(1),
            new SimpleMeterRegistry());
    server =
        LoopbackServer.builder(0, 1_000, Duration.ZERO)
            .service("/v1/placements/{placement}/recommendations", endpoint.endpoint())
            .build();
    server.start().join();
  }

  @AfterAll
  void stop() {
    client.close();
    server.stop().join();
    catalog.close();
    store.close();
    log.close();
  }

  @BeforeEach
  void newUser() {
    user = "u" + users++;
  }

  @Test
  void answer_ofAPlacementThatSaysSo_isRecordedAsImpressions() throws Exception {
    JsonNode answer = get("&limit=2");
    String responseId = answer.path("responseId").asText();
    var impressions = new ArrayList<String>();
    try (LogCursor cursor = log.read(Topic.EVENTS, log.partition(user), 0)) {
      for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
        Event event = EventCodec.decode(r.value());
        if (responseId.equals(event.responseId())) {
          assertThat(event.type()).isEqualTo(EventType.IMPRESSION);
          assertThat(event.recommendationId()).isEqualTo(answer.path("recommendationId").asText());
          assertThat(event.responseId()).isEqualTo(responseId);
          impressions.add(event.position() + " " + event.item());
        }
      }
    }
    assertThat(impressions)
        .hasSize(answer.path("items").size())
        .first()
        .isEqualTo("1 " + answer.at("/items/0/id").asText());
  }

  @Test
  void get_storedList_isFilteredCutAndExplained() throws Exception {
    store(list(user, 2, position, "sold-out", "a", "b", "c"));
    JsonNode answer = get("&limit=2&exclude=a&fields=title,colour");
    assertThat(ids(answer)).containsExactly("b", "c");
    assertThat(answer.at("/items/0/title").asText()).isEqualTo("Title b");
    assertThat(answer.at("/items/0/colour").asText()).isEqualTo("red");
    assertThat(answer.at("/items/0/source").asText()).isEqualTo("transitions");
    assertThat(answer.path("madeBy").asText()).isEqualTo("stored");
    assertThat(answer.path("fresh").asBoolean()).isTrue();
    assertThat(answer.path("stale").asBoolean()).isFalse();
    assertThat(answer.path("generation").asLong()).isEqualTo(2);
    assertThat(answer.path("recommendationId").asText()).hasSize(16);
    assertThat(get("&limit=1").path("recommendationId")).isEqualTo(answer.path("recommendationId"));
    assertThat(get("").path("responseId")).isNotEqualTo(get("").path("responseId"));
  }

  @Test
  void get_unknownUser_isPopularAndMarkedDirty() throws Exception {
    assertThat(get("").path("madeBy").asText()).startsWith("fallback:");
    assertThat(store.dirty().isDirty(user)).isTrue();
    store(list(Recommendation.POPULAR, 2, 0, "d", "sold-out", "c"));
    JsonNode answer = get("");
    assertThat(ids(answer)).containsExactly("d", "c");
    assertThat(answer.path("madeBy").asText()).isEqualTo("fallback:popular");
  }

  @Test
  void get_everythingExcluded_isEmptyOnlyThen() throws Exception {
    store(list(user, 2, position, "a"));
    assertThat(ids(get("&exclude=a"))).isNotEmpty().doesNotContain("a", "sold-out");
    assertThat(ids(get("&exclude=a,b,c,d"))).isEmpty();
  }

  @Test
  void get_oldOrOtherGeneration_isStaleAndMarked() throws Exception {
    store(list(user, 2, position, "a"));
    millis.addAndGet(Duration.ofHours(2).toMillis());
    assertThat(get("").path("stale").asBoolean()).isTrue();
    assertThat(store.dirty().isDirty(user)).isTrue();
    newUser();
    store(list(user, 1, position, "a"));
    assertThat(get("").path("stale").asBoolean()).isTrue();
  }

  @Test
  void get_minAsOf_raisedWhenNothingOfTheUserIsPending() throws Exception {
    store(list(user, 2, 0, "a"));
    commit(List.of());
    JsonNode answer = get("&waitMs=0&minAsOf=0:" + position);
    assertThat(answer.path("fresh").asBoolean()).isTrue();
    assertThat(answer.path("asOf").asText()).isEqualTo("0:" + position);
    assertThat(answer.path("madeBy").asText()).isEqualTo("stored");
    commit(List.of(user));
    assertThat(get("&waitMs=0&minAsOf=0:" + position).path("fresh").asBoolean()).isFalse();
  }

  @Test
  void get_minAsOf_listOfAnotherGeneration_isNotRaised() throws Exception {
    long before = position;
    store(list(user, 1, before, "a"));
    commit(List.of());
    JsonNode answer = get("&waitMs=0&minAsOf=0:" + position);
    assertThat(answer.path("fresh").asBoolean()).isFalse();
    assertThat(answer.path("asOf").asText()).isEqualTo("0:" + before);
  }

  @Test
  void get_minAsOf_waitsForTheList() throws Exception {
    store(list(user, 2, position, "a"));
    long token = position + 1;
    CompletableFuture<JsonNode> waiting = getLater("&waitMs=2000&minAsOf=0:" + token);
    Thread.sleep(50);
    commit(List.of(user));
    Thread.sleep(50);
    assertThat(waiting).isNotDone();
    DirtyUser dirty = store.dirty().take(10, 0).getFirst();
    store(list(user, 2, position, "b"));
    store.dirty().clean(List.of(dirty));
    JsonNode answer = waiting.get(1, TimeUnit.SECONDS);
    assertThat(answer.path("madeBy").asText()).isEqualTo("waited");
    assertThat(answer.path("fresh").asBoolean()).isTrue();
    assertThat(ids(answer)).containsExactly("b");
  }

  @Test
  void get_minAsOf_eventThatNoQueryUses_wakesWithTheProgress() throws Exception {
    store(list(user, 2, position, "a"));
    long start = System.nanoTime();
    CompletableFuture<JsonNode> waiting = getLater("&waitMs=2000&minAsOf=0:" + (position + 1));
    Thread.sleep(50);
    commit(List.of());
    assertThat(waiting.get(1, TimeUnit.SECONDS).path("fresh").asBoolean()).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofMillis(1_500).toNanos());
  }

  @Test
  void get_minAsOf_neverThere_answersNotFreshAfterTheWait() throws Exception {
    store(list(user, 2, position, "a"));
    JsonNode answer = get("&waitMs=60&minAsOf=0:" + (position + 1_000));
    assertThat(answer.path("fresh").asBoolean()).isFalse();
    assertThat(ids(answer)).containsExactly("a");
  }

  @Test
  void get_moreWaitersThanTheBound_areAnsweredAtOnce() throws Exception {
    String never = "&waitMs=2000&minAsOf=0:" + (position + 1_000);
    CompletableFuture<JsonNode> first = getLater(never);
    CompletableFuture<JsonNode> second = getLater(never);
    Thread.sleep(100);
    assertThat(getLater(never).get(1, TimeUnit.SECONDS).path("fresh").asBoolean()).isFalse();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    commitUpTo(position + 1_000);
    assertThat(first.get(3, TimeUnit.SECONDS).path("items")).isNotEmpty();
    assertThat(second.get(3, TimeUnit.SECONDS).path("items")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "home|limit=2                 |400| user: <absent>",
        "home|user=u&limit=0          |400| limit: 0 (expected: a whole number from 1 to 1000)",
        "home|user=u&limit=x          |400| limit: x",
        "home|user=u&waitMs=2001      |400| waitMs: 2001",
        "home|user=u&minAsOf=yesterday|400| asOf: yesterday",
        "home|user=u&limt=3           |400| Maybe you meant limit.",
        "hone|user=u                  |404| Maybe you meant home.",
      })
  void get_wrongParameter_saysWhatIsExpected(
      String placement, String parameters, int status, String detail) throws Exception {
    HttpResponse<String> response = send(placement, parameters.strip());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(new ObjectMapper().readTree(response.body()).path("detail").asText())
        .contains(detail.strip());
  }

  private JsonNode get(String more) throws Exception {
    return new ObjectMapper().readTree(send("home", "user=" + user + more).body());
  }

  private CompletableFuture<JsonNode> getLater(String more) {
    String asked = user;
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new ObjectMapper().readTree(send("home", "user=" + asked + more).body());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().start(task));
  }

  private HttpResponse<String> send(String placement, String query) throws Exception {
    var uri =
        URI.create(
            "http://127.0.0.1:%d/v1/placements/%s/recommendations?%s"
                .formatted(server.activeLocalPort(), placement, query));
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static List<String> ids(JsonNode answer) {
    return answer.path("items").valueStream().map(item -> item.path("id").asText()).toList();
  }

  private void commit(List<String> dirty) {
    List<Mark> marks = dirty.stream().map(each -> new Mark(each, "event", NOW)).toList();
    store.features().commit(new ProfileCommit(VERSION, 0, position, ++position, List.of(), marks));
  }

  private void commitUpTo(long end) {
    store.features().commit(new ProfileCommit(VERSION, 0, position, end, List.of(), List.of()));
    position = end;
  }

  private void store(Recommendation list) {
    assertThat(store.recommendations().put(List.of(list))).isEqualTo(1);
  }

  private Recommendation list(String owner, long generation, long asOf, String... items) {
    return new Recommendation(
        "home",
        owner,
        generation,
        AsOf.of(0, asOf),
        1,
        Instant.ofEpochMilli(millis.get()),
        List.of(items).stream()
            .map(id -> new RecommendedItem(new ItemId(id), 1, "transitions"))
            .toList(),
        List.of());
  }

  private void put(String id, boolean available) {
    Item item =
        new Item(
            new ItemId(id),
            "Title " + id,
            null,
            1.5,
            available,
            Map.of("colour", "red"),
            Instant.EPOCH,
            false);
    log.append(Topic.ITEMS, List.of(new LogRecord(id, "", Instant.EPOCH, ItemCodec.encode(item))))
        .join();
  }
}

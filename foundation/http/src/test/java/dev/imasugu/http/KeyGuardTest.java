package dev.imasugu.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class KeyGuardTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong nanos = new AtomicLong();
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
  private final SplittableRandom random = new SplittableRandom(1);
  private final CompletableFuture<Void> held = new CompletableFuture<>();
  private Path folder;
  private Keys keys;
  private Server server;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    keys = Keys.open(folder, clock);
    var required = new KeyGuard(keys, true, "own", nanos::get);
    var open = new KeyGuard(Keys.open(folder.resolve("none"), clock), false, "own", nanos::get);
    Endpoint done =
        Endpoint.of(
            HttpMethod.GET,
            (_, _) -> CompletableFuture.completedFuture(HttpResponse.of(HttpStatus.OK)));
    server =
        new PublicServer("127.0.0.1", 0, null, null, List.of("https://shop.example"))
            .builder(1_000, Duration.ZERO)
            .service("/ingest", required.guard(Scope.INGEST, done))
            .service("/read", required.guard(Scope.READ, done))
            .service("/project", required.guard(Scope.PROJECT, done))
            .service("/admin", required.guard(Scope.ADMIN, done))
            .service("/open", open.guard(Scope.INGEST, done))
            .service(
                "/slow",
                Endpoint.of(
                        HttpMethod.POST,
                        (_, _) -> held.thenApply(_ -> HttpResponse.of(HttpStatus.OK)))
                    .decorate(new InFlight(2_500, 1_000)))
            .build();
    server.start().join();
  }

  @AfterAll
  void stop() {
    client.close();
    server.stop().join();
  }

  @Test
  void scopes_coverWhatTheyName() throws Exception {
    String ingest = create(Scope.INGEST, 0);
    String read = create(Scope.READ, 0);
    String project = create(Scope.PROJECT, 0);
    String admin = create(Scope.ADMIN, 0);
    for (String path : List.of("/ingest", "/read", "/project", "/admin")) {
      assertThat(get(path, ingest)).isEqualTo(path.equals("/ingest") ? 200 : 403);
      assertThat(get(path, read)).isEqualTo(path.equals("/read") ? 200 : 403);
      assertThat(get(path, project)).isEqualTo(path.equals("/admin") ? 403 : 200);
      assertThat(get(path, admin)).isEqualTo(200);
      assertThat(get(path, "own")).isEqualTo(200);
      assertThat(get(path, "ims_wrong")).isEqualTo(401);
      assertThat(get(path, "")).isEqualTo(401);
    }
    assertThat(get("/ingest?key=" + ingest, "")).isEqualTo(200);
    assertThat(get("/ingest?api_secret=" + ingest, "")).isEqualTo(200);
    assertThat(get("/read?key=" + read, "")).isEqualTo(401);
    assertThat(get("/open", "")).isEqualTo(200);
    assertThat(get("/open?api_secret=anything", "")).isEqualTo(200);
  }

  @Test
  void rotate_overlapsThenEnds_revokeEndsAtOnce() throws Exception {
    Keys.Created old = keys.create(Scope.READ, 0, random);
    Keys.Created next = keys.rotate(old.key().id(), Duration.ofHours(1), random);
    assertThat(get("/read", old.secret())).isEqualTo(200);
    assertThat(get("/read", next.secret())).isEqualTo(200);
    millis.addAndGet(Duration.ofHours(1).toMillis());
    assertThat(get("/read", old.secret())).isEqualTo(401);
    assertThat(get("/read", next.secret())).isEqualTo(200);
    Keys.open(folder, clock).revoke(next.key().id()); // as another process does
    millis.addAndGet(1_000);
    assertThat(get("/read", next.secret())).isEqualTo(401);
  }

  @Test
  void secrets_areNowhereOnDisk() throws Exception {
    String secret = create(Scope.ADMIN, 0);
    assertThat(Files.readString(folder.resolve("keys.json")))
        .contains(Keys.hash(secret))
        .doesNotContain(secret);
  }

  @Test
  void rate_isHeld() throws Exception {
    String key = create(Scope.READ, 5);
    for (int i = 0; i < 5; i++) {
      assertThat(get("/read", key)).isEqualTo(200);
    }
    assertThat(get("/read", key)).isEqualTo(429);
    nanos.addAndGet(200_000_000);
    assertThat(get("/read", key)).isEqualTo(200);
    assertThat(get("/read", key)).isEqualTo(429);
  }

  @Test
  void cors_allowsTheListedOriginOnly() throws Exception {
    assertThat(preflight("https://shop.example")).isEqualTo("https://shop.example");
    assertThat(preflight("https://evil.example")).isEmpty();
  }

  @Test
  void inFlight_beyondItsBound_is429UntilRequestsAreDone() throws Exception {
    var first = client.sendAsync(slow(), BodyHandlers.ofString());
    var second = client.sendAsync(slow(), BodyHandlers.ofString());
    int status = 200;
    for (int i = 0; i < 100 && status != 429; i++) { // the two may still be on their way
      Thread.sleep(20);
      var third = client.sendAsync(slow(), BodyHandlers.ofString());
      for (int j = 0; j < 10 && !third.isDone(); j++) {
        Thread.sleep(20);
      }
      status = third.isDone() ? third.join().statusCode() : 200;
    }
    assertThat(status).isEqualTo(429);
    held.complete(null);
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(second.join().statusCode()).isEqualTo(200);
    assertThat(client.send(slow(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private HttpRequest slow() {
    return HttpRequest.newBuilder(uri("/slow")).POST(BodyPublishers.ofString("x")).build();
  }

  private String preflight(String origin) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(uri("/ingest"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .build(),
            BodyHandlers.ofString())
        .headers()
        .firstValue("access-control-allow-origin")
        .orElse("");
  }

  private String create(Scope scope, int rate) {
    return keys.create(scope, rate, random).secret();
  }

  private int get(String path, String key) throws Exception {
    var request = HttpRequest.newBuilder(uri(path));
    if (!key.isEmpty()) {
      request.header("authorization", "Bearer " + key);
    }
    return client.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
  }
}

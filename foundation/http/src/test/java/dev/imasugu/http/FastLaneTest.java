package dev.imasugu.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.imasugu.testing.Randomized;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of the same services, one with the lane: nobody may tell them apart by answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // stopping a server takes two seconds
class FastLaneTest {
  private static final String READ =
      "GET /lists/home/items?user=u1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String POST =
      "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Content-Length: 7\r\n\r\n{\"a\":1}";
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private Server fast;
  private Server plain;
  private Path folder;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    plain = server(false);
    fast = server(true);
  }

  private Server server(boolean withLane) {
    var keys = Keys.open(folder, InstantSource.system());
    var guard = new KeyGuard(keys, false, "own", System::nanoTime);
    var inFlight = new InFlight(4_000, 1_000);
    var builder = LoopbackServer.builder(0, 1_000, Duration.ofSeconds(5));
    builder
        .idleTimeout(Duration.ofSeconds(1))
        .service(
            "/lists/{list}/items",
            guard.guard(Scope.READ, Endpoint.of(HttpMethod.GET, "list", FastLaneTest::answer)))
        .service(
            "/events",
            guard.guard(Scope.INGEST, Endpoint.of(HttpMethod.POST, "", FastLaneTest::answer)))
        .decorator(inFlight);
    if (withLane) {
      var lane =
          new FastLane(guard, inFlight, true, 1_000, Duration.ofSeconds(5), InstantSource.system())
              .with(HttpMethod.GET, "/lists/{list}/items", Scope.READ, FastLaneTest::answer)
              .with(HttpMethod.POST, "/events", Scope.INGEST, FastLaneTest::answer);
      builder.childChannelPipelineCustomizer(lane);
    }
    Server server = builder.build();
    server.start().join();
    return server;
  }

  /** Says what it was asked; late where the request says so. */
  private static CompletableFuture<AggregatedHttpResponse> answer(Call call) {
    String user = call.parameters().get("user", "");
    if (user.equals("bad")) {
      throw new IllegalArgumentException("user: bad (expected: a good one)");
    }
    byte[] seen =
        "%s %s %s %s"
            .formatted(call.variable(), call.path(), user, call.request().contentUtf8())
            .getBytes(StandardCharsets.UTF_8);
    if (!user.equals("late")) {
      return CompletableFuture.completedFuture(Json.ok(seen));
    }
    return CompletableFuture.supplyAsync(
        () -> Json.ok(seen), CompletableFuture.delayedExecutor(150, TimeUnit.MILLISECONDS));
  }

  @AfterAll
  void stop() {
    var stopping = List.of(fast.stop(), plain.stop());
    stopping.forEach(CompletableFuture::join);
  }

  @Test
  void hotPath_isAnsweredByTheLane() throws Exception {
    String answer = exchange(fast, READ, 1);
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: application/json")
        .contains("\r\ndate: ")
        .doesNotContain("server: Armeria")
        .endsWith("home /lists/home/items u1 ");
    assertThat(exchange(plain, READ, 1)).contains("server: Armeria");
  }

  @Test
  void piecesOfARequest_areOneRequest() throws Exception {
    try (var socket = connect(fast)) {
      for (byte b : POST.getBytes(StandardCharsets.UTF_8)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertThat(read(socket, 1)).endsWith(" /events  {\"a\":1}").doesNotContain("Armeria");
    }
  }

  @Test
  void requestsSentAhead_areAnsweredInOrder() throws Exception {
    String late = READ.replace("u1", "late");
    String answers = exchange(fast, late + POST + late + READ.replace("u1", "u2"), 4);
    assertThat(answers).doesNotContain("Armeria");
    assertThat(answers.split("HTTP/1.1 200 OK", -1))
        .hasSize(5)
        .satisfies(parts -> assertThat(parts[1]).contains("items late"))
        .satisfies(parts -> assertThat(parts[2]).contains("{\"a\":1}"))
        .satisfies(parts -> assertThat(parts[3]).contains("items late"))
        .satisfies(parts -> assertThat(parts[4]).contains("items u2"));
  }

  @Test
  void connectionInUse_isNotIdleToTheServerBehind() throws Exception {
    try (var socket = connect(fast)) {
      for (int i = 0; i < 8; i++) {
        socket.getOutputStream().write(READ.getBytes(StandardCharsets.UTF_8));
        assertThat(statuses(read(socket, 1))).containsExactly(200);
        Thread.sleep(250);
      }
    }
  }

  @Test
  void otherPath_takesTheConnectionToTheServer() throws Exception {
    String answers =
        exchange(fast, READ + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + READ, 3);
    assertThat(statuses(answers)).containsExactly(200, 404, 200);
    assertThat(answers.substring(answers.lastIndexOf("HTTP/1.1"))).contains("server: Armeria");
  }

  @Randomized
  @Test
  void everyRequest_hasTheAnswerOfTheServer(RandomGenerator random) throws Exception {
    String[] heads = {
      READ,
      POST,
      READ.replace("u1", "late"),
      READ.replace("u1", "bad"),
      READ.replace("u1", "a%20b&user=c"),
      READ.replace("home", "a%2Fb"),
      READ.replace("home", "..%2f.."),
      READ.replace("home/", ""),
      READ.replace("localhost", "evil.example"),
      READ.replace("Host: localhost\r\n", ""),
      READ.replace("Host: localhost\r\n", "Host: localhost\r\nHost: localhost\r\n"),
      READ.replace("HTTP/1.1", "HTTP/1.0"),
      READ.replace("GET", "HEAD"),
      READ.replace("GET", "PUT"),
      READ.replace("\r\n\r\n", "\r\nAuthorization: Bearer own\r\n\r\n"),
      READ.replace("\r\n\r\n", "\r\nX-Api-Key: own\r\nX-Api-Key: other\r\n\r\n"),
      READ.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
      READ.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"),
      READ.replace("\r\n\r\n", "\r\nFolded: a\r\n b\r\n\r\n"),
      READ.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"),
      POST.replace("Content-Length: 7", "Content-Length: 2000") + "x".repeat(1_993),
      POST.replace("Content-Length: 7", "Content-Length: 0").replace("{\"a\":1}", ""),
      POST.replace("Content-Length: 7", "Content-Length: 07"),
      POST.replace("Content-Length: 7", "Content-Length: 7\r\nContent-Length: 7"),
      POST.replace("Content-Length: 7", "Content-Length: -7"),
      POST.replace("Content-Length: 7", "Content-Length: 7a"),
      POST.replace(
          "Content-Length: 7\r\n\r\n{\"a\":1}",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
      POST.replace("/events", "/events?key=own"),
      POST.replace("/events", "/events/"),
      POST.replace("/events", "//events"),
      POST.replace("/events", "/events#a"),
    };
    for (int round = 0; round < heads.length * 2; round++) {
      String first = heads[round % heads.length];
      boolean altered = round >= heads.length;
      String sent = altered ? altered(first, random) : first;
      sent = sent + READ; // what comes after shows where the first was thought to end
      String withLane = shortened(exchange(fast, sent, 2));
      String without = shortened(exchange(plain, sent, 2));
      assertThat(withLane).as(sent).isEqualTo(without);
    }
  }

  /** Some clients read until the connection ends, whatever the length said. */
  @Test
  void whoAsksForTheEndHasItAfterTheAnswer() throws IOException {
    String last = READ.replace("Host: localhost", "Host: localhost\r\nConnection: close");
    for (Server server : List.of(fast, plain)) {
      try (var socket = connect(server)) {
        socket.setSoTimeout(2_000);
        socket.getOutputStream().write((last + READ).getBytes(StandardCharsets.US_ASCII));
        String all =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(statuses(all)).containsExactly(200);
        assertThat(all).contains("connection: close");
        assertThat(whole(all)).isEqualTo(1);
      }
    }
  }

  /** One byte is another, is missing, or is there twice. */
  private static String altered(String request, RandomGenerator random) {
    int at = random.nextInt(request.length());
    String other =
        String.valueOf(
            (char)
                (random.nextBoolean()
                    ? random.nextInt(32, 127)
                    : " \r\n\t:;%".charAt(random.nextInt(7))));
    return switch (random.nextInt(3)) {
      case 0 -> request.substring(0, at) + other + request.substring(at + 1);
      case 1 -> request.substring(0, at) + request.substring(at + 1);
      default -> request.substring(0, at) + other + request.substring(at);
    };
  }

  /** The statuses and, where all is well, the bodies. */
  private static String shortened(String answers) {
    var text = new StringBuilder();
    for (String answer : answers.split("(?=HTTP/1\\.1 )", -1)) {
      List<Integer> statuses = statuses(answer);
      text.append(statuses);
      if (statuses.contains(HttpStatus.OK.code()) && answer.contains("\r\n\r\n")) {
        text.append(answer.substring(answer.indexOf("\r\n\r\n")));
      }
    }
    return text.toString();
  }

  private static List<Integer> statuses(String answers) {
    var statuses = new ArrayList<Integer>();
    var matcher = STATUS.matcher(answers);
    while (matcher.find()) {
      statuses.add(Integer.parseInt(matcher.group(1)));
    }
    return statuses;
  }

  private static Socket connect(Server server) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.activeLocalPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String exchange(Server server, String sent, int answers) throws IOException {
    try (var socket = connect(server)) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return read(socket, answers);
    }
  }

  /** What came back until so many answers are whole, or nothing more comes. */
  private static String read(Socket socket, int answers) throws IOException {
    var bytes = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8_192];
    try {
      while (true) {
        socket.setSoTimeout(bytes.size() == 0 ? 2_000 : 500);
        int read = in.read(buffer);
        if (read < 0) {
          break;
        }
        bytes.write(buffer, 0, read);
        if (whole(bytes.toString(StandardCharsets.ISO_8859_1)) >= answers) {
          break;
        }
      }
    } catch (SocketTimeoutException e) {
      // nothing more comes
    } catch (IOException e) {
      // reset, after a refusal
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static int whole(String text) {
    int count = 0;
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n\r\n", at);
      var length = Pattern.compile("content-length: (\\d+)").matcher(text);
      if (end < 0 || !length.find(at) || length.start() > end) {
        return count;
      }
      at = end + 4 + Integer.parseInt(length.group(1));
      count += at <= text.length() ? 1 : 0;
    }
    return count;
  }
}

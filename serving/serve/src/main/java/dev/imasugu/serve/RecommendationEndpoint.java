package dev.imasugu.serve;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.Nearest;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Call;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * {@code GET /v1/placements/{placement}/recommendations}. Parameters: {@code user}, {@code
 * anonymous} or both, which logs the visitor in, see {@link Logins}; {@code limit}, 1 to 1,000, 20
 * by default; {@code exclude} and {@code fields}, lists with commas; {@code minAsOf}, a token that
 * intake returned; {@code waitMs}, 0 to 2,000, 100 by default, how long to wait for it. A wrong
 * parameter is a 400, an unknown placement a 404; everything else is a 200.
 */
public final class RecommendationEndpoint {
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_WAIT_MILLIS = 2_000;
  private static final int MAX_NAMES = 1_000;
  private static final Set<String> PARAMETERS =
      Set.of("user", "anonymous", "limit", "exclude", "fields", "minAsOf", "waitMs");

  private final Lists lists;
  private final Waiters waiters;
  private final Logins logins;
  private final Exposures exposures;
  private final AnswerJson json;
  private final RandomGenerator random;
  private final Timer reads;

  /**
   * Makes the endpoint.
   *
   * @param log takes logins and exposures
   * @param random makes response ids; must be safe for many threads
   */
  public RecommendationEndpoint(
      Lists lists,
      Store store,
      Catalog catalog,
      EventLog log,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    this.lists = lists;
    this.logins = new Logins(log, store.identities(), clock, random);
    this.exposures = new Exposures(log, clock, metrics);
    this.waiters = new Waiters(store, lists::settings);
    this.json = new AnswerJson(catalog);
    this.random = random;
    this.reads =
        Timer.builder("imasugu.reads")
            .description("finding a list, without the wait for a fresh one")
            .publishPercentileHistogram()
            .register(metrics);
    metrics.gauge("imasugu.waiters", waiters, Waiters::waiting);
  }

  public Endpoint endpoint() {
    return Endpoint.of(HttpMethod.GET, "placement", this::answer);
  }

  /** Answers a read whose path's open segment is the placement. */
  public CompletableFuture<AggregatedHttpResponse> answer(Call call) {
    QueryParams parameters = call.parameters();
    for (String name : parameters.names()) {
      if (!PARAMETERS.contains(name)) {
        throw new IllegalArgumentException(
            "parameter: %s (expected one of: %s)%s"
                .formatted(
                    name,
                    String.join(", ", PARAMETERS.stream().sorted().toList()),
                    Nearest.advice(name, PARAMETERS)));
      }
    }
    var query = query(call.variable(), parameters);
    List<String> fields = names(parameters, "fields");
    int waitMillis = number(parameters, "waitMs", 100, 0, MAX_WAIT_MILLIS);
    String anonymous = parameters.get("anonymous");
    if (anonymous == null || parameters.get("user") == null) {
      return answer(call.loop(), query, fields, waitMillis);
    }
    return logins
        .login(query.user(), anonymous)
        .thenComposeAsync(
            token -> answer(call.loop(), query.with(token), fields, waitMillis), call.loop());
  }

  private CompletableFuture<AggregatedHttpResponse> answer(
      EventLoop loop, Query query, List<String> fields, int waitMillis) {
    Answer answer = find(query);
    if (answer.fresh() || query.minAsOf().equals(AsOf.NONE) || waitMillis == 0) {
      return CompletableFuture.completedFuture(response(query, answer, answer.madeBy(), fields));
    }
    Waiters.Ticket ticket = waiters.enter(query.user(), query.minAsOf());
    if (ticket == null) {
      return CompletableFuture.completedFuture(response(query, answer, answer.madeBy(), fields));
    }
    var waited = new CompletableFuture<Void>();
    var timeout = loop.schedule(() -> waited.complete(null), waitMillis, TimeUnit.MILLISECONDS);
    look(query, ticket, waited);
    return waited.thenApplyAsync(
        _ -> {
          timeout.cancel(false);
          ticket.close();
          Answer late = find(query);
          String madeBy =
              late.fresh() && late.madeBy().equals(Answer.STORED) ? "waited" : late.madeBy();
          return response(query, late, madeBy, fields);
        },
        loop);
  }

  /** Completes {@code waited} once the list covers the token; gives up when somebody else has. */
  private void look(Query query, Waiters.Ticket ticket, CompletableFuture<Void> waited) {
    if (waited.isDone()) {
      return;
    }
    CompletableFuture<Void> next = ticket.nextLook();
    if (ticket.isDismissed() || lists.covers(query.placement(), query.user(), query.minAsOf())) {
      waited.complete(null);
    } else {
      var _ = next.thenRun(() -> look(query, ticket, waited));
    }
  }

  private Answer find(Query query) {
    long start = System.nanoTime();
    Answer answer = lists.find(query);
    reads.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return answer;
  }

  private Query query(String placement, QueryParams parameters) {
    if (!lists.placements().contains(placement)) {
      throw new Problem(
          HttpStatus.NOT_FOUND,
          "placement: %s (expected one of: %s)%s"
              .formatted(
                  placement,
                  String.join(", ", lists.placements().stream().sorted().toList()),
                  Nearest.advice(placement, lists.placements())));
    }
    String user = parameters.get("user");
    String anonymous = parameters.get("anonymous");
    if (user == null && anonymous == null) {
      throw new IllegalArgumentException(
          "user: <absent> (expected: a user's id, or anonymous, or both)");
    }
    if (anonymous != null) {
      String visitor = UserId.anonymous(anonymous).value();
      user = user == null ? visitor : user;
    }
    String token = parameters.get("minAsOf");
    return new Query(
        placement,
        new UserId(String.valueOf(user)).value(),
        number(parameters, "limit", 20, 1, MAX_LIMIT),
        Set.copyOf(names(parameters, "exclude")),
        token == null ? AsOf.NONE : AsOf.parse(token));
  }

  private static int number(QueryParams parameters, String name, int absent, int least, int most) {
    String text = parameters.get(name);
    if (text == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw new IllegalArgumentException(
        "%s: %s (expected: a whole number from %d to %d)".formatted(name, text, least, most));
  }

  private static List<String> names(QueryParams parameters, String name) {
    String text = parameters.get(name);
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    List<String> names = List.of(text.split(","));
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "%s: %d names (expected: at most %d)".formatted(name, names.size(), MAX_NAMES));
    }
    return names;
  }

  private AggregatedHttpResponse response(
      Query query, Answer answer, String madeBy, List<String> fields) {
    String recommendationId = recommendationId(query, answer);
    String responseId = HexFormat.of().toHexDigits(random.nextLong());
    if (lists.settings().logExposures().contains(query.placement())) {
      exposures.append(query, answer.items(), recommendationId, responseId);
    }
    return Json.ok(json.write(query, answer, madeBy, fields, recommendationId, responseId));
  }

  /** The same list has the same id, whoever asks and however often. */
  private static String recommendationId(Query query, Answer answer) {
    long hash = 0xcbf29ce484222325L;
    String identity =
        query.placement()
            + '\n'
            + query.user()
            + '\n'
            + answer.generation()
            + '\n'
            + answer.listAsOf()
            + '\n'
            + answer.revision();
    for (int i = 0; i < identity.length(); i++) {
      hash = (hash ^ identity.charAt(i)) * 0x100000001b3L;
    }
    return HexFormat.of().toHexDigits(hash);
  }
}

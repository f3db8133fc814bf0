package dev.imasugu.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.Nearest;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
  private final Catalog catalog;
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
    this.catalog = catalog;
    this.random = random;
    this.reads =
        Timer.builder("imasugu.reads")
            .description("finding a list, without the wait for a fresh one")
            .publishPercentileHistogram()
            .register(metrics);
    metrics.gauge("imasugu.waiters", waiters, Waiters::waiting);
  }

  public Endpoint endpoint() {
    return Endpoint.of(HttpMethod.GET, (context, _) -> answer(context));
  }

  private CompletableFuture<HttpResponse> answer(ServiceRequestContext context) {
    QueryParams parameters = QueryParams.fromQueryString(context.query());
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
    var query = query(String.valueOf(context.pathParam("placement")), parameters);
    List<String> fields = names(parameters, "fields");
    int waitMillis = number(parameters, "waitMs", 100, 0, MAX_WAIT_MILLIS);
    String anonymous = parameters.get("anonymous");
    if (anonymous == null || parameters.get("user") == null) {
      return answer(context, query, fields, waitMillis);
    }
    return logins
        .login(query.user(), anonymous)
        .thenComposeAsync(
            token -> answer(context, query.with(token), fields, waitMillis), context.eventLoop());
  }

  private CompletableFuture<HttpResponse> answer(
      ServiceRequestContext context, Query query, List<String> fields, int waitMillis) {
    Answer answer = find(query);
    if (answer.fresh() || query.minAsOf().equals(AsOf.NONE) || waitMillis == 0) {
      return CompletableFuture.completedFuture(response(query, answer, answer.madeBy(), fields));
    }
    Waiters.Ticket ticket = waiters.enter(query.user(), query.minAsOf());
    if (ticket == null) {
      return CompletableFuture.completedFuture(response(query, answer, answer.madeBy(), fields));
    }
    var waited = new CompletableFuture<Void>();
    var timeout =
        context
            .eventLoop()
            .schedule(() -> waited.complete(null), waitMillis, TimeUnit.MILLISECONDS);
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
        context.eventLoop());
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

  private HttpResponse response(Query query, Answer answer, String madeBy, List<String> fields) {
    ObjectNode body = Json.object();
    body.put("placement", query.placement());
    body.put("user", query.user());
    String recommendationId = recommendationId(query, answer);
    String responseId = HexFormat.of().toHexDigits(random.nextLong());
    body.put("recommendationId", recommendationId);
    body.put("responseId", responseId);
    if (lists.settings().logExposures().contains(query.placement())) {
      exposures.append(query, answer.items(), recommendationId, responseId);
    }
    var items = body.putArray("items");
    for (RecommendedItem item : answer.items()) {
      ObjectNode node = items.addObject();
      node.put("id", item.item().value());
      node.put("score", item.score());
      node.put("source", item.source());
      put(node, catalog.find(item.item().value()), fields);
    }
    body.put("asOf", answer.asOf().toString());
    body.put("computedAt", answer.computedAt() == null ? null : answer.computedAt().toString());
    body.put("generation", answer.generation());
    body.put("madeBy", madeBy);
    body.put("fresh", answer.fresh());
    body.put("stale", answer.stale());
    body.put("degraded", !answer.missingSources().isEmpty());
    if (!answer.missingSources().isEmpty()) {
      answer.missingSources().forEach(body.putArray("missingSources")::add);
    }
    return Json.ok(body);
  }

  private static void put(ObjectNode node, @Nullable Item item, List<String> fields) {
    if (item == null) {
      return;
    }
    for (String field : fields) {
      switch (field) {
        case "title" -> node.put("title", item.title());
        case "category" -> node.put("category", item.category());
        case "price" -> node.put("price", item.price());
        default -> node.put(field, item.fields().get(field));
      }
    }
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

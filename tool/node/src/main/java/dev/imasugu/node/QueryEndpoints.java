package dev.imasugu.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.config.ConfigException;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.query.Changes;
import dev.imasugu.query.QueryChange;
import dev.imasugu.query.QueryException;
import dev.imasugu.query.QueryStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The life of queries: how they are doing, what an apply would change, and the apply. */
final class QueryEndpoints {
  private QueryEndpoints() {}

  static Endpoint status(Node node) {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) ->
            CompletableFuture.supplyAsync(
                () -> {
                  ObjectNode body = Json.object();
                  var queries = body.putArray("queries");
                  node.queries().forEach(query -> queries.add(json(query)));
                  body.put("settled", node.settled());
                  body.put("dirtyUsers", node.store().dirty().size());
                  body.put("applyFailure", node.applyFailure());
                  return Json.ok(body);
                },
                context.blockingTaskExecutor()));
  }

  private static ObjectNode json(QueryStatus query) {
    Instant checkpointAt = query.checkpointAt();
    Duration remaining = query.remaining();
    ObjectNode json =
        Json.object()
            .put("name", query.name())
            .put("version", query.version())
            .put("live", query.live())
            .put("kind", StatusEndpoints.label(query.kind()))
            .put("job", query.job())
            .put("state", StatusEndpoints.label(query.state()))
            .put("lag", query.lag())
            .put("lagSeconds", query.lagSeconds())
            .put("restarts", query.restarts())
            .put("lateRows", query.lateRows())
            .put("quarantinedRows", query.quarantinedRows())
            .put("checkpointAt", checkpointAt == null ? null : checkpointAt.toString())
            .put("checkpointBytes", query.checkpointBytes())
            .put("rowsPerSecond", query.rowsPerSecond())
            .put("cpuMicrosPerEvent", query.cpuMicrosPerEvent())
            .put("error", query.error());
    if (!query.live()) {
      json.put("built", query.built());
      if (remaining != null) {
        json.put("remainingSeconds", remaining.toMillis() / 1e3);
      }
    }
    return json;
  }

  /** What an apply would do. */
  static Endpoint plan(Node node) {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) ->
            CompletableFuture.supplyAsync(
                () -> Json.ok(json(checked(() -> node.changes(prune(context))))),
                context.blockingTaskExecutor()));
  }

  /** Answers as soon as it has begun; the status says how it goes. */
  static Endpoint apply(Node node) {
    return Endpoint.of(
        HttpMethod.POST,
        (context, _) -> {
          context.clearRequestTimeout();
          return CompletableFuture.supplyAsync(
              () ->
                  Json.response(
                      HttpStatus.ACCEPTED, json(checked(() -> node.apply(prune(context))))),
              context.blockingTaskExecutor());
        });
  }

  private static Changes checked(Supplier<Changes> work) {
    try {
      return work.get();
    } catch (QueryException | ConfigException e) {
      throw new Problem(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static boolean prune(ServiceRequestContext context) {
    String prune = QueryParams.fromQueryString(context.query()).get("prune", "false");
    return switch (prune) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new Problem(
              HttpStatus.BAD_REQUEST, "prune: %s (expected: true or false)".formatted(prune));
    };
  }

  private static ObjectNode json(Changes changes) {
    ObjectNode body = Json.object();
    var queries = body.putArray("queries");
    for (QueryChange change : changes.queries()) {
      queries
          .addObject()
          .put("name", change.name())
          .put("action", StatusEndpoints.label(change.action()))
          .put("from", change.from())
          .put("to", change.to())
          .put("note", change.note());
    }
    return body;
  }
}

package dev.imasugu.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.query.QueryStatus;
import dev.imasugu.query.QueryStatus.State;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** How the process is doing, for people and machines. */
final class StatusEndpoints {
  private StatusEndpoints() {}

  /** 200 while the process can answer at all. */
  static Endpoint live() {
    return Endpoint.of(HttpMethod.GET, (_, _) -> done(Json.ok(Json.object().put("live", true))));
  }

  /** 200 when events are accepted and lists readable, whatever the queries do. */
  static Endpoint ready(Node node) {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) ->
            CompletableFuture.supplyAsync(
                () -> {
                  ObjectNode body = Json.object();
                  try {
                    node.lag();
                    node.store().recommendations().find("", "");
                  } catch (RuntimeException e) {
                    body.put("ready", false).put("because", String.valueOf(e.getMessage()));
                    return Json.response(HttpStatus.SERVICE_UNAVAILABLE, body);
                  }
                  body.put("ready", true).put("queries", state(node.queries()));
                  return Json.ok(body);
                },
                context.blockingTaskExecutor()));
  }

  /** {@code starting}, {@code catching-up}, {@code running}, {@code failed} or {@code stopped}. */
  private static String state(List<QueryStatus> queries) {
    if (queries.isEmpty()) {
      return "stopped";
    }
    for (State state : List.of(State.FAILED, State.STARTING, State.RESTARTING, State.CATCHING_UP)) {
      if (queries.stream().anyMatch(query -> query.live() && query.state() == state)) {
        return label(state);
      }
    }
    return label(State.RUNNING);
  }

  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A receipt of an erasure. */
  static Endpoint erasure(Erasure erasure) {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) ->
            CompletableFuture.supplyAsync(
                () -> {
                  String id = String.valueOf(context.pathParam("id"));
                  JsonNode receipt = erasure.find(id);
                  if (receipt == null) {
                    throw new Problem(
                        HttpStatus.NOT_FOUND,
                        "erasure: %s (expected: the id that an erasure was answered with)"
                            .formatted(id));
                  }
                  return Json.ok(receipt);
                },
                context.blockingTaskExecutor()));
  }

  /** Answers when log, store and checkpoints are rewritten. */
  static Endpoint compact(Node node) {
    return Endpoint.of(
        HttpMethod.POST,
        (context, _) -> {
          context.clearRequestTimeout();
          return CompletableFuture.supplyAsync(
              () -> {
                node.compact();
                return HttpResponse.of(HttpStatus.NO_CONTENT);
              },
              context.blockingTaskExecutor());
        });
  }

  static Endpoint metrics(PrometheusMeterRegistry metrics, QueryMetrics queries) {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) ->
            CompletableFuture.supplyAsync(
                () -> {
                  queries.refresh();
                  return HttpResponse.of(
                      HttpStatus.OK,
                      MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                      metrics.scrape());
                },
                context.blockingTaskExecutor()));
  }

  /** A page that is a resource beside this class. */
  static Endpoint page(String name) {
    return resource(name, MediaType.HTML_UTF_8);
  }

  /** A document that is a resource beside this class. */
  static Endpoint document(String name) {
    return resource(name, MediaType.JSON_UTF_8);
  }

  private static Endpoint resource(String name, MediaType type) {
    String text;
    try (var in = StatusEndpoints.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Endpoint.of(HttpMethod.GET, (_, _) -> done(HttpResponse.of(HttpStatus.OK, type, text)));
  }

  private static CompletableFuture<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}

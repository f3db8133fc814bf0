package dev.imasugu.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path with its methods. Every failure becomes a problem: a {@link Problem} its own, {@link
 * IllegalArgumentException} a 400, a body over the limit a 413, another method a 405; anything else
 * is ours, a 500 that is logged once.
 */
public final class Endpoint implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  /** Answers one request; runs on an event loop and must not block. */
  public interface Handler {
    CompletableFuture<HttpResponse> handle(
        ServiceRequestContext context, AggregatedHttpRequest body);
  }

  private final Map<HttpMethod, Handler> handlers = new EnumMap<>(HttpMethod.class);

  private Endpoint() {}

  /** Makes an endpoint with one method; a GET also answers HEAD. */
  public static Endpoint of(HttpMethod method, Handler handler) {
    return new Endpoint().and(method, handler);
  }

  /**
   * Makes an endpoint with one method out of a call's handler.
   *
   * @param variable the name of the path's open segment; empty when there is none
   */
  public static Endpoint of(HttpMethod method, String variable, Call.Handler handler) {
    return of(
        method,
        (context, body) -> {
          String segment = variable.isEmpty() ? "" : String.valueOf(context.pathParam(variable));
          var call = new Call(body, segment, context.eventLoop(), context.blockingTaskExecutor());
          return answer(handler, call).thenApply(AggregatedHttpResponse::toHttpResponse);
        });
  }

  /** Answers a call; never fails. */
  static CompletableFuture<AggregatedHttpResponse> answer(Call.Handler handler, Call call) {
    try {
      return handler
          .handle(call)
          .exceptionally(failure -> problem(call.path(), failure).aggregated());
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(problem(call.path(), e).aggregated());
    }
  }

  /** Adds a method. */
  public Endpoint and(HttpMethod method, Handler handler) {
    handlers.put(method, handler);
    return this;
  }

  /** The methods it answers, besides HEAD. */
  public Set<HttpMethod> methods() {
    return Collections.unmodifiableSet(handlers.keySet());
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    HttpMethod method = request.method() == HttpMethod.HEAD ? HttpMethod.GET : request.method();
    Handler handler = handlers.get(method);
    if (handler == null) {
      return new Problem(
              HttpStatus.METHOD_NOT_ALLOWED,
              "%s %s (expected: %s)".formatted(request.method(), context.path(), names()))
          .response();
    }
    return HttpResponse.of(
        request
            .aggregate()
            .thenCompose(body -> handler.handle(context, body))
            .exceptionally(failure -> problem(context.path(), failure).response()));
  }

  private String names() {
    return String.join(" or ", handlers.keySet().stream().map(Enum::name).toList());
  }

  private static Problem problem(String path, Throwable failure) {
    return switch (cause(failure)) {
      case Problem problem -> problem;
      case ContentTooLargeException tooLarge ->
          new Problem(
              HttpStatus.REQUEST_ENTITY_TOO_LARGE,
              "body: more than %d bytes (expected: at most that)"
                  .formatted(tooLarge.maxContentLength()));
      case IllegalArgumentException slip ->
          new Problem(HttpStatus.BAD_REQUEST, String.valueOf(slip.getMessage()));
      case Throwable ours -> {
        LOG.error("request failed path={}", path, ours);
        yield new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "the server failed; its log says more");
      }
    };
  }

  private static Throwable cause(Throwable failure) {
    @Nullable Throwable inner = failure instanceof CompletionException ? failure.getCause() : null;
    return inner == null ? failure : inner;
  }
}

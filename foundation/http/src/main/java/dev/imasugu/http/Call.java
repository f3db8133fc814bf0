package dev.imasugu.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.QueryParams;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A request that is here as a whole.
 *
 * @param variable the part of the path that its route leaves open; empty where there is none
 * @param loop the thread it came in on; for short work, must not be blocked
 * @param aside threads for work that may take its time
 */
public record Call(AggregatedHttpRequest request, String variable, EventLoop loop, Executor aside) {
  /** Answers calls, on their loop; a failure becomes a problem, see {@link Endpoint}. */
  public interface Handler {
    CompletableFuture<AggregatedHttpResponse> handle(Call call);
  }

  /** The path without parameters. */
  public String path() {
    String path = request.path();
    int question = path.indexOf('?');
    return question < 0 ? path : path.substring(0, question);
  }

  public QueryParams parameters() {
    String path = request.path();
    int question = path.indexOf('?');
    return question < 0
        ? QueryParams.of()
        : QueryParams.fromQueryString(path.substring(question + 1));
  }
}

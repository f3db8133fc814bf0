package dev.imasugu.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is not answered as asked, and why; sent as {@code application/problem+json}. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final MediaType PROBLEM_JSON = MediaType.parse("application/problem+json");

  private final transient HttpStatus status;
  private final @Nullable Duration retryAfter;

  /**
   * Makes a problem.
   *
   * @param detail for the caller's developer: name, value, expectation
   */
  public Problem(HttpStatus status, String detail) {
    this(status, detail, null);
  }

  /** Makes a problem that passes by itself; {@code retryAfter} is rounded up to seconds. */
  public Problem(HttpStatus status, String detail, @Nullable Duration retryAfter) {
    super(detail, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  HttpResponse response() {
    return aggregated().toHttpResponse();
  }

  AggregatedHttpResponse aggregated() {
    var headers = ResponseHeaders.builder(status).contentType(PROBLEM_JSON);
    if (retryAfter != null) {
      headers.add(HttpHeaderNames.RETRY_AFTER, Long.toString((retryAfter.toMillis() + 999) / 1000));
    }
    var body =
        Json.object()
            .put("type", "about:blank")
            .put("title", status.reasonPhrase())
            .put("status", status.code())
            .put("detail", getMessage());
    return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(Json.bytes(body)));
  }
}

package dev.imasugu.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all requests in work together: one that does not fit is answered 429 before
 * it is read, so that memory does not grow with senders. A request counts by its length; one that
 * is compressed, or does not say how long it is, as the longest body allowed.
 */
public final class InFlight implements DecoratingHttpServiceFunction {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final long LEAST = 1_024;

  private final long maxBytes;
  private final long maxBodyBytes;
  private final AtomicLong bytes = new AtomicLong();

  public InFlight(long maxBytes, long maxBodyBytes) {
    this.maxBytes = maxBytes;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Bytes of the requests in work; for metrics. */
  public long bytes() {
    return bytes.get();
  }

  @Override
  public HttpResponse serve(
      HttpService delegate, ServiceRequestContext context, HttpRequest request) throws Exception {
    if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
      return delegate.serve(context, request);
    }
    long length = request.headers().contentLength();
    boolean known = length >= 0 && !request.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    long counted = known ? length : maxBodyBytes;
    if (!take(counted)) {
      return new Problem(
              HttpStatus.TOO_MANY_REQUESTS,
              "requests in work: %d bytes and %d more (expected: at most %d); nothing of this"
                      .formatted(bytes.get(), counted(counted), maxBytes)
                  + " request was read",
              RETRY_AFTER)
          .response();
    }
    try {
      HttpResponse response = delegate.serve(context, request);
      var _ = response.whenComplete().handle((_, _) -> release(counted));
      return response;
    } catch (Exception | Error e) {
      release(counted);
      throw e;
    }
  }

  /** Counts a request's bytes if they fit; {@link #release} must follow then. */
  boolean take(long length) {
    long counted = counted(length);
    if (bytes.addAndGet(counted) > maxBytes) {
      bytes.addAndGet(-counted);
      return false;
    }
    return true;
  }

  long release(long length) {
    return bytes.addAndGet(-counted(length));
  }

  private long counted(long length) {
    return Math.clamp(length, LEAST, maxBodyBytes + LEAST);
  }
}

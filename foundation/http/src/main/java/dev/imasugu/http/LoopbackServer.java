package dev.imasugu.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server that listens on loopback only and answers every failure with a problem. */
public final class LoopbackServer {
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

  private LoopbackServer() {}

  /**
   * Starts a server's description; add services, build and start it.
   *
   * @param port 0 takes any free one
   * @param maxBodyBytes a longer request body is answered 413
   * @param drain how long a stop waits for requests in progress
   */
  public static ServerBuilder builder(int port, long maxBodyBytes, Duration drain) {
    return unbound(maxBodyBytes, drain)
        .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .decorator(new LocalHost());
  }

  /** Loads the classes of a server and of its answers, as the first one does. */
  public static void load() {
    Json.object();
    builder(0, 1, Duration.ZERO);
  }

  /** Starts the description of a server that listens nowhere yet, see {@link #builder}. */
  static ServerBuilder unbound(long maxBodyBytes, Duration drain) {
    return Server.builder()
        .maxRequestLength(maxBodyBytes)
        .requestTimeout(REQUEST_TIMEOUT)
        .idleTimeout(IDLE_TIMEOUT)
        .maxNumConnections(20_000)
        .gracefulShutdownTimeout(Duration.ZERO, drain)
        .errorHandler(new ProblemRendering());
  }

  /** Problems for what fails before a service is reached: no such path, a body over the limit. */
  private static final class ProblemRendering implements ServerErrorHandler {
    @Override
    public @Nullable HttpResponse onServiceException(
        ServiceRequestContext context, Throwable cause) {
      return null;
    }

    @Override
    public AggregatedHttpResponse renderStatus(
        @Nullable ServiceRequestContext context,
        ServiceConfig config,
        @Nullable RequestHeaders headers,
        HttpStatus status,
        @Nullable String description,
        @Nullable Throwable cause) {
      String detail =
          switch (status.code()) {
            case 404 ->
                "%s: no such path (expected: one that /docs names)"
                    .formatted(headers == null ? "" : headers.path());
            case 413 ->
                "body: more than %d bytes (expected: at most that)"
                    .formatted(config.maxRequestLength());
            default -> description == null ? status.reasonPhrase() : description;
          };
      return new Problem(status, detail).aggregated();
    }

    @Override
    public AggregatedHttpResponse onProtocolViolation(
        ServiceConfig config,
        @Nullable RequestHeaders headers,
        HttpStatus status,
        @Nullable String description,
        @Nullable Throwable cause) {
      return renderStatus(null, config, headers, status, description, cause);
    }
  }
}

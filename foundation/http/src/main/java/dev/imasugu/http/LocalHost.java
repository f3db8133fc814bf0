package dev.imasugu.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests whose Host is not a name of this machine's loopback: a web page that points its
 * own name at 127.0.0.1 (DNS rebinding) must not reach an API that trusts loopback.
 */
public final class LocalHost implements DecoratingHttpServiceFunction {
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  @Override
  public HttpResponse serve(
      HttpService delegate, ServiceRequestContext context, HttpRequest request) throws Exception {
    String authority = request.authority();
    if (!isLocal(authority)) {
      return new Problem(
              HttpStatus.FORBIDDEN,
              "Host: %s (expected: localhost or 127.0.0.1)"
                  .formatted(authority == null ? "" : host(authority)))
          .response();
    }
    return delegate.serve(context, request);
  }

  static boolean isLocal(@Nullable String authority) {
    return NAMES.contains(host(authority == null ? "" : authority));
  }

  /** The authority without its port. */
  private static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon < 0 || authority.endsWith("]") ? authority : authority.substring(0, colon);
  }
}

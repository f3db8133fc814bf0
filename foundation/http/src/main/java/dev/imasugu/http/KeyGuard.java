package dev.imasugu.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through to a service by their key: {@code Authorization: Bearer KEY} or {@code
 * x-api-key: KEY}; where events come in also the parameters {@code key}, for beacons, and {@code
 * api_secret}, for senders of Google Analytics. No key or a wrong one is a 401, one of another
 * scope a 403, one over its rate a 429. Where keys are not required, a request without one passes;
 * one that shows a key is held to it once there are any.
 */
public final class KeyGuard {
  private static final String BEARER = "Bearer ";
  private static final long SECOND = 1_000_000_000L;

  private final Keys keys;
  private final boolean required;
  private final byte[] ownToken;
  private final LongSupplier nanoTime;

  /** By key id: the time at which all requests so far would be spent at the key's rate. */
  private final Map<String, AtomicLong> spent = new ConcurrentHashMap<>();

  /**
   * Makes a guard.
   *
   * @param required whether a request must have a key
   * @param ownToken a secret of this process, which may do everything: the verbs' key
   * @param nanoTime as {@link System#nanoTime}
   */
  public KeyGuard(Keys keys, boolean required, String ownToken, LongSupplier nanoTime) {
    this.keys = keys;
    this.required = required;
    this.ownToken = ownToken.getBytes(StandardCharsets.UTF_8);
    this.nanoTime = nanoTime;
  }

  /** Returns a service that needs a scope. */
  public HttpService guard(Scope scope, HttpService service) {
    return service.decorate(
        (delegate, context, request) -> {
          Problem refusal =
              request.method() == HttpMethod.OPTIONS // says what is allowed, and does nothing
                  ? null
                  : refusal(scope, request.headers());
          return refusal == null ? delegate.serve(context, request) : refusal.response();
        });
  }

  boolean passes(Scope scope, RequestHeaders request) {
    return refusal(scope, request) == null;
  }

  private @Nullable Problem refusal(Scope scope, RequestHeaders request) {
    String shown = shown(scope, request);
    if (shown == null || (!required && keys.isEmpty())) {
      return required ? unauthorized("<absent>") : null;
    }
    if (MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), ownToken)) {
      return null;
    }
    Key key = keys.find(shown);
    if (key == null) {
      return unauthorized("not one of this project");
    }
    if (!key.scope().covers(scope)) {
      return new Problem(
          HttpStatus.FORBIDDEN,
          "key: %s has the scope %s (expected: %s)"
              .formatted(key.id(), lower(key.scope()), lower(scope)));
    }
    if (key.ratePerSecond() > 0 && !take(key)) {
      return new Problem(
          HttpStatus.TOO_MANY_REQUESTS,
          "key: %s has sent more than %d requests a second (expected: at most that)"
              .formatted(key.id(), key.ratePerSecond()),
          Duration.ofSeconds(1));
    }
    return null;
  }

  private static Problem unauthorized(String shown) {
    return new Problem(
        HttpStatus.UNAUTHORIZED,
        "key: %s (expected: Authorization: Bearer KEY, for events also the parameter key or api_secret; imasugu keys makes one)"
            .formatted(shown));
  }

  private static String lower(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String shown(Scope scope, RequestHeaders request) {
    String authorization = request.get(HttpHeaderNames.AUTHORIZATION);
    if (authorization != null) {
      return authorization.startsWith(BEARER)
          ? authorization.substring(BEARER.length())
          : authorization;
    }
    String header = request.get("x-api-key");
    int question = request.path().indexOf('?');
    if (header != null || scope != Scope.INGEST || question < 0) {
      return header;
    }
    QueryParams query = QueryParams.fromQueryString(request.path().substring(question + 1));
    String key = query.get("key");
    return key == null ? query.get("api_secret") : key;
  }

  /**
   * Spends one request of a key's: a second's worth may come at once, then they come at its rate.
   */
  private boolean take(Key key) {
    long cost = SECOND / key.ratePerSecond();
    long now = nanoTime.getAsLong();
    AtomicLong clock = spent.computeIfAbsent(key.id(), _ -> new AtomicLong(now));
    while (true) {
      long before = clock.get();
      long after = Math.max(before, now) + cost;
      if (after - now > SECOND) {
        return false;
      }
      if (clock.compareAndSet(before, after)) {
        return true;
      }
    }
  }
}

package dev.imasugu.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question for a list. Immutable.
 *
 * @param parameters as the API names them
 */
public record Read(String placement, Map<String, String> parameters) {
  public Read {
    parameters = Map.copyOf(parameters);
  }

  /** The list of a signed-in user. */
  public static Read of(String placement, String user) {
    return new Read(placement, Map.of("user", user));
  }

  /** The list of a visitor. */
  public static Read ofVisitor(String placement, String anonymous) {
    return new Read(placement, Map.of("anonymous", anonymous));
  }

  /** At most so many items, 1 to 1,000; 20 if not said. */
  public Read limit(int items) {
    return with("limit", Integer.toString(items));
  }

  /** With fields of the items: {@code title}, {@code price}, or any of their own. */
  public Read fields(String... names) {
    return with("fields", String.join(",", names));
  }

  /** Without items, at most 1,000. */
  public Read without(List<String> items) {
    return with("exclude", String.join(",", items));
  }

  /** Waits a second for a list that has seen an event. */
  public Read after(String token) {
    return after(token, Duration.ofSeconds(1));
  }

  /**
   * Waits for a list that has seen an event.
   *
   * @param atMost up to 2 seconds; then the list there is, which is not {@code fresh}
   */
  public Read after(String token, Duration atMost) {
    return with("minAsOf", token).with("waitMs", Long.toString(atMost.toMillis()));
  }

  private Read with(String name, String value) {
    var more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Read(placement, more);
  }

  String path() {
    var path = new StringBuilder("/v1/placements/" + encode(placement) + "/recommendations");
    char separator = '?';
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      path.append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(encode(parameter.getValue()));
      separator = '&';
    }
    return path.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

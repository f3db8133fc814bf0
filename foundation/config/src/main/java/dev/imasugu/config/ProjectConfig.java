package dev.imasugu.config;

import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code imasugu.yaml}: what the project is called, and what its senders may say.
 *
 * @param name lower-case letters, digits and dashes
 * @param events event types beside the built-in ones, or built-in ones that mean something else
 *     here
 * @param users attributes that a user may have
 */
public record ProjectConfig(
    String name,
    @Default("[]") List<DeclaredType> events,
    @Default("[]") List<DeclaredAttribute> users) {
  public ProjectConfig {
    events = List.copyOf(events);
    users = List.copyOf(users);
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: up to 63 lower-case letters, digits and dashes)");
    }
  }

  /**
   * One event type.
   *
   * @param weight how much such an event says of somebody's liking: the column {@code weight}
   * @param required fields that such an event must have, as the API names them
   */
  public record DeclaredType(
      String type, @Default("0") double weight, @Default("[]") List<String> required) {
    private static final Set<String> FIELDS =
        Set.of(
            "user",
            "anonymous",
            "item",
            "occurredAt",
            "value",
            "quantity",
            "service",
            "sessionId",
            "platform",
            "locale",
            "placement",
            "position",
            "recommendationId");

    public DeclaredType {
      required = List.copyOf(required);
      for (String field : required) {
        if (!FIELDS.contains(field) && !field.matches("context\\..{1,256}")) {
          throw new IllegalArgumentException(
              "required: %s (expected one of: %s, or context.KEY)%s"
                  .formatted(
                      field,
                      String.join(", ", FIELDS.stream().sorted().toList()),
                      Nearest.advice(field, FIELDS)));
        }
      }
      var _ = new EventTypes.Rule(new EventType(type), weight, required);
    }

    private EventTypes.Rule rule() {
      return new EventTypes.Rule(new EventType(type), weight, required);
    }
  }

  /** The built-in event types and the declared ones. */
  public EventTypes eventTypes() {
    return EventTypes.BUILT_IN.with(events.stream().map(DeclaredType::rule).toList());
  }

  /** What an attribute holds. */
  public enum AttributeKind {
    TEXT,
    NUMBER,
    BOOLEAN
  }

  /**
   * One attribute of users.
   *
   * @param name a letter, then letters, digits and _
   */
  public record DeclaredAttribute(String name, @Default("text") AttributeKind kind) {
    public DeclaredAttribute {
      if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
        throw new IllegalArgumentException(
            "name: " + name + " (expected: a letter, then up to 63 letters, digits or _)");
      }
    }
  }

  /** The attributes of users by name. */
  public Map<String, AttributeKind> attributes() {
    return users.stream()
        .collect(Collectors.toUnmodifiableMap(DeclaredAttribute::name, DeclaredAttribute::kind));
  }
}

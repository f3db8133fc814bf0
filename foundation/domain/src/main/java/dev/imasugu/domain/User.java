package dev.imasugu.domain;

import java.time.Instant;
import java.util.Map;

/**
 * What a project knows of a user beside what they do.
 *
 * @param attributes as {@code imasugu.yaml} declares them, in their text form
 * @param changedAt when intake accepted this version
 */
public record User(UserId id, Map<String, String> attributes, Instant changedAt) {
  public User {
    attributes = Map.copyOf(attributes);
  }
}

package dev.imasugu.config;

/**
 * {@code imasugu.yaml}: what the project is called.
 *
 * @param name lower-case letters, digits and dashes
 */
public record ProjectConfig(String name) {
  public ProjectConfig {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: up to 63 lower-case letters, digits and dashes)");
    }
  }
}

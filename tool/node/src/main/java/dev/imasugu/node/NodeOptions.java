package dev.imasugu.node;

import org.jspecify.annotations.Nullable;

/**
 * Which roles a process takes.
 *
 * @param http whether it serves the API
 * @param port the API's port instead of the project's, or null
 * @param queries whether it runs the continuous queries
 * @param recompute whether it computes lists
 */
public record NodeOptions(
    boolean http, @Nullable Integer port, boolean queries, boolean recompute) {
  /** All roles, on the project's port. */
  public static NodeOptions defaults() {
    return new NodeOptions(true, null, true, true);
  }

  /** All roles, on another port; 0 takes any free one. */
  public static NodeOptions onPort(int port) {
    return new NodeOptions(true, port, true, true);
  }

  /** Only log and store, to read what is there. */
  public static NodeOptions storeOnly() {
    return new NodeOptions(false, null, false, false);
  }
}

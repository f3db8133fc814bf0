/**
 * All roles in one process: opens log and store, starts queries and recompute, and serves the API.
 *
 * {@snippet :
 * try (Node node = Node.start(Project.load(Path.of("shop")), NodeOptions.defaults())) {
 *   node.awaitRunning(Duration.ofSeconds(30));
 * }
 * }
 */
@NullMarked
package dev.imasugu.node;

import org.jspecify.annotations.NullMarked;

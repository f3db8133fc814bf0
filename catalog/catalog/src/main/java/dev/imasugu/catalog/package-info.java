/**
 * The current items in memory: what exists, what is available now, and a small {@code int} row for
 * every item id, so that hot paths work with arrays. The middle of <em>item change -> log ->
 * serve</em>.
 *
 * {@snippet :
 * try (Catalog catalog = Catalog.open(log, 1_000_000, clock)) {
 *   int row = catalog.row("dress-17");
 *   boolean may = row >= 0 && catalog.isAvailable(row);
 * }
 * }
 */
@NullMarked
package dev.imasugu.catalog;

import org.jspecify.annotations.NullMarked;

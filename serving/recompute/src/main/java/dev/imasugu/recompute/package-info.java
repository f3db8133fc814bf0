/**
 * Dirty users in, stored lists out: the step between <em>features + dirty users</em> and the
 * <em>recommendation store</em>.
 *
 * {@snippet :
 * try (var recompute = Recompute.start(store, retriever, settings, clock, metrics)) {
 *   // lists follow the events until it is closed
 * }
 * }
 */
@NullMarked
package dev.imasugu.recompute;

import org.jspecify.annotations.NullMarked;

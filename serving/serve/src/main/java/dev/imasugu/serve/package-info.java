/**
 * The reading side of the API: one key read gives a list, whatever has died behind the store.
 *
 * <p>{@link dev.imasugu.serve.Lists} finds the answer, {@link dev.imasugu.serve.Waiters} hold
 * requests that want a list at least as new as an event, {@link
 * dev.imasugu.serve.RecommendationEndpoint} speaks HTTP.
 *
 * {@snippet :
 * var lists = new Lists(store, catalog, settings, clock);
 * Answer answer = lists.find(new Query("home", "u1", 20, Set.of(), AsOf.NONE));
 * }
 */
@NullMarked
package dev.imasugu.serve;

import org.jspecify.annotations.NullMarked;

/**
 * Features, the dirty set and recommendations: the state between <em>query</em> and <em>serve</em>.
 *
 * <p>A continuous query writes <em>profile</em> rows, its progress and "these users are dirty" in
 * one atomic {@link dev.imasugu.store.FeatureStore#commit}; recompute takes dirty users, reads
 * their rows and stores lists; serving reads one list by its key.
 *
 * {@snippet :
 * store.features().commit(new ProfileCommit("profile@1f3a", 0, 0, 17, rows, dirty));
 * for (DirtyUser user : store.dirty().take(64, 100)) {
 *   List<Row> recent = store.features().find(recentItems, user.user());
 *   store.recommendations().put(List.of(listOf(recent)));
 *   store.dirty().clean(List.of(user));
 * }
 * }
 */
@NullMarked
package dev.imasugu.store;

import org.jspecify.annotations.NullMarked;

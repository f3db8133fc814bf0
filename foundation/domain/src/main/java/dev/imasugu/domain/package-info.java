/**
 * The vocabulary of the platform: ids, events, items and recommendations. Depends on nothing but
 * the JDK; everything here is immutable.
 *
 * <p>An {@link dev.imasugu.domain.Event} says what somebody did, an {@link dev.imasugu.domain.Item}
 * what can be recommended, a {@link dev.imasugu.domain.Recommendation} what is stored for a user,
 * and {@link dev.imasugu.domain.AsOf} which events that recommendation has seen.
 */
@NullMarked
package dev.imasugu.domain;

import org.jspecify.annotations.NullMarked;

package dev.imasugu.serve;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What serving needs to know beside the store.
 *
 * @param maxAge by placement: an older list is served as stale and computed again
 * @param generation the live generation; lists of an older one are stale
 * @param profileVersion whose progress an asOf is
 * @param partition the log partition of a user
 * @param maxWaiters requests that may wait at once
 * @param logExposures placements whose answers are recorded as impressions
 */
public record ServeSettings(
    Map<String, Duration> maxAge,
    long generation,
    String profileVersion,
    ToIntFunction<String> partition,
    int maxWaiters,
    Set<String> logExposures) {
  public ServeSettings {
    maxAge = Map.copyOf(maxAge);
    logExposures = Set.copyOf(logExposures);
  }
}

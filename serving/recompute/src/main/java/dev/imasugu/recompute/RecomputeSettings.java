package dev.imasugu.recompute;

import java.time.Duration;
import java.util.function.ToIntFunction;

/**
 * What a recompute needs to know beside the store.
 *
 * @param workers threads that compute lists
 * @param batch users taken, and lists written, at a time
 * @param popularEvery how often the popular lists are ranked anew
 * @param generation written into every list; grows at every deploy and rollback
 * @param profileVersion whose progress a list's asOf is
 * @param partition the log partition of a user
 */
public record RecomputeSettings(
    int workers,
    int batch,
    Duration popularEvery,
    long generation,
    String profileVersion,
    ToIntFunction<String> partition) {}

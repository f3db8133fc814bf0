package dev.imasugu.recompute;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

/**
 * What a recompute needs to know beside the store.
 *
 * @param workers threads that compute lists
 * @param batch users taken, and lists written, at a time
 * @param popularEvery how often the popular lists are ranked anew
 * @param partition the log partition of a user
 * @param behind whether profiles lag behind their events, so that lists made now are soon made
 *     again
 */
public record RecomputeSettings(
    int workers,
    int batch,
    Duration popularEvery,
    ToIntFunction<String> partition,
    BooleanSupplier behind) {}

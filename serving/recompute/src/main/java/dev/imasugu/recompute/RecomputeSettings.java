package dev.imasugu.recompute;

import java.time.Duration;
import java.util.function.LongUnaryOperator;
import java.util.function.ToIntFunction;

/**
 * What a recompute needs to know beside the store.
 *
 * @param workers threads that compute lists
 * @param batch users taken, and lists written, at a time
 * @param popularEvery how often the popular lists are ranked anew
 * @param partition the log partition of a user
 * @param rest how many nanoseconds a worker rests after so many of work, in favour of profiles that
 *     are behind their events
 */
public record RecomputeSettings(
    int workers,
    int batch,
    Duration popularEvery,
    ToIntFunction<String> partition,
    LongUnaryOperator rest) {}

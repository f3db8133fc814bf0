/**
 * Our functions for Flink SQL, as the embedded engine and any Flink cluster load them: Java 17,
 * nothing but the JDK and Flink's API.
 *
 * <p>Weights fade by <em>forward decay</em>, see {@link dev.imasugu.functions.DecayedSum}: results
 * do not depend on the order, lateness or batching of what comes in.
 *
 * <pre>{@code
 * SELECT item_id, DECAYED_WEIGHT(1, occurred_at, INTERVAL '6' HOUR) FROM events GROUP BY item_id
 *
 * SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '30' DAY)
 * FROM TRANSITIONS(event => TABLE seen PARTITION BY shard, uid => 'transitions')
 * GROUP BY item
 * }</pre>
 */
@NullMarked
package dev.imasugu.functions;

import org.jspecify.annotations.NullMarked;

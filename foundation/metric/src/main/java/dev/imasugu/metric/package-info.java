/**
 * What a ranking is worth and how sure one may be of it. JDK only.
 *
 * {@snippet :
 * double rank = Rank.of(scores, items, target).place(); // ties by average
 * double gain = RankMetrics.ndcg(new double[] {rank}, 10);
 * Interval gained = Bootstrap.pairedDifference(ours, theirs, 2_000, 0.95, random);
 * Comparison uplift = Comparison.relative(control, treatment, 0.95);
 * }
 *
 * <p>{@link dev.imasugu.metric.RankMetrics} looks at one list, {@link
 * dev.imasugu.metric.ListStatistics} at all lists together. {@link dev.imasugu.metric.Bootstrap},
 * {@link dev.imasugu.metric.Comparison}, {@link dev.imasugu.metric.SampleRatio} and {@link
 * dev.imasugu.metric.ManyTests} tell a difference from noise.
 */
@NullMarked
package dev.imasugu.metric;

import org.jspecify.annotations.NullMarked;

/**
 * What the vector engine costs, measured in turns with Lucene and JVector on the same vectors.
 *
 * <p>{@link dev.imasugu.benchmark.vectors.EmbedTitles} turns titles into vectors with a bundled
 * encoder; {@link dev.imasugu.benchmark.vectors.VectorsBench} builds, queries and compares. Results
 * live in {@code docs/vectors.md}.
 */
@NullMarked
package dev.imasugu.benchmark.vectors;

import org.jspecify.annotations.NullMarked;

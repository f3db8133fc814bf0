/**
 * Finds the vectors that score highest against a query: exactly, through a graph, or for many
 * queries at once. JDK only; reads top to bottom as a lesson in how such an index works.
 *
 * {@snippet :
 * try (VectorIndex index = VectorIndex.create(VectorIndexOptions.graph(384, Metric.COSINE))) {
 *   index.put(0, greenTea);
 *   index.put(1, blackTea);
 *   BitSet seen = new BitSet();
 *   seen.set(1);
 *   ScoredRows best = index.search(query, 100, RowFilter.except(seen));
 *   System.out.println(index.explain(100, RowFilter.except(seen)));
 *   index.save(Path.of("items.vectors"));
 * }
 * }
 *
 * <p><b>Where vectors live.</b> {@link dev.imasugu.vector.OffHeap} gives memory, {@link
 * dev.imasugu.vector.PagedMemory} makes growing arrays of it, {@link dev.imasugu.vector.Slots}
 * keeps each vector as floats and as a 7-bit code ({@link dev.imasugu.vector.CodedVector}, with the
 * bound of its error) and decides what a search sees while somebody writes. {@link
 * dev.imasugu.vector.ReaderSeats} tells when memory may be used again.
 *
 * <p><b>How scores are computed.</b> {@link dev.imasugu.vector.DotKernel}, in 512-bit vectors or in
 * plain Java with the same answers, one class a dimension ({@link dev.imasugu.vector.DotKernels}).
 *
 * <p><b>How a search is answered.</b> {@link dev.imasugu.vector.Scan} reads all codes or the
 * allowed ones and {@link dev.imasugu.vector.Candidates} keeps the rows that the error bound cannot
 * rule out: exact. {@link dev.imasugu.vector.Walk} follows the links of the {@link
 * dev.imasugu.vector.Graph}: approximate, and faster from some 50,000 rows on. {@link
 * dev.imasugu.vector.Planner} chooses by measured costs, and {@link
 * dev.imasugu.vector.VectorIndex#explain} tells why. {@link dev.imasugu.vector.BatchProduct}
 * answers all users at once as one matrix product.
 *
 * <p><b>Beyond memory.</b> {@link dev.imasugu.vector.CellIndex} holds what does not fit: {@link
 * dev.imasugu.vector.CellIndexBuild} sorts vectors into cells, each {@link
 * dev.imasugu.vector.Region} keeps one bit a component in memory ({@link
 * dev.imasugu.vector.BitCodes}, after a {@link dev.imasugu.vector.Rotation}) and 8-bit codes on
 * disk.
 *
 * <p><b>For training too.</b> {@link dev.imasugu.vector.ProductTile} is the one matrix product and
 * {@link dev.imasugu.vector.Floats} the one dot product over arrays; {@code learning} calls both.
 *
 * <p><b>Its place.</b> {@code catalog} owns which item is which row, {@code retrieve} asks, the
 * daily run saves an index beside its model and {@code node} opens it. Scores come from floats
 * always; codes only decide who is looked at. Measurements and what did not help: {@code
 * docs/vectors.md}.
 */
@NullMarked
package dev.imasugu.vector;

import org.jspecify.annotations.NullMarked;

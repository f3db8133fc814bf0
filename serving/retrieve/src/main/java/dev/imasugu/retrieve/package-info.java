/**
 * Candidate sources and their merge: features in, a ranking out. The first half of
 * <em>recompute</em>.
 *
 * {@snippet :
 * var retriever = Retriever.open(placements, tables, store.features(), catalog, System::nanoTime);
 * Retriever.Scratch scratch = new Retriever.Scratch();
 * Retrieved list = retriever.retrieve("home", retriever.profile("u1"), scratch);
 * }
 */
@NullMarked
package dev.imasugu.retrieve;

import org.jspecify.annotations.NullMarked;

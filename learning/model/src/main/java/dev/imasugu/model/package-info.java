/**
 * Fitted models: a history in, a score for every item out. Shared by evaluation and serving.
 *
 * {@snippet :
 * History history = History.of(blackTea, greenTea);       // rows of items, oldest first
 * float[] scores = new float[model.items()];
 * model.score(history, scores);                           // anybody's history, also a new user's
 * int[] best = TopItems.of(scores, model.items(), 10);
 * if (model instanceof Absorbing now) {
 *   now.absorb(history, oolong, timeMillis);              // one more event, without fitting again
 * }
 * }
 *
 * <p>{@link dev.imasugu.model.Model} is the whole contract. {@link dev.imasugu.model.Interactions}
 * is what models are fitted on. The others are the forward passes that the trainers of {@code
 * learning/train} end in: one class for each way to turn a history into scores, not one for each
 * paper.
 */
@NullMarked
package dev.imasugu.model;

import org.jspecify.annotations.NullMarked;

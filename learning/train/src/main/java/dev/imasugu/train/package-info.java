/**
 * Fits models: one record a model, its parameters the components, its paper in the Javadoc, ending
 * in a forward pass of {@code learning/model}.
 *
 * {@snippet :
 * Trainer trainer = Trainers.parse("models/ease.yaml", "kind: ease\nlambda: 200\n");
 * Model model = trainer.fit(interactions, 42);
 * }
 *
 * <p><b>To add a model</b>, write a record that implements {@link dev.imasugu.train.Trainer} and
 * add its name to the {@code permits} line there: its parameters are then keys of {@code
 * models/*.yaml}, those with {@link dev.imasugu.train.Tuned} are searched by {@code --tune}, and
 * {@code imasugu evaluate} knows it. {@code docs/quality.md} walks through an example.
 */
@NullMarked
package dev.imasugu.train;

import org.jspecify.annotations.NullMarked;

/**
 * Answers how good models are, by protocols whose published tables can be met to the last decimal.
 *
 * {@snippet :
 * Dataset data = DataReader.read(Path.of("Beauty.txt.zst"));
 * Protocol protocol = new Protocol.LeaveOneOut(0);
 * Task task = protocol.task(data, FitOn.TRAIN_AND_VALIDATION);
 * Model model = trainer.fit(task.fit(), 1);
 * Outcome outcome = Outcome.of(model, task, new int[] {10}, steps);
 * }
 *
 * <p>{@link dev.imasugu.evaluate.DataReader} reads what others published, {@link
 * dev.imasugu.evaluate.Protocol} splits it into questions, {@link dev.imasugu.evaluate.Outcome}
 * asks a model all of them, {@link dev.imasugu.evaluate.Runs} keeps one record a run, and {@link
 * dev.imasugu.evaluate.Report} makes the tables from records alone. {@link
 * dev.imasugu.evaluate.Tuner} looks for better parameters; {@link dev.imasugu.evaluate.Evaluation}
 * is all of it in order.
 */
@NullMarked
package dev.imasugu.evaluate;

import org.jspecify.annotations.NullMarked;

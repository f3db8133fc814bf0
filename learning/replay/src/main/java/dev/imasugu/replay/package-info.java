/**
 * A recorded stretch of the log through today's queries and today's recompute, on a virtual clock:
 * what would people have been shown?
 *
 * <p>Events of equal {@code occurredAt} form a step. Before a step, lists are as they stood at that
 * moment; then every query is given the step, and when all have written what they make of it, the
 * lists of the users it touched are computed. One partition, one subtask and no clock but the
 * events': the same log gives the same lists, to the byte.
 *
 * {@snippet :
 * var recording = Recording.of(log, null, null, _ -> {});
 * try (var replay = Replay.open(settings, recording, folder)) {
 *   replay.run(watcher); // asks replay.served("home", user) before each step
 *   System.out.println(replay.digest());
 * }
 * }
 */
@NullMarked
package dev.imasugu.replay;

import org.jspecify.annotations.NullMarked;

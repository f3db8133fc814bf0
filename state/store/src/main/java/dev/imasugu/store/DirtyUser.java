package dev.imasugu.store;

import java.time.Instant;

/**
 * A user taken from the dirty set.
 *
 * @param stamp identifies the newest mark; grows with every mark
 * @param reason of the newest mark
 * @param since the oldest cause not yet in a stored list
 */
public record DirtyUser(String user, long stamp, String reason, Instant since) {}

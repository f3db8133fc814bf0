package dev.imasugu.log;

import java.time.Instant;

/**
 * A record to append.
 *
 * @param key chooses the partition and orders what belongs together
 * @param id unique among the retained records of the key; a second record with it is a duplicate
 * @param receivedAt what retention counts from
 * @param value handed over: the caller must not change it afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying every event would be waste
public record LogRecord(String key, String id, Instant receivedAt, byte[] value) {}

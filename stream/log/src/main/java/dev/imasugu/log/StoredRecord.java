package dev.imasugu.log;

/**
 * A record as read.
 *
 * @param value the reader's own copy, or shared and read-only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredRecord(long offset, byte[] value) {}

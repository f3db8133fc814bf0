package dev.imasugu.ingest;

/**
 * How much one request may hold.
 *
 * @param records at most in one array
 * @param recordBytes at most in one record as the log stores it
 */
public record IntakeLimits(int records, long recordBytes) {}

package dev.imasugu.ingest;

/**
 * How much one request may hold.
 *
 * @param records at most in one array; lines of NDJSON are bounded by the body alone
 * @param recordBytes at most in one record as the log stores it
 * @param bodyBytes at most in one body, once decompressed
 */
public record IntakeLimits(int records, long recordBytes, long bodyBytes) {}

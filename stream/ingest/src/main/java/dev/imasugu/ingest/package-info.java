/**
 * Intake: what may enter the log, and a verdict for every record. The first arrow of <em>ingest ->
 * log -> query</em>.
 *
 * {@snippet :
 * var limits = new IntakeLimits(1_000, 64 << 10);
 * server.service("/v1/events", new EventIntake(log, limits, clock, random, metrics).endpoint());
 * }
 */
@NullMarked
package dev.imasugu.ingest;

import org.jspecify.annotations.NullMarked;

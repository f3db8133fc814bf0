/**
 * Measurements and tortures of the whole system: each starts a server process of its own on
 * loopback, loads it, and prints one JSON object as its last line.
 */
@NullMarked
package dev.imasugu.benchmark;

import org.jspecify.annotations.NullMarked;

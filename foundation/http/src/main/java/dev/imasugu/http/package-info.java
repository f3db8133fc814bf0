/**
 * What every HTTP endpoint of ours shares: problems as RFC 9457 answers, JSON with bounds, and the
 * guard that keeps other hosts' names out.
 *
 * {@snippet :
 * server.service("/v1/events", Endpoint.of("POST", (ctx, request) -> {
 *   throw new Problem(HttpStatus.BAD_REQUEST, "body: not JSON (expected: an object or an array)");
 * }));
 * }
 */
@NullMarked
package dev.imasugu.http;

import org.jspecify.annotations.NullMarked;

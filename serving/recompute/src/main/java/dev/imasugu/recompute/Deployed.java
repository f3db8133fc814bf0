package dev.imasugu.recompute;

import dev.imasugu.retrieve.Retriever;

/**
 * What lists are made of. Immutable; replaced whole.
 *
 * @param generation written into every list; grows at every deploy and rollback
 * @param profileVersion whose progress a list's asOf is
 */
public record Deployed(Retriever retriever, long generation, String profileVersion) {}

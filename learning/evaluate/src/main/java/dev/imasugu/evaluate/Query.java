package dev.imasugu.evaluate;

import dev.imasugu.model.History;
import org.jspecify.annotations.Nullable;

/** One question of a protocol: who, after what, and what they then went for. */
final class Query {
  final int user;
  final History history;

  /** At least one item, each once. */
  final int[] targets;

  /** What is ranked, the targets among it; null for the whole catalogue. */
  final int @Nullable [] candidates;

  Query(int user, History history, int[] targets, int @Nullable [] candidates) {
    this.user = user;
    this.history = history;
    this.targets = targets;
    this.candidates = candidates;
  }
}

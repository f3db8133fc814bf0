package dev.imasugu.retrieve;

import dev.imasugu.retrieve.RankedItems.Ranking;

/**
 * What is popular or trending, the same for everybody: each item's score relative to the best's.
 */
final class RankedSource implements CandidateSource {
  private final String name;
  private final RankedItems items;

  RankedSource(String name, RankedItems items) {
    this.name = name;
    this.items = items;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    collect(scores);
  }

  /** As above; nobody's profile is needed. */
  void collect(Scores scores) {
    Ranking ranking = items.ranking();
    for (int i = 0; i < ranking.rows().length; i++) {
      scores.add(ranking.rows()[i], ranking.scores()[i]);
    }
  }
}

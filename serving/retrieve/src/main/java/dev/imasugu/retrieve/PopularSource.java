package dev.imasugu.retrieve;

import dev.imasugu.retrieve.PopularItems.Ranking;

/** What most people like now, the same for everybody: the decayed weight relative to the best's. */
final class PopularSource implements CandidateSource {
  private final PopularItems popular;

  PopularSource(PopularItems popular) {
    this.popular = popular;
  }

  @Override
  public String name() {
    return "popular";
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    Ranking ranking = popular.ranking();
    for (int i = 0; i < ranking.rows().length; i++) {
      scores.add(ranking.rows()[i], ranking.scores()[i]);
    }
  }
}

package dev.imasugu.model;

/** What the segment of users nearest to the history wants most; everybody's items for nobody's. */
public final class SegmentItems implements Model {
  private final float[][] centres;
  private final float[][] popularity;

  /**
   * @param centres shape [segments, items]: the mean of the users' unit vectors, of length one
   * @param popularity shape [segments + 1, items]: of each segment, the last of all users
   */
  public SegmentItems(float[][] centres, float[][] popularity) {
    this.centres = centres;
    this.popularity = popularity;
  }

  @Override
  public int items() {
    return popularity[0].length;
  }

  @Override
  public void score(History history, float[] scores) {
    int segment = history.size() == 0 ? centres.length : nearest(centres, history);
    System.arraycopy(popularity[segment], 0, scores, 0, items());
  }

  /** The segment whose centre has the greatest cosine with the history; ties by number. */
  public static int nearest(float[][] centres, History history) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int segment = 0; segment < centres.length; segment++) {
      float sum = 0;
      for (int place = 0; place < history.size(); place++) {
        sum += centres[segment][history.item(place)];
      }
      if (sum > most) {
        most = sum;
        best = segment;
      }
    }
    return best;
  }
}

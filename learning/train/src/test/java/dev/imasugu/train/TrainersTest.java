package dev.imasugu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.imasugu.config.ConfigException;
import dev.imasugu.model.History;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.TopItems;
import dev.imasugu.testing.Randomized;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainersTest {

  @Test
  @Randomized
  void invert_manyBlocks_timesItselfIsTheIdentity(RandomGenerator random) {
    int items = 530; // more than two blocks, and rest rows and columns
    int[][] users = new int[900][];
    for (int user = 0; user < users.length; user++) {
      users[user] = random.ints(8, 0, items).distinct().toArray();
    }
    SymmetricMatrix inverse = SymmetricMatrix.gram(Interactions.of(items, users), "test");
    inverse.addToDiagonal(5);
    double[] original = new double[items * items];
    for (int i = 0; i < items; i++) {
      for (int j = 0; j < items; j++) {
        original[i * items + j] = inverse.at(i, j);
      }
    }
    inverse.invert();
    for (int i = 0; i < items; i += 37) {
      for (int j = 0; j < items; j++) {
        double sum = 0;
        for (int k = 0; k < items; k++) {
          sum += original[i * items + k] * inverse.at(k, j);
        }
        assertThat(sum).isCloseTo(i == j ? 1 : 0, within(1e-4));
      }
    }
  }

  @Test
  void ease_threeItems_areTheClosedForm() {
    // X = [1 1 0; 1 1 0; 0 1 1], lambda 1: B computed by hand from P = (X'X + I)^-1.
    Interactions data = Interactions.of(3, new int[] {0, 1}, new int[] {0, 1}, new int[] {1, 2});
    Model model = new Ease(1, 1).fit(data, 1);
    float[] scores = new float[3];
    model.score(History.of(0), scores);
    // X'X + I = [3 2 0; 2 4 1; 0 1 2]; its adjugate's first row is [7, -4, 2], the diagonal 7, 6, 8
    assertThat(scores[0]).isZero();
    assertThat(scores[1]).isCloseTo(4f / 6, within(1e-5f));
    assertThat(scores[2]).isCloseTo(-2f / 8, within(1e-5f));
  }

  @Test
  @Randomized
  void everyTrainer_twoGroupsOfUsers_recommendsWithinTheGroup(RandomGenerator random) {
    int items = 40;
    int[][] users = new int[300][];
    for (int user = 0; user < users.length; user++) {
      int base = user % 2 * 20;
      users[user] = random.ints(12, base, base + 20).distinct().toArray();
    }
    // every item has twenty attributes that tell nothing, and one that its group shares
    int[][] attributes = new int[items][];
    for (int item = 0; item < items; item++) {
      attributes[item] = IntStream.rangeClosed(0, 20).toArray();
      attributes[item][20] += item / 20;
    }
    Interactions data = Interactions.of(items, users).withItems(items, attributes);
    for (String name : Trainers.names()) {
      if (name.matches("popularity.*|vstan")) {
        continue;
      }
      String yaml =
          Trainers.yaml(name, null)
              .replace("kind: item2-vec", "kind: item2-vec\nwindow: 15\nepochs: 40");
      Model model = Trainers.parse(name, yaml).fit(data, 7);
      float[] scores = new float[items];
      int right = 0;
      int asked = 0;
      for (int user = 0; user < 20; user++) {
        History history = data.history(user).anonymous();
        model.score(history, scores);
        for (int place = 0; place < history.size(); place++) {
          scores[history.item(place)] = Float.NEGATIVE_INFINITY;
        }
        for (int item : TopItems.of(scores, items, 3)) {
          assertThat(scores[item]).as(name).isFinite();
          right += item / 20 == user % 2 ? 1 : 0;
          asked++;
        }
      }
      assertThat((double) right / asked).as(name).isGreaterThan(0.85);
    }
  }

  @Test
  @Randomized
  void everyTrainer_noHistoryOrOneItemEach_hasFiniteScores(RandomGenerator random) {
    Interactions data =
        Interactions.of(3, new int[] {0}, new int[] {1, 1, 0}, new int[] {})
            .withItems(3, new int[][] {{0}, {}, {1, 0}});
    for (String name : Trainers.names()) {
      if (name.matches("popularity-.*|vstan")) {
        continue;
      }
      Model model = Trainers.parse(name, Trainers.yaml(name, null)).fit(data, random.nextLong());
      for (History history : new History[] {History.empty(), History.of(2), History.of(1, 1, 0)}) {
        float[] scores = new float[3];
        model.score(history, scores);
        for (float score : scores) {
          assertThat(score).as(name).isFinite();
        }
      }
    }
  }

  @Test
  @Randomized
  void ials_blocksOrWhole_reachTheSameObjective(RandomGenerator random) {
    int[][] users = new int[60][];
    for (int user = 0; user < users.length; user++) {
      users[user] = random.ints(6, 0, 25).distinct().toArray();
    }
    Interactions data = Interactions.of(25, users);
    double whole = loss(new Ials(8, 200, 0.02, 0.3, 0.1, 8).fit(data, 1), data, users, 0.3);
    double blocks = loss(new Ials(8, 200, 0.02, 0.3, 0.1, 3).fit(data, 1), data, users, 0.3);
    double start = loss(new Ials(8, 1, 0.02, 0.3, 0.1, 3).fit(data, 1), data, users, 0.3);
    // The objective has several minima of about the same depth, so the factors may differ.
    assertThat(blocks).isCloseTo(whole, withinPercentage(10)).isLessThan(start);
  }

  /** What iALS minimises, without the regularisation. */
  private static double loss(Model model, Interactions data, int[][] users, double unobserved) {
    double loss = 0;
    float[] scores = new float[25];
    for (int user = 0; user < users.length; user++) {
      model.score(data.history(user), scores);
      for (float score : scores) {
        loss += unobserved * score * score;
      }
      for (int item : users[user]) {
        loss += (1 - scores[item]) * (1 - scores[item]);
      }
    }
    return loss;
  }

  @Test
  @Randomized
  void parameters_drawnAndWritten_areReadBack(RandomGenerator random) {
    for (String name : Trainers.names()) {
      Trainer trainer = Trainers.parse(name, Trainers.yaml(name, null));
      for (double reach : new double[] {1, 0.2}) {
        Trainer drawn = Parameters.draw(trainer, Set.of(), reach, random);
        assertThat(Trainers.parse(name, Parameters.yaml(drawn))).isEqualTo(drawn);
      }
    }
    assertThat(Parameters.searched(Trainers.parse("t", Trainers.yaml("blend", null))))
        .contains("decay", "lambda", "k")
        .doesNotContain("half-life");
  }

  @Test
  void parse_badParameters_namesFileLineAndExpectation() {
    assertThatThrownBy(() -> Trainers.parse("models/a.yaml", "kind: ease\nlambda: -1\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("lambda: -1 (expected: 0.001 to 1000000000)")
        .hasMessageContaining("models/a.yaml");
    assertThatThrownBy(() -> Trainers.parse("models/a.yaml", "kind: eese\n"))
        .hasMessageContaining("Maybe you meant ease");
    assertThatThrownBy(() -> Trainers.parse("models/a.yaml", ""))
        .hasMessageContaining("Missing key kind");
    assertThatThrownBy(() -> Trainers.yaml("transitoin", null))
        .hasMessageContaining("Maybe you meant transition");
  }
}

package dev.imasugu.train;

import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/**
 * How a model is fitted. A record whose components are the parameters; in {@code models/*.yaml} the
 * record's name in kebab case is the {@code kind}.
 */
public sealed interface Trainer
    permits Blend,
        Bpr,
        ClickRate,
        Ease,
        Ials,
        Item2Vec,
        ItemKnn,
        Markov,
        Popularity,
        Rp3Beta,
        Segments,
        SequentialRules,
        SessionKnn,
        Slim,
        Transition,
        UserKnn {

  /**
   * Fits the model on all cores.
   *
   * @param data must not be empty
   * @param seed of whatever is drawn; the same seed gives the same model, but for item2vec's last
   *     digits
   * @throws IllegalArgumentException if the model cannot be fitted on such data, with the reason
   */
  Model fit(Interactions data, long seed);

  /** Whether the seed makes a difference, so that one run says too little. */
  default boolean draws() {
    return false;
  }
}

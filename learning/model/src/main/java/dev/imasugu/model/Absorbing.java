package dev.imasugu.model;

/**
 * A model that takes in one more event at about the price of scoring, instead of being fitted
 * again.
 *
 * <p>After {@code absorb} it scores as if fitted with that event (to what its trainer says about
 * pruning). One thread at a time may absorb, and nobody may score meanwhile: guard it with a
 * read-write lock, or absorb into a copy.
 */
public interface Absorbing extends Model {
  /**
   * Takes in that somebody with this history went on to an item.
   *
   * @param before the history without the event
   * @param item below {@link #items()}
   * @param timeMillis when, or the event's ordinal where the data has no clock
   */
  void absorb(History before, int item, long timeMillis);
}

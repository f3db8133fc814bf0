package dev.imasugu.model;

/** The events of interactions by item: for each item the users and where in their history. */
public final class ItemIndex {
  private final int[] starts;
  private final int[] eventOf;
  private final int[] userOf;

  ItemIndex(Interactions data) {
    starts = new int[data.items() + 1];
    for (int event = 0; event < data.size(); event++) {
      starts[data.item(event) + 1]++;
    }
    for (int item = 0; item < data.items(); item++) {
      starts[item + 1] += starts[item];
    }
    int[] next = starts.clone();
    eventOf = new int[data.size()];
    userOf = new int[data.size()];
    for (int user = 0; user < data.users(); user++) {
      for (int event = data.start(user); event < data.start(user + 1); event++) {
        int place = next[data.item(event)]++;
        eventOf[place] = event;
        userOf[place] = user;
      }
    }
  }

  /** The first place of an item; those up to the next item's are its events, by user. */
  public int start(int item) {
    return starts[item];
  }

  public int event(int place) {
    return eventOf[place];
  }

  public int user(int place) {
    return userOf[place];
  }
}

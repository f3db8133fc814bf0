package dev.imasugu.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's history and list, as they are now.
 *
 * @param user a user's id, or {@code anonymous:<id>}
 * @param tookMillis from the event to the list that has it, or null when nothing was done
 * @param did what was done, or empty
 */
record Stage(
    Language language,
    String user,
    String placement,
    List<Card> history,
    List<Card> list,
    String made,
    boolean fresh,
    @Nullable Double tookMillis,
    String did) {
  Stage {
    history = List.copyOf(history);
    list = List.copyOf(list);
  }
}

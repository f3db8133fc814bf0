package dev.imasugu.replay;

import dev.imasugu.domain.Event;
import java.time.Instant;
import java.util.List;

/**
 * All that happened at one time.
 *
 * @param events by owner, those of one owner in the order in which they came in
 */
public record Moment(Instant at, List<Event> events) {
  public Moment {
    events = List.copyOf(events);
  }
}

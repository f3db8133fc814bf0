package dev.imasugu.cli;

import java.time.Duration;
import java.util.List;

/** What a demo is of. For one thread. */
interface Scene {
  /** Tells the server what there is and what has happened so far; returns a line about it. */
  String prepare();

  /** Lets the next thing happen; returns the number of events sent. */
  int act();

  /** How long to wait for the next thing; long when nothing happens any more. */
  Duration untilNext();

  /** Items that somebody may click, by id. */
  List<String> items();
}

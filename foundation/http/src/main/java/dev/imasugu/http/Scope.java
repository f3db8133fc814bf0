package dev.imasugu.http;

/** What a key may do. */
public enum Scope {
  /** Send events; such a key may be public, in a page or an app: it reads nothing. */
  INGEST,
  /** Read lists. */
  READ,
  /** Both of the above, and items, users, imports, quarantine and how the process is doing. */
  PROJECT,
  /** Everything. */
  ADMIN;

  /** Whether a key of this scope may do what needs another. */
  boolean covers(Scope needed) {
    return this == needed || this == ADMIN || (this == PROJECT && needed != ADMIN);
  }
}

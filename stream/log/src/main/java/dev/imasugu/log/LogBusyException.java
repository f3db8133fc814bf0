package dev.imasugu.log;

/** The append queue is at its bound; nothing of the batch was written. Try again a little later. */
public final class LogBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LogBusyException(String message) {
    super(message);
  }
}

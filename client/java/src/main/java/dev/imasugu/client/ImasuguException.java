package dev.imasugu.client;

import java.io.Serial;

/** The server did not take something, and trying again did not help. */
public final class ImasuguException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ImasuguException(String message, Throwable cause) {
    super(message, cause);
  }

  ImasuguException(String message) {
    super(message);
  }
}

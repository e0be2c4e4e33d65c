package dev.computepool.chat;

/// An example that a format has no way to write.
public final class InexpressibleException extends Exception {
  private static final long serialVersionUID = 1L;

  InexpressibleException(String why) {
    super(why);
  }
}

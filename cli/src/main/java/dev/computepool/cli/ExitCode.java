package dev.computepool.cli;

/// What the process ends with. The numbers are a contract with scripts.
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "the operation failed"),
  USAGE(2, "wrong usage or invalid input file"),
  VERIFICATION(3, "verification failed: corrupt or tampered data"),
  NOT_FOUND(4, "not found"),
  NOT_AUTHORISED(5, "not authorised"),
  REMOTE(6, "network or remote service failed after retries"),
  NO_ROOM(7, "out of disk space or memory"),
  INTERRUPTED(130, "interrupted");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}

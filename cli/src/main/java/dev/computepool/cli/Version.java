package dev.computepool.cli;

/// Which ComputePool this is.
public final class Version {
  /// The project's version; a test holds it equal to the one in `pom.xml`.
  public static final String CURRENT = "0.1.0";

  private Version() {}
}

package dev.computepool.gguf.check;

/// One thing that a check found.
///
/// @param at where: a key, `tensor NAME`, or `byte N`
/// @param what what is there, with its value, and what was expected
public record Finding(Severity severity, String at, String what) {
  /// How bad a finding is.
  public enum Severity {
    /// The model is damaged, or a program that reads it will refuse it or go wrong.
    PROBLEM,
    /// It is unusual, and may be meant so.
    REMARK
  }

  static Finding problem(String at, String what) {
    return new Finding(Severity.PROBLEM, at, what);
  }

  static Finding remark(String at, String what) {
    return new Finding(Severity.REMARK, at, what);
  }

  @Override
  public String toString() {
    return at + ": " + what;
  }
}

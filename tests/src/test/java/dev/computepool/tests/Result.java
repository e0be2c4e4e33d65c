package dev.computepool.tests;

/// How a call ended. Comparing whole results shows in one go what else went wrong.
///
/// @param exitCode as a shell sees it: 128 and the signal's number for one that a signal ended
record Result(int exitCode, String stdout, String stderr) {
  /// A call that did its work without a word on standard error.
  static Result done(String stdout) {
    return new Result(0, stdout, "");
  }

  /// A call that failed and told so on standard error alone.
  static Result failed(int exitCode, String stderr) {
    return new Result(exitCode, "", stderr);
  }
}

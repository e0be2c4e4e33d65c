package dev.computepool.publish.gotemplate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function that templates may call.
///
/// @param fixed what it takes
/// @param rest what it takes any number of, after that; nothing if there is no such
/// @param stopsAt for `and` and `or` the truth at which they look no further; nothing for others
record GoFunction(
    List<Parameter> fixed, @Nullable Parameter rest, @Nullable Boolean stopsAt, Body body) {
  /// What kind of argument a function takes.
  enum Parameter {
    /// Go's `reflect.Value`: a value as it is, also none.
    VALUE,
    /// Go's `any`.
    ANY,
    STRING
  }

  /// What it does.
  interface Body {
    /// Its result.
    ///
    /// @throws Fault if it fails
    GoValue apply(List<GoValue> arguments, Budget budget);
  }

  static GoFunction of(List<Parameter> fixed, Body body) {
    return new GoFunction(fixed, null, null, body);
  }

  static GoFunction of(List<Parameter> fixed, Parameter rest, Body body) {
    return new GoFunction(fixed, rest, null, body);
  }

  /// `and` or `or`, which the execution itself knows.
  static GoFunction logic(boolean stopsAt) {
    return new GoFunction(
        List.of(Parameter.VALUE), Parameter.VALUE, stopsAt, (arguments, _) -> arguments.getLast());
  }

  Parameter parameter(int index) {
    return index < fixed.size() || rest == null ? fixed.get(index) : rest;
  }
}

package dev.computepool.train.data;

import dev.computepool.chat.LineProblem;

/// Something in a dataset that is not as it should be.
///
/// @param line from 1
/// @param column characters from the start of the line, from 1
/// @param fixable whether it can be put right without a person
public record Finding(long line, int column, Kind kind, String what, boolean fixable) {
  /// What sort of finding.
  public enum Kind {
    /// Bytes that are not UTF-8, or a byte order mark.
    ENCODING,
    /// Characters that no text has: control characters, halves of surrogate pairs.
    CHARACTER,
    /// A line that ends with CR LF.
    LINE_END,
    /// A line with nothing on it.
    BLANK,
    /// Not JSON.
    SYNTAX,
    /// A field that is missing, of a wrong type or there twice.
    SCHEMA,
    /// A role that the format does not have.
    ROLE,
    /// Turns in an order that no chat has.
    ORDER,
    /// A turn in which nothing is said.
    EMPTY,
    /// More tokens than the context has.
    LENGTH,
    /// An example that is there already.
    DUPLICATE,
    /// An example that says nearly what an earlier one says.
    NEAR_DUPLICATE;

    static Kind of(LineProblem.Kind kind) {
      return switch (kind) {
        case ENCODING -> ENCODING;
        case CHARACTER -> CHARACTER;
        case SYNTAX -> SYNTAX;
        case SCHEMA -> SCHEMA;
        case ROLE -> ROLE;
      };
    }
  }
}

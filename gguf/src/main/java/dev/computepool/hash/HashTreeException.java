package dev.computepool.hash;

import dev.computepool.base.FormatException;

/// A stored hash tree that does not belong to the digest and length it is read for, or is damaged.
///
/// It says nothing about the file that the tree is of.
public final class HashTreeException extends FormatException {
  private static final long serialVersionUID = 1L;

  HashTreeException(String file, Problem problem) {
    super(file, problem);
  }
}

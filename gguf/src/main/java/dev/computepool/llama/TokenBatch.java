package dev.computepool.llama;

import java.util.Arrays;

/// Tokens that are decoded in one call, each with its place in its sequence.
public final class TokenBatch {
  private final int[] tokens;
  private final int[] positions;
  private final int[] sequences;
  private final boolean[] outputs;
  private int size;

  /// An empty batch.
  public TokenBatch(int capacity) {
    tokens = new int[capacity];
    positions = new int[capacity];
    sequences = new int[capacity];
    outputs = new boolean[capacity];
  }

  /// Adds a token.
  ///
  /// @param position in its sequence, from 0
  /// @param output whether its logits are wanted
  public TokenBatch add(int token, int position, int sequence, boolean output) {
    if (size == tokens.length) {
      throw new IllegalStateException("the batch holds " + size + " tokens already");
    }
    tokens[size] = token;
    positions[size] = position;
    sequences[size] = sequence;
    outputs[size] = output;
    size++;
    return this;
  }

  /// Removes all tokens.
  public void clear() {
    size = 0;
  }

  public int size() {
    return size;
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, size);
  }

  int[] positions() {
    return Arrays.copyOf(positions, size);
  }

  int[] sequences() {
    return Arrays.copyOf(sequences, size);
  }

  boolean output(int index) {
    return outputs[index];
  }
}

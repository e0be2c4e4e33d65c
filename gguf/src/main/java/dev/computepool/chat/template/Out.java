package dev.computepool.chat.template;

import java.util.ArrayList;
import java.util.List;

/// A text that grows within a budget.
final class Out {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;
  private final List<TextRange> marks = new ArrayList<>();

  Out(Budget budget) {
    this.budget = budget;
  }

  Out append(CharSequence more) {
    budget.text(more.length());
    budget.requireText((long) text.length() + more.length());
    text.append(more);
    return this;
  }

  Out append(char c) {
    budget.requireText(text.length() + 1L);
    text.append(c);
    return this;
  }

  /// Marks a part as what the model is to say.
  void mark(TextRange part) {
    marks.add(part);
  }

  /// The parts that are marked, in order.
  List<TextRange> marks() {
    return List.copyOf(marks);
  }

  int length() {
    return text.length();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package dev.computepool.chat.template;

/// A text that grows within a budget.
final class Out {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

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

  int length() {
    return text.length();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

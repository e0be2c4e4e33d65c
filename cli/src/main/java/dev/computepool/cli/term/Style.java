package dev.computepool.cli.term;

/// Colours of a terminal, or none.
public enum Style {
  PLAIN,
  ANSI;

  public String bold(String text) {
    return wrap("1", text);
  }

  public String dim(String text) {
    return wrap("2", text);
  }

  public String good(String text) {
    return wrap("32", text);
  }

  public String bad(String text) {
    return wrap("1;31", text);
  }

  public String doubtful(String text) {
    return wrap("33", text);
  }

  public String link(String text) {
    return wrap("36", text);
  }

  private String wrap(String code, String text) {
    return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}

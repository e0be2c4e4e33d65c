package dev.computepool.chat.template;

import dev.computepool.base.FormatException;

/// A template that is not one, or that cannot render what it was given.
public final class TemplateException extends FormatException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient Position position;
  private final String what;

  /// Why there is no text.
  public enum Reason {
    /// The template breaks the rules of the language.
    SYNTAX,
    /// A value is not what an operation needs, or is not there.
    VALUE,
    /// The template itself refuses the conversation, with `raise_exception`.
    REFUSED,
    /// Rendering takes more time, memory or text than is allowed.
    LIMIT
  }

  TemplateException(String template, Reason reason, Position position, String what) {
    super(template, new Problem(position.toString(), what));
    this.reason = reason;
    this.position = position;
    this.what = what;
  }

  public Reason reason() {
    return reason;
  }

  /// Where in the template; for a value, the smallest expression that could not be evaluated.
  public Position position() {
    return position;
  }

  /// What is wrong, without file and place; for a template that refuses, its own words.
  public String what() {
    return what;
  }
}

package dev.computepool.publish.gotemplate;

import dev.computepool.base.FormatException;

/// A template that is not one, or that cannot be executed with what it was given.
public final class GoTemplateException extends FormatException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String words;

  /// Why there is no text.
  public enum Reason {
    /// The template breaks the rules of the language.
    SYNTAX,
    /// A value is not what an operation needs.
    EXECUTION,
    /// Execution takes more time, steps or text than is allowed.
    LIMIT,
    /// Go could do it, this interpreter cannot.
    UNSUPPORTED
  }

  GoTemplateException(String template, Fault fault) {
    super(template, new Problem(fault.place(), fault.what()));
    this.reason = fault.reason();
    this.words = fault.words(template);
  }

  public Reason reason() {
    return reason;
  }

  /// The error as Go words it: `template: NAME:1:3: executing "NAME" at <.x>: …`.
  public String words() {
    return words;
  }
}

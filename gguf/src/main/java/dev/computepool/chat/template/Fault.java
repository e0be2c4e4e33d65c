package dev.computepool.chat.template;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What goes wrong while a template is read or rendered, before the door makes a {@link
/// TemplateException} of it.
///
/// Operations on values do not know where they stand in the template: the innermost expression or
/// statement around them adds its position.
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final TemplateException.Reason reason;
  private transient @Nullable Position position;

  private Fault(TemplateException.Reason reason, String what, @Nullable Position position) {
    super(what, null, false, false);
    this.reason = reason;
    this.position = position;
  }

  static Fault syntax(Position position, String what) {
    return new Fault(TemplateException.Reason.SYNTAX, what, position);
  }

  static Fault value(String what) {
    return new Fault(TemplateException.Reason.VALUE, what, null);
  }

  static Fault refused(String what) {
    return new Fault(TemplateException.Reason.REFUSED, what, null);
  }

  static Fault limit(String what) {
    return new Fault(TemplateException.Reason.LIMIT, what, null);
  }

  /// This fault, at a position unless it has one.
  Fault at(Position where) {
    if (position == null) {
      position = where;
    }
    return this;
  }

  TemplateException.Reason reason() {
    return reason;
  }

  Optional<Position> position() {
    return Optional.ofNullable(position);
  }

  String what() {
    return String.valueOf(getMessage());
  }
}

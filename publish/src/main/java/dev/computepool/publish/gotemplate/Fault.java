package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.GoTemplateException.Reason;

/// What goes wrong while a template is read or executed, before the door makes a {@link
/// GoTemplateException} of it.
///
/// Go counts lines from 1 and columns in bytes from 0; it names columns only in an execution.
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int line;
  private final int column;
  private final String context;

  /// @param line 0 if no place is known
  /// @param column -1 if only the line is known
  /// @param context what Go writes between the place and the message
  private Fault(Reason reason, int line, int column, String context, String what) {
    super(what, null, false, false);
    this.reason = reason;
    this.line = line;
    this.column = column;
    this.context = context;
  }

  static Fault syntax(int line, String what) {
    return new Fault(Reason.SYNTAX, line, -1, "", what);
  }

  /// What an operation on values says, before it is known where it stands.
  static Fault value(String what) {
    return new Fault(Reason.EXECUTION, 0, -1, "", what);
  }

  static Fault limit(String what) {
    return new Fault(Reason.LIMIT, 0, -1, "", what);
  }

  static Fault unsupported(String what) {
    return new Fault(Reason.UNSUPPORTED, 0, -1, "", what);
  }

  static Fault unsupported(int line, String what) {
    return new Fault(Reason.UNSUPPORTED, line, -1, "", what);
  }

  /// The same at a place.
  Fault at(int where, int columnThere, String contextThere) {
    return line > 0
        ? this
        : new Fault(reason, where, columnThere, contextThere, String.valueOf(getMessage()));
  }

  /// The same with something said before.
  Fault prefixed(String before) {
    return new Fault(reason, line, column, context, before + getMessage());
  }

  Reason reason() {
    return reason;
  }

  String what() {
    return Bytes.decode(String.valueOf(getMessage()));
  }

  String place() {
    if (line == 0) {
      return "";
    }
    return column < 0 ? "line " + line : "line " + line + ", column " + (column + 1);
  }

  String words(String template) {
    String place = template;
    if (line > 0) {
      place += ":" + line + (column < 0 ? "" : ":" + column);
    }
    return "template: " + place + ": " + Bytes.decode(context) + what();
  }
}

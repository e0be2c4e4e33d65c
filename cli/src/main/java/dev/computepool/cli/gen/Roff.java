package dev.computepool.cli.gen;

/// A manual page as it grows, in the macros of man(7).
final class Roff {
  private final StringBuilder text = new StringBuilder();

  Roff(String title, String version, String manual) {
    text.append(".TH \"%s\" \"1\" \"\" \"%s\" \"%s\"\n".formatted(title, version, manual));
    // Commands are copied from pages: no hyphens of the formatter's in them, and plain quotes.
    text.append(".nh\n.ad l\n");
  }

  Roff section(String heading) {
    text.append(".SH ").append(escaped(heading)).append('\n');
    return this;
  }

  Roff subsection(String heading) {
    text.append(".SS ").append(escaped(heading)).append('\n');
    return this;
  }

  /// A paragraph of marked-up text.
  Roff paragraph(String marked) {
    text.append(".PP\n");
    return line(marked);
  }

  /// Marked-up text that goes on in the same paragraph.
  Roff line(String marked) {
    // A sentence ends a line, so that the formatter sets the space after it.
    text.append(guarded(marked.replaceAll("(?<=[a-z)\\]]\\.) (?=[A-Z])", "\n"))).append('\n');
    return this;
  }

  /// A marked-up term, and below it what it means.
  Roff term(String marked, String meaning) {
    text.append(".TP\n").append(guarded(marked)).append('\n');
    return meaning.isEmpty() ? this : line(meaning);
  }

  /// Brings the terms that follow close together, or apart again.
  Roff compact(boolean compact) {
    text.append(compact ? ".PD 0\n" : ".PD\n");
    return this;
  }

  /// Lines as they are.
  Roff example(Iterable<String> lines) {
    text.append(".PP\n.RS 4\n.EX\n");
    for (String line : lines) {
      text.append(guarded(escaped(line))).append('\n');
    }
    text.append(".EE\n.RE\n");
    return this;
  }

  static String bold(String plain) {
    return "\\fB" + escaped(plain) + "\\fR";
  }

  static String italic(String plain) {
    return "\\fI" + escaped(plain) + "\\fR";
  }

  /// Plain text as marked-up text.
  static String escaped(String plain) {
    StringBuilder escaped = new StringBuilder();
    plain
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                case '"' -> escaped.append("\\(dq");
                case '…' -> escaped.append("...");
                default -> {
                  if (c < 128) {
                    escaped.append((char) c);
                  } else {
                    escaped.append("\\[u%04X]".formatted(c));
                  }
                }
              }
            });
    return escaped.toString();
  }

  /// Keeps a line that begins like a request from being one.
  private static String guarded(String marked) {
    return marked.replaceAll("(?m)^(?=[.'])", "\\\\&");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

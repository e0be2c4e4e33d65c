package dev.computepool.convert.vocab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression of a tokenizer, in the dialect of Oniguruma, as far as Java has it too.
final class SplitPattern {
  private static final Pattern PROPERTY = Pattern.compile("\\\\([pP])\\{(\\^?)(\\w+)}");

  /// Steps after which a pattern counts as one that never ends on some text.
  private static final int PATIENCE = 5_000_000;

  private final Pattern pattern;

  private SplitPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /// @throws UnknownComponentException if Java cannot read it
  static SplitPattern of(String regex) throws UnknownComponentException {
    String java = PROPERTY.matcher(regex).replaceAll(SplitPattern::property);
    try {
      int flags = Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
      // There `$` ends any line, and a line ends with \n only.
      return new SplitPattern(
          Pattern.compile(java, flags | Pattern.MULTILINE | Pattern.UNIX_LINES));
    } catch (PatternSyntaxException e) {
      throw new UnknownComponentException(
          "the regular expression %s (%s)".formatted(regex, e.getDescription()));
    }
  }

  private static String property(MatchResult match) {
    boolean negated = match.group(1).equals("P") != match.group(2).equals("^");
    String name = match.group(3);
    String prefix = name.length() > 2 ? "Is" : "";
    return Matcher.quoteReplacement("\\%s{%s%s}".formatted(negated ? "P" : "p", prefix, name));
  }

  /// Cuts a text into what the pattern matches and what lies between.
  ///
  /// @throws UnknownComponentException if the pattern does not come to an end on it
  List<SplitBehavior.Part> cut(String text) throws UnknownComponentException {
    List<SplitBehavior.Part> parts = new ArrayList<>();
    int end = 0;
    try {
      Matcher matcher = pattern.matcher(new Metered(text));
      while (matcher.find()) {
        if (matcher.start() > end) {
          parts.add(new SplitBehavior.Part(text.substring(end, matcher.start()), false));
        }
        if (matcher.end() > matcher.start()) {
          parts.add(new SplitBehavior.Part(matcher.group(), true));
        }
        end = matcher.end();
      }
    } catch (StackOverflowError | OutOfPatienceException e) {
      throw new UnknownComponentException(
          "the regular expression %s, which does not end on some texts".formatted(pattern));
    }
    if (end < text.length()) {
      parts.add(new SplitBehavior.Part(text.substring(end), false));
    }
    return parts;
  }

  private static final class OutOfPatienceException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A text that can be looked at only so often: a hostile pattern must not hold us for ever.
  private static final class Metered implements CharSequence {
    private final String text;
    private int left = PATIENCE;

    Metered(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new OutOfPatienceException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

package dev.computepool.publish.hub;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A pattern of file names as Hugging Face's tools take it: `*` stands for anything, slashes too,
/// `?` for one character, `[abc]` for one of these; a folder with a slash at its end for all in it.
///
/// @see <a href="https://docs.python.org/3/library/fnmatch.html">fnmatch</a>
public final class Glob {
  private final Pattern pattern;

  private Glob(Pattern pattern) {
    this.pattern = pattern;
  }

  /// Reads a pattern.
  public static Glob parse(String text) {
    String glob = text.endsWith("/") ? text + "*" : text;
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          int first = i + 1 < glob.length() && glob.charAt(i + 1) == '!' ? i + 2 : i + 1;
          int end = glob.indexOf(']', first + 1);
          if (end < 0) {
            regex.append("\\[");
          } else {
            String set = glob.substring(first, end).replace("\\", "\\\\").replace("[", "\\[");
            String literal = set.replace("^", "\\^").replace("&&", "&\\&");
            regex.append(first == i + 2 ? "[^" : "[").append(literal).append(']');
            i = end;
          }
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return new Glob(Pattern.compile(regex.toString(), Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("'%s' is no pattern of names".formatted(text), e);
    }
  }

  boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  /// Whether a name is wanted.
  ///
  /// @param include none for all
  /// @param exclude what is left out of these
  static boolean selects(List<Glob> include, List<Glob> exclude, String path) {
    return (include.isEmpty() || include.stream().anyMatch(g -> g.matches(path)))
        && exclude.stream().noneMatch(g -> g.matches(path));
  }
}

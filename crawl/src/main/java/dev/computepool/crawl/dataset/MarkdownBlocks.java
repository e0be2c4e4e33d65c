package dev.computepool.crawl.dataset;

import dev.computepool.crawl.dataset.Block.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells the blocks of a Markdown text apart, line by line, as far as it matters for where it can
/// be parted.
///
/// @see <a href="https://spec.commonmark.org/0.31.2/">CommonMark</a>
final class MarkdownBlocks {
  private static final Pattern HEADING = Pattern.compile("^ {0,3}(#{1,6})(?:[ \t].*)?$");
  private static final Pattern FENCE = Pattern.compile("^[ \t]*(`{3,}|~{3,})(.*)$");
  private static final Pattern ITEM = Pattern.compile("^( {0,3})(?:[-*+]|\\d{1,9}[.)])(?: .*)?$");

  private final List<String> lines;
  private final List<Block> blocks = new ArrayList<>();
  private int at;

  private MarkdownBlocks(String markdown) {
    this.lines = markdown.lines().toList();
  }

  /// The blocks in their order. Joined by blank lines they are the text again.
  static List<Block> of(String markdown) {
    MarkdownBlocks reader = new MarkdownBlocks(markdown);
    while (reader.at < reader.lines.size()) {
      reader.next();
    }
    return List.copyOf(reader.blocks);
  }

  /// The fence that a line opens, such as three backticks, or null.
  static @Nullable String opens(String line) {
    Matcher fence = FENCE.matcher(line);
    boolean opens =
        fence.matches() && (fence.group(1).charAt(0) == '~' || fence.group(2).indexOf('`') < 0);
    return opens ? fence.group(1) : null;
  }

  /// Whether a line closes what `fence` has opened.
  static boolean closes(String line, String fence) {
    String text = line.strip();
    return text.length() >= fence.length() && text.chars().allMatch(c -> c == fence.charAt(0));
  }

  static boolean isItem(String line) {
    return ITEM.matcher(line).matches();
  }

  private void next() {
    String line = lines.get(at);
    if (line.isBlank()) {
      at++;
      return;
    }
    int begin = at;
    Matcher heading = HEADING.matcher(line);
    if (heading.matches()) {
      at++;
      blocks.add(new Block(Kind.HEADING, heading.group(1).length(), line));
    } else if (opens(line) != null) {
      fence();
      add(Kind.CODE, begin);
    } else if (line.startsWith("    ") || line.startsWith("\t")) {
      indented();
      add(Kind.CODE, begin);
    } else if (line.stripLeading().startsWith("|")) {
      while (at < lines.size() && lines.get(at).stripLeading().startsWith("|")) {
        at++;
      }
      add(Kind.TABLE, begin);
    } else if (isItem(line)) {
      list();
      add(Kind.LIST, begin);
    } else {
      paragraph();
      add(Kind.PARAGRAPH, begin);
    }
  }

  private void add(Kind kind, int begin) {
    int end = at;
    while (lines.get(end - 1).isBlank()) {
      end--;
    }
    blocks.add(new Block(kind, 0, String.join("\n", lines.subList(begin, end))));
  }

  /// Goes behind the fence that opens here; one that nobody closes goes to the end.
  private void fence() {
    String fence = opens(lines.get(at++));
    while (fence != null && at < lines.size() && !closes(lines.get(at++), fence)) {}
  }

  private void indented() {
    while (at < lines.size()
        && (lines.get(at).isBlank()
            || lines.get(at).startsWith("    ")
            || lines.get(at).startsWith("\t"))) {
      at++;
    }
  }

  /// A list goes on over blank lines as long as an item or something indented follows.
  private void list() {
    boolean blank = false;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (line.isBlank()) {
        blank = true;
        at++;
        continue;
      }
      boolean indented = line.startsWith("  ") || line.startsWith("\t");
      boolean inside = indented || isItem(line);
      if (!inside && (blank || HEADING.matcher(line).matches() || opens(line) != null)) {
        return;
      }
      blank = false;
      if (opens(line) != null) {
        fence();
      } else {
        at++;
      }
    }
  }

  private void paragraph() {
    at++;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (line.isBlank()
          || HEADING.matcher(line).matches()
          || opens(line) != null
          || line.startsWith("|")) {
        return;
      }
      at++;
    }
  }
}

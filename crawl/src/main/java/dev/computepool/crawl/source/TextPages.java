package dev.computepool.crawl.source;

import dev.computepool.crawl.extract.Extraction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pages that are Markdown or plain text already.
public final class TextPages {
  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A(---|\\+\\+\\+)[ \\t]*\\n(.*?\\n)?\\1[ \\t]*(\\n|\\z)", Pattern.DOTALL);

  private static final Pattern TITLE =
      Pattern.compile("(?m)^title\\s*[:=]\\s*([\"']?)(.+?)\\1[ \\t]*$");

  private static final Pattern HEADING = Pattern.compile("#{1,2}[ \\t]+(.+?)[ \\t]*#*");

  /// The first or last line of a block of code; the words after backticks have none themselves.
  private static final Pattern FENCE = Pattern.compile(" {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))");

  private TextPages() {}

  /// Markdown without the settings that site generators keep at its beginning; its title is the
  /// one in there, else the first heading.
  ///
  /// @param name of the file, its title if it has none
  public static Extraction markdown(String text, String name) {
    String unix = unix(text);
    Matcher front = FRONT_MATTER.matcher(unix);
    String body = unix;
    String title = "";
    if (front.find()) {
      body = unix.substring(front.end());
      Matcher stated = TITLE.matcher(front.group());
      title = stated.find() ? stated.group(2).strip() : "";
    }
    if (title.isEmpty()) {
      title = heading(body, name);
    }
    return new Extraction(title, null, null, body.strip());
  }

  /// The first heading; what looks like one in a block of code is a comment.
  private static String heading(String body, String otherwise) {
    String open = "";
    for (String line : (Iterable<String>) body.lines()::iterator) {
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        String marks = fence.group(1) == null ? fence.group(3) : fence.group(1);
        String words = fence.group(1) == null ? fence.group(4) : fence.group(2);
        if (open.isEmpty()) {
          open = marks;
        } else if (marks.startsWith(open) && words.isBlank()) {
          open = "";
        }
        continue;
      }
      Matcher heading = HEADING.matcher(line);
      if (open.isEmpty() && heading.matches()) {
        return heading.group(1).strip();
      }
    }
    return otherwise;
  }

  /// Text as it is; its title is the name of its file.
  public static Extraction text(String text, String name) {
    return new Extraction(name, null, null, unix(text).strip());
  }

  private static String unix(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }
}

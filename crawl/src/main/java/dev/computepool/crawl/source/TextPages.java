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

  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,2}[ \\t]+(.+?)[ \\t]*#*$");

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
    Matcher heading = HEADING.matcher(body);
    if (title.isEmpty()) {
      title = heading.find() ? heading.group(1).strip() : name;
    }
    return new Extraction(title, null, null, body.strip());
  }

  /// Text as it is; its title is the name of its file.
  public static Extraction text(String text, String name) {
    return new Extraction(name, null, null, unix(text).strip());
  }

  private static String unix(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }
}

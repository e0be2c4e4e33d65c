package dev.computepool.crawl.extract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Words that sites put around their texts, in the languages most pages are written in.
final class Phrases {
  /// Characters of the longest heading that is compared.
  private static final int LONGEST_HEADING = 60;

  /// Characters of the longest heading that is a known beginning and a name.
  private static final int LONGEST_NAMED = 45;

  private static final Set<String> AFTERWORDS = new HashSet<>();

  private static final Set<String> AFTERWORD_STARTS = new HashSet<>();

  private static final Set<String> LABELS = new HashSet<>();

  static {
    for (String line : lines("afterwords.txt")) {
      if (line.endsWith("...")) {
        AFTERWORD_STARTS.add(line.substring(0, line.length() - 3));
      } else {
        AFTERWORDS.add(line);
      }
    }
    LABELS.addAll(lines("labels.txt"));
  }

  private Phrases() {}

  /// Whether a heading introduces what is not part of the text.
  static boolean isAfterword(String heading) {
    if (heading.length() > LONGEST_HEADING) {
      return false;
    }
    String words = normal(heading);
    return AFTERWORDS.contains(words)
        || (heading.length() <= LONGEST_NAMED && startsLikeAfterword(words));
  }

  private static boolean startsLikeAfterword(String words) {
    for (int end = words.indexOf(' '); end > 0; end = words.indexOf(' ', end + 1)) {
      if (AFTERWORD_STARTS.contains(words.substring(0, end))) {
        return true;
      }
    }
    return AFTERWORD_STARTS.contains(words);
  }

  /// Whether a line sends readers to another page: a phrase that introduces such pages, a colon
  /// and what that page is called.
  static boolean isPointer(String line) {
    for (int i = 0; i < Math.min(line.length(), LONGEST_NAMED); i++) {
      char c = line.charAt(i);
      if (c == ':' || c == '：' || c == '|' || c == '–' || c == '—') {
        return AFTERWORDS.contains(normal(line.substring(0, i)));
      }
    }
    return false;
  }

  /// Whether a line is a button or a sign.
  static boolean isLabel(String line) {
    return LABELS.contains(normal(line));
  }

  /// Whether a line says who owns the site, or what runs it.
  static boolean isImprint(String line) {
    String lower = line.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("©")
        || lower.startsWith("copyright ©")
        || lower.startsWith("copyright (c)")
        || lower.startsWith("powered by ")
        || lower.endsWith("all rights reserved.")
        || lower.endsWith("all rights reserved");
  }

  /// Letters in lower case with single blanks between words; numbers and punctuation are dropped.
  static String normal(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetter(c)) {
        if (blank && !out.isEmpty()) {
          out.append(' ');
        }
        blank = false;
        out.append(c);
      } else {
        blank = true;
      }
    }
    return out.toString().toLowerCase(Locale.ROOT);
  }

  private static Set<String> lines(String name) {
    Set<String> lines = new HashSet<>();
    try (InputStream in = Phrases.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          lines.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}

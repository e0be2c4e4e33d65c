package dev.computepool.crawl.fetch;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tells pages that have nothing to read: checks for humans, and shells that scripts fill.
public final class Blank {
  /// A shell may say that it is loading, or that JavaScript is needed.
  public static final int MOST_LETTERS = 200;

  private static final int NOTICE = 500;

  /// A place that scripts fill.
  private static final Pattern SHELL =
      Pattern.compile(
          "(?i)<(?:div|main|section)\\s[^<>]{0,200}\\bid\\s?=\\s?[\"']?"
              + "[\\w-]{0,40}(?:root|app|next|nuxt|gatsby|svelte)[\\w-]{0,40}"
              + "|<app-root|<script\\s[^<>]{0,200}type\\s?=\\s?[\"']?module");

  private Blank() {}

  /// Why a page has nothing to read; empty if it may have.
  public static Optional<Refusal> reason(String html) {
    if (Challenge.isChallenge(html)) {
      return Optional.of(Refusal.CHALLENGE);
    }
    boolean blank = VisibleText.begin(html, MOST_LETTERS).length() < MOST_LETTERS - 1;
    return blank && isShell(html) ? Optional.of(Refusal.SCRIPT_RENDERED) : Optional.empty();
  }

  /// Whether there is a place that scripts fill, or a word to those who have none.
  private static boolean isShell(String html) {
    int notice = html.indexOf("<noscript");
    if (notice >= 0) {
      String said = html.substring(notice, Math.min(html.length(), notice + NOTICE));
      if (said.toLowerCase(Locale.ROOT).contains("javascript")) {
        return true;
      }
    }
    return SHELL.matcher(html).find();
  }
}

package dev.computepool.crawl.extract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes out what is on a page to work it, whatever kind of page it is: menus, buttons, banners,
/// hidden boxes.
final class Chrome {
  /// A box with more of the page's sentences than this share is content, whatever it is called.
  private static final double TOO_MUCH = 0.5;

  /// Share of links from which on text is a list of links.
  private static final double MOSTLY_LINKS = 0.7;

  /// Share of links that running text does not reach.
  private static final double SOME_LINKS = 0.4;

  /// Characters of sentences that a banner or a footer may have.
  private static final int BRIEF = 400;

  /// Characters of the longest label of a listing, the name of a language or of a button.
  private static final int LABEL = 16;

  private static final long HARD =
      Cue.mask(
          Cue.NAVIGATION, Cue.FOOTER, Cue.CONSENT, Cue.SIGNUP, Cue.ADVERT, Cue.SHARE, Cue.OVERLAY);

  private final Page page;
  private final int prose;
  private final int chars;

  /// Where the listing ends that the walk is in.
  private int code;

  private Chrome(Page page) {
    this.page = page;
    this.prose = page.body().prose();
    this.chars = page.body().chars();
  }

  static void drop(Page page) {
    Chrome chrome = new Chrome(page);
    for (Box box : page.standing()) {
      if (box != page.body()) {
        String reason = chrome.reason(box);
        if (reason != null) {
          box.drop(reason);
        }
      }
    }
  }

  private @Nullable String reason(Box box) {
    if (box.is("math") || box.is("mjx-container")) {
      return null;
    }
    if (box.order() < code || box.is("pre") || box.is("code")) {
      code = Math.max(code, box.is("pre") ? box.end() : 0);
      return box.has(Cue.GUTTER) && isNumbers(box) ? "line numbers" : codeReason(box);
    }
    if (isHidden(box) && !isTab(box) && !isMostOfThePage(box)) {
      return "hidden";
    }
    if (Names.isForScreenReaders(box) && box.prose() == 0) {
      return "for screen readers";
    }
    if (isListingLabel(box)) {
      return "label of a listing";
    }
    if (box.has(Cue.CONTENTS_TABLE) && box.linkDensity() > MOSTLY_LINKS) {
      return "table of contents";
    }
    if (box.has(Cue.GUTTER) && isNumbers(box)) {
      return "line numbers";
    }
    String byTag = byTag(box);
    if (byTag != null) {
      return byTag;
    }
    String byRole = byRole(box);
    if (byRole != null) {
      return byRole;
    }
    if (box.is("main") || box.is("article") || box.is("html") || Tags.headingLevel(box.tag()) > 0) {
      return null;
    }
    if (box.has(Cue.CONSENT) && !holdsMain(box)) {
      return "consent";
    }
    return isNamedChrome(box) && !isTooMuch(box) ? cueReason(box) : null;
  }

  private boolean holdsMain(Box box) {
    for (Box below : page.below(box)) {
      if (below.is("main") || below.is("article") || below.is("h1")) {
        return true;
      }
    }
    return false;
  }

  private boolean isNamedChrome(Box box) {
    if (!box.hasAny(HARD)) {
      return false;
    }
    boolean brief = box.prose() < BRIEF && box.codes() == 0;
    if (box.has(Cue.NAVIGATION)) {
      return box.linkDensity() > SOME_LINKS || (box.prose() == 0 && box.codes() == 0);
    }
    // A tweet in an article is called "social" too, but it has sentences.
    boolean onlyShare = !box.hasAny(HARD & ~Cue.mask(Cue.SHARE));
    return brief && (!onlyShare || box.prose() == 0);
  }

  private static @Nullable String codeReason(Box box) {
    if (box.is("button")
        || box.element().hasClass("boring")
        || box.element().hasClass("copy")
        || box.element().hasClass("copybtn")) {
      return box.element().hasClass("boring") ? "hidden line" : "button of a listing";
    }
    return null;
  }

  /// Beside a listing, in the box that the highlighter put around it: a language, a button.
  private static boolean isListingLabel(Box box) {
    Box parent = box.parent();
    return parent != null
        && parent.codes() == 1
        && box.codes() == 0
        && (parent.is("div") || parent.is("figure"))
        && box.chars() <= LABEL
        && box.line().indexOf('.') < 0
        && box.pieces().size() <= 1
        && (CodeLanguage.own(parent) != null || parent.element().hasClass("highlight"));
  }

  private @Nullable String byTag(Box box) {
    return switch (box.tag()) {
      case "nav" -> "navigation";
      case "button" -> insideHeading(box) ? null : "button";
      case "footer" -> isTooMuch(box) ? null : "footer";
      case "aside" -> isTooMuch(box) || box.codes() > 0 || box.has(Cue.NOTE) ? null : "aside";
      case "dialog" -> "dialog";
      case "label", "fieldset", "legend" -> isTooMuch(box) ? null : "form";
      case "form" -> isTooMuch(box) ? null : "form";
      default -> null;
    };
  }

  private @Nullable String byRole(Box box) {
    String role = box.attribute("role");
    if (role.isEmpty()) {
      return null;
    }
    return switch (role) {
      case "navigation",
          "menu",
          "menubar",
          "search",
          "dialog",
          "alertdialog",
          "contentinfo",
          "toolbar",
          "tooltip",
          "status" ->
          isTooMuch(box) ? null : "role " + role;
      case "banner", "complementary" -> isTooMuch(box) ? null : "role " + role;
      default -> null;
    };
  }

  private boolean isTooMuch(Box box) {
    return box.prose() > prose * TOO_MUCH;
  }

  /// Pages that scripts uncover hide all of their content at first.
  private boolean isMostOfThePage(Box box) {
    return isTooMuch(box)
        || box.chars() > chars * TOO_MUCH
        || (box.attribute("id").startsWith("S:") && box.element().hasAttr("hidden"));
  }

  private static boolean insideHeading(Box box) {
    for (Box around = box.parent(); around != null; around = around.parent()) {
      if (Tags.headingLevel(around.tag()) > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHidden(Box box) {
    if (box.element().hasAttr("hidden") && !box.attribute("hidden").equals("until-found")) {
      return true;
    }
    String style = box.attribute("style");
    if (!style.isEmpty()) {
      String rules = style.toLowerCase(Locale.ROOT).replace(" ", "");
      if (rules.contains("display:none") || rules.contains("visibility:hidden")) {
        return true;
      }
    }
    return box.attribute("aria-hidden").equals("true")
        && box.prose() == 0
        && !box.tag().startsWith("mjx");
  }

  /// Hidden only until its tab is chosen: the same steps for another system, say.
  private static boolean isTab(Box box) {
    return box.codes() > 0 || box.attribute("role").equals("tabpanel");
  }

  private static boolean isNumbers(Box box) {
    String text = box.element().text();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isDigit(c) && !Character.isWhitespace(c)) {
        return false;
      }
    }
    return true;
  }

  private static String cueReason(Box box) {
    StringBuilder names = new StringBuilder();
    for (Cue cue : Cue.values()) {
      if (box.has(cue)) {
        names
            .append(names.isEmpty() ? "" : ", ")
            .append(cue.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return names.toString();
  }
}

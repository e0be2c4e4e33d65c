package dev.computepool.crawl.extract;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;
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

  /// Names of boxes that a button shows and hides.
  private final Set<String> controlled = new HashSet<>();

  /// Those of them that have something to say.
  private final Set<String> panels = new HashSet<>();

  /// Where the listing ends that the walk is in.
  private int code;

  private Chrome(Page page) {
    this.page = page;
    this.prose = page.body().prose();
    this.chars = page.body().chars();
    for (Box box : page.boxes()) {
      if (!box.attribute("aria-controls").isEmpty() && box.chars() > 0) {
        controlled.add(box.attribute("aria-controls"));
      }
    }
    for (Box box : page.boxes()) {
      if (controlled.contains(box.attribute("id"))
          && box.prose() > 0
          && box.linkDensity() < SOME_LINKS) {
        panels.add(box.attribute("id"));
      }
    }
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
      return (box.has(Cue.GUTTER) || Names.isLineNumber(box)) && isNumbers(box)
          ? "line numbers"
          : codeReason(box);
    }
    if (isDrawnFormula(box)) {
      return "formula as it was drawn";
    }
    if (isHidden(box) && !isTab(box) && !isMostOfThePage(box)) {
      return "hidden";
    }
    if (Names.isForScreenReaders(box) && box.prose() == 0) {
      return "for screen readers";
    }
    if (Names.isEditLink(box)) {
      return "link to the editor or the source";
    }
    if (Names.isPermalink(box) && box.chars() < 3 && !hasWords(box)) {
      return "link to the place itself";
    }
    if (Names.isPaging(box) && box.prose() == 0 && box.linkDensity() > SOME_LINKS) {
      return "pages before and after";
    }
    if (box.has(Cue.SIDE)
        && !box.has(Cue.CONTENT)
        && box.prose() == 0
        && box.linkDensity() > MOSTLY_LINKS) {
      return "links beside the text";
    }
    if (box.prose() == 0 && box.codes() == 0 && Names.isNotPrinted(box) && !isMostOfThePage(box)) {
      return "not printed";
    }
    if (isListingLabel(box)) {
      return "label of a listing";
    }
    if (box.has(Cue.CONTENTS_TABLE) && box.linkDensity() > MOSTLY_LINKS) {
      return "table of contents";
    }
    if ((box.has(Cue.GUTTER) || Names.isLineNumber(box) || isBesideCode(box)) && isNumbers(box)) {
      return "line numbers";
    }
    if (isNavigationByType(box) && !isTooMuch(box)) {
      return "navigation by its type";
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
      case "button" ->
          isHeading(box) || panels.contains(box.attribute("aria-controls")) ? null : "button";
      case "footer" -> isTooMuch(box) || isPartOfText(box) ? null : "footer";
      case "aside" -> isTooMuch(box) || box.codes() > 0 || isPartOfText(box) ? null : "aside";
      case "dialog" -> "dialog";
      case "amp-sidebar",
          "amp-consent",
          "amp-user-notification",
          "amp-ad",
          "amp-embed",
          "amp-lightbox",
          "amp-list" ->
          isTooMuch(box) ? null : "part of AMP";
      case "label", "legend" -> isTooMuch(box) ? null : "form";
      case "form", "fieldset" -> isTooMuch(box) || (box.chars() > chars * TOO_MUCH) ? null : "form";
      default -> null;
    };
  }

  /// Footnotes, boxes with a hint or a topic, who is quoted: set apart, but what the page says.
  private static boolean isPartOfText(Box box) {
    return box.has(Cue.NOTE)
        || box.attribute("role").startsWith("doc-")
        || (box.parent() != null && box.parent().is("blockquote"))
        || (!box.children().isEmpty() && Names.isTitleOfBox(box.children().getFirst()));
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

  private static boolean isNavigationByType(Box box) {
    String type = box.attribute("itemtype") + box.attribute("typeof");
    return type.endsWith("BreadcrumbList")
        || type.endsWith("SiteNavigationElement")
        || type.endsWith("WPSideBar")
        || type.endsWith("WPFooter");
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

  /// Whether it is all there is in a heading, which then shows and hides what it stands above.
  private static boolean isHeading(Box box) {
    for (Box around = box.parent(); around != null; around = around.parent()) {
      if (Tags.headingLevel(around.tag()) > 0) {
        return around.chars() == box.chars();
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

  /// A cell in a row in which another one has the code.
  private static boolean isBesideCode(Box box) {
    Box row = box.parent();
    return box.is("td") && row != null && row.codes() > box.codes() && row.children().size() == 2;
  }

  /// Hidden only until its tab is chosen: the same steps for another system, say.
  private boolean isTab(Box box) {
    return box.codes() > 0
        || box.attribute("role").equals("tabpanel")
        || panels.contains(box.attribute("id"));
  }

  /// What MathJax 2 drew of a formula that follows as TeX.
  private static boolean isDrawnFormula(Box box) {
    Element element = box.element();
    if (element.hasClass("MathJax_Preview")) {
      return true;
    }
    if (!element.hasClass("MathJax") && !element.hasClass("MathJax_Display")) {
      return false;
    }
    Element next = element.nextElementSibling();
    return next != null
        && next.normalName().equals("script")
        && next.attr("type").startsWith("math/tex");
  }

  private static boolean hasWords(Box box) {
    return box.element().text().codePoints().anyMatch(Character::isLetterOrDigit);
  }

  private static boolean isNumbers(Box box) {
    String text = box.element().text();
    if (text.isBlank()) {
      return false;
    }
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

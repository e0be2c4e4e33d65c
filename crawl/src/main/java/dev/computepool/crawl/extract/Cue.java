package dev.computepool.crawl.extract;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What the author of a template says about an element in its class and its id.
///
/// Names are cut into words (`relatedPosts`, `related-posts` and `related_posts` are all
/// "related" and "posts"), so that a cue never fires inside another word.
enum Cue {
  /// Holds the main text.
  CONTENT(
      "content contents article articlebody body entry hentry main story text prose markdown post"
          + " postbody postcontent maincontent bodytext articletext storybody richtext rte cms"
          + " page document docs blogpost mw"),
  /// Moves the reader to other pages.
  NAVIGATION(
      "nav navbar navi navigation menu menus submenu megamenu topnav subnav sidenav navlist"
          + " breadcrumb breadcrumbs crumbs crumb pagination pager paging pagenav prevnext"
          + " offcanvas hamburger burger drawer dropdown flyout skiplink skip jump"),
  /// Lists the headings of the page itself.
  CONTENTS_TABLE("toc tableofcontents pagetoc localtoc onthispage tocify"),
  /// Stands beside the main text.
  SIDE("sidebar sidebars aside rail rightrail leftrail sidecolumn complementary sidecol"),
  /// Closes the page.
  FOOTER(
      "footer foot colophon copyright siteinfo contentinfo legal bottombar"
          + " catlinks printfooter"),
  /// Opens the page.
  HEADER("header masthead topbar branding navbrand siteheader banner announcement"),
  /// Asks for leave to track.
  CONSENT(
      "cookie cookies cookiebar consent gdpr onetrust cookiebot ccpa usercentrics didomi truste"),
  /// Asks for an address.
  SIGNUP(
      "newsletter newsletters subscribe subscription signup optin mailchimp mailinglist register"
          + " login signin logon paywall"),
  /// Sells something else.
  ADVERT(
      "ad ads advert adverts advertisement advertising advertorial adsense adslot adunit"
          + " sponsor sponsored promo promos promoted promotion outbrain taboola dfp adbox"),
  /// Invites to pass the page on.
  SHARE(
      "share shares sharing sharebar shareaholic addthis addtoany sharedaddy social socials"
          + " socialmedia facebook twitter whatsapp pinterest linkedin instagram tumblr reddit"
          + " follow sharethis"),
  /// Points to other pages like this one.
  RELATED(
      "related recommended recommendation recommendations recommend similar morefrom readnext"
          + " readmore upnext trending popular mostpopular mostread latest recent teaser teasers"
          + " yarpp crosssell upsell jp more also youmaylike crp"),
  /// What readers have written below the text.
  COMMENT("comment comments commentlist disqus respond livefyre commento remark discourse"),
  /// Who wrote it.
  AUTHOR("author authors byline bio authorbox authorbio contributor vcard avatar profile"),
  /// When, where and under which heading it was published.
  META(
      "date dateline timestamp meta metadata published posted updated pubdate postmeta entrymeta"
          + " articlemeta readtime tags tag tagged taglist tagcloud categories cats keywords"
          + " views"),
  /// What stands under a picture.
  CAPTION("caption captions figcaption credit credits photocredit imagecaption"),
  /// Hidden until asked for, or only for screen readers.
  HIDDEN(
      "hidden hide invisible visuallyhidden sronly screenreader assistive offscreen noprint"
          + " printonly"),
  /// Lies over the page.
  OVERLAY("modal popup popover overlay dialog lightbox tooltip toast interstitial flyin"),
  /// Works rather than reads.
  TOOLS(
      "toolbar tools actions buttons btn button toggle print search searchform searchbox filter"
          + " filters sort sorting facets vote votes voting rating ratings rate feedback helpful"
          + " report copy clipboard permalink headerlink editlink carousel slider pswp"),
  /// A box that a site builder put there.
  WIDGET("widget widgets portlet module promo block"),
  /// Something for sale.
  PRODUCT("product products price cart basket checkout sku shop store quantity variants"),
  /// One of many like it.
  CARD("card cards tile tiles item grid"),
  /// Somebody's turn in a discussion.
  POST("post posts message messages reply replies answer answers thread topic"),
  /// Belongs to a place where people discuss.
  FORUM("forum forums subforum board boards discussions discussionboard viewtopic"),
  /// Stands under every turn of the same person.
  SIGNATURE("signature sig signatures"),
  /// Somebody in a discussion.
  USER("user users userinfo member poster username usercard avatar profile"),
  /// Set apart from the text around it, but part of it.
  NOTE(
      "note notes notice tip caution warning danger success admonition callout alert important hint"
          + " notecard footnote footnotes endnote endnotes"),
  /// Numbers of the lines of a listing.
  GUTTER("gutter linenos lineno linenumber linenumbers linenodiv linenum lnum blobnum");

  private static final Map<String, Long> WORDS = new HashMap<>();

  static {
    for (Cue cue : values()) {
      for (String word : cue.words.split(" ", -1)) {
        WORDS.merge(word, cue.bit(), (a, b) -> a | b);
      }
    }
  }

  private final String words;

  Cue(String words) {
    this.words = words;
  }

  // A position in a mask that lives no longer than the page: nothing is stored by it.
  @SuppressWarnings("EnumOrdinal")
  private long bit() {
    return 1L << ordinal();
  }

  /// Whether a set of cues has this one.
  boolean in(long cues) {
    return (cues & bit()) != 0;
  }

  /// A set of cues as a mask.
  static long mask(Cue... cues) {
    long mask = 0;
    for (Cue cue : cues) {
      mask |= cue.bit();
    }
    return mask;
  }

  /// The cues of names as they stand in an attribute, with blanks between them.
  ///
  /// Names that tell a state (`has-sidebar`, `no-comments`) say what is elsewhere on the page.
  static long ofNames(String names) {
    long cues = 0;
    int start = 0;
    int length = names.length();
    while (start < length) {
      int end = names.indexOf(' ', start);
      end = end < 0 ? length : end;
      if (end > start && !isState(names, start)) {
        cues |= of(names.substring(start, end));
      }
      start = end + 1;
    }
    return cues;
  }

  private static boolean isState(String names, int start) {
    return names.startsWith("has-", start)
        || names.startsWith("is-", start)
        || names.startsWith("no-", start)
        || names.startsWith("with-", start)
        || names.startsWith("without-", start)
        || names.startsWith("hide-", start);
  }

  /// The cues of the words that a name is made of.
  static long of(String name) {
    long cues = 0;
    int start = 0;
    int length = name.length();
    for (int i = 0; i <= length; i++) {
      boolean end = i == length || !isLetter(name.charAt(i));
      boolean hump = !end && i > start && isUpper(name.charAt(i)) && !isUpper(name.charAt(i - 1));
      if (end || hump) {
        if (i > start + 1) {
          cues |= ofWord(name.substring(start, i));
        }
        start = end ? i + 1 : i;
      }
    }
    return cues;
  }

  private static long ofWord(String word) {
    Long found = WORDS.get(word);
    if (found == null && hasUpper(word)) {
      found = WORDS.get(word.toLowerCase(Locale.ROOT));
    }
    return found == null ? 0 : found;
  }

  private static boolean hasUpper(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (isUpper(word.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || isUpper(c);
  }
}

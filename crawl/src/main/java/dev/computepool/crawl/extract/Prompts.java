package dev.computepool.crawl.extract;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes out boxes that ask readers for something, whatever a template calls them: for leave to
/// track, or for an address to write to. They are told by what is in them: a button that agrees to
/// cookies, a field for an address.
final class Prompts {
  /// Characters of the longest notice about cookies with all its choices.
  private static final int NOTICE = 900;

  /// Characters of the longest invitation to leave an address.
  private static final int INVITATION = 400;

  /// What the buttons of such a notice say, in lower case.
  private static final Set<String> CONSENTS =
      Set.of(
          "accept",
          "accept all",
          "accept cookies",
          "accept all cookies",
          "i accept",
          "agree",
          "i agree",
          "agree and close",
          "got it",
          "ok",
          "okay",
          "allow",
          "allow all",
          "allow cookies",
          "allow all cookies",
          "i understand",
          "reject",
          "reject all",
          "decline",
          "deny",
          "manage preferences",
          "cookie settings",
          "akzeptieren",
          "alle akzeptieren",
          "zustimmen",
          "einverstanden",
          "verstanden",
          "ablehnen",
          "alle ablehnen",
          "accepter",
          "tout accepter",
          "j accepte",
          "tout refuser",
          "refuser",
          "aceptar",
          "aceptar todo",
          "aceptar todas",
          "rechazar",
          "aceitar",
          "aceitar todos",
          "rejeitar",
          "accetta",
          "accetta tutti",
          "accetto",
          "rifiuta",
          "accepteren",
          "alles accepteren",
          "akkoord",
          "weigeren",
          "akceptuję",
          "zgadzam się",
          "acceptera",
          "godkänn",
          "accepter alle",
          "hyväksy",
          "souhlasím",
          "přijmout vše",
          "elfogadom",
          "принять",
          "принимаю",
          "согласен",
          "прийняти",
          "приемам",
          "同意する",
          "同意",
          "接受",
          "全部接受",
          "동의");

  /// What the notice is about.
  private static final Set<String> COOKIES = Set.of("cookie", "куки", "クッキー", "쿠키");

  private Prompts() {}

  static void drop(Page page) {
    for (Box box : page.boxes()) {
      if (isChoice(box) && CONSENTS.contains(Phrases.normal(box.line()))) {
        drop(around(box, NOTICE), "consent", true);
      } else if (box.is("input") && box.attribute("type").equalsIgnoreCase("email")) {
        drop(around(box, INVITATION), "asks for an address", false);
      }
    }
  }

  private static boolean isChoice(Box box) {
    return box.is("button") || box.is("a") || box.attribute("role").equals("button");
  }

  /// The largest box around another that has no more text than a prompt.
  private static @Nullable Box around(Box box, int most) {
    Box largest = null;
    for (Box up = box.parent();
        up != null && up.chars() <= most && !isOfThePage(up);
        up = up.parent()) {
      largest = up;
    }
    return largest;
  }

  private static boolean isOfThePage(Box box) {
    return switch (box.tag()) {
      case "body", "main", "article", "h1" -> true;
      default -> false;
    };
  }

  private static void drop(@Nullable Box box, String reason, boolean aboutCookies) {
    if (box == null || box.isGone() || box.codes() > 0) {
      return;
    }
    if (!box.element().select("h1, main, article, textarea").isEmpty()) {
      return;
    }
    if (aboutCookies) {
      String text = box.element().text().toLowerCase(Locale.ROOT);
      if (COOKIES.stream().noneMatch(text::contains)) {
        return;
      }
    }
    box.drop(reason);
  }
}

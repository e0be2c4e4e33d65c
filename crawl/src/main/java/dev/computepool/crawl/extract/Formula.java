package dev.computepool.crawl.extract;

import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// Formulas, as the TeX that pages keep beside what they draw.
final class Formula {
  private Formula() {}

  /// The formula that a box shows, between dollar signs; null if it shows none.
  static @Nullable String of(Box box) {
    return switch (box.tag()) {
      case "script" -> ofScript(box);
      case "math" -> ofMath(box.element(), "block".equals(box.attribute("display")));
      case "img" -> ofImage(box);
      case "span", "div", "mjx-container" -> ofSpan(box);
      default -> null;
    };
  }

  private static @Nullable String ofScript(Box box) {
    String type = box.attribute("type");
    return type.startsWith("math/tex")
        ? dollars(box.element().data(), type.contains("display"))
        : null;
  }

  private static @Nullable String ofImage(Box box) {
    String name = box.element().className();
    boolean drawn = name.contains("math") || name.contains("tex") || name.contains("latex");
    return drawn && !box.attribute("alt").isBlank() ? dollars(box.attribute("alt"), false) : null;
  }

  private static @Nullable String ofSpan(Box box) {
    Element element = box.element();
    if (element.hasClass("math") || element.hasClass("arithmatex")) {
      String written = ofMarks(element);
      if (written != null) {
        return written;
      }
    }
    boolean display = element.hasClass("katex-display");
    if (!display && !element.hasClass("katex") && !element.hasClass("mwe-math-element")) {
      return null;
    }
    Element math = element.selectFirst("math");
    return math == null ? null : ofMath(math, display);
  }

  /// TeX between the marks by which MathJax finds it.
  private static @Nullable String ofMarks(Element element) {
    String text = element.wholeText().strip();
    boolean display = text.startsWith("\\[") && text.endsWith("\\]");
    boolean inline = text.startsWith("\\(") && text.endsWith("\\)");
    return (display || inline) && text.length() > 4
        ? dollars(text.substring(2, text.length() - 2), display)
        : null;
  }

  private static @Nullable String ofMath(Element math, boolean display) {
    Element tex = math.selectFirst("annotation[encoding=application/x-tex]");
    if (tex != null) {
      return dollars(tex.wholeText(), display);
    }
    String alternative = math.attr("alttext");
    return alternative.isBlank() ? null : dollars(alternative, display);
  }

  private static @Nullable String dollars(String tex, boolean display) {
    String one = tex.strip().replaceAll("\\s*\\n\\s*", " ");
    if (one.isEmpty()) {
      return null;
    }
    return display ? "$$" + one + "$$" : "$" + one + "$";
  }
}

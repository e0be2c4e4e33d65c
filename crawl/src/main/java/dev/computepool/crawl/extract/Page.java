package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;
import org.jspecify.annotations.Nullable;

/// A parsed page as boxes that have been measured.
///
/// @param document as jsoup parsed it
/// @param body what readers may see
/// @param boxes every box, in the order of the page: `boxes.get(i).order() == i`
record Page(Document document, Box body, List<Box> boxes) {
  /// Characters of a page that says next to nothing until its scripts run.
  private static final int SHELL = 400;

  static Page of(Document document) {
    Page page = read(document, false);
    if (page.body.chars() > SHELL || document.body().getElementsByTag("noscript").isEmpty()) {
      return page;
    }
    // Forums and others that scripts draw have their text here for those that run none.
    Page plain = read(document, true);
    return plain.body.chars() > page.body.chars() + SHELL ? plain : page;
  }

  private static Page read(Document document, boolean withoutScripts) {
    Reader reader = new Reader(withoutScripts);
    NodeTraversor.filter(reader, document.body());
    return new Page(document, reader.boxes.getFirst(), reader.boxes);
  }

  /// Boxes that are still there, in the order of the page.
  Iterable<Box> standing() {
    return below(body);
  }

  /// A box and those below it that are still there. Those dropped on the way are left out.
  Iterable<Box> below(Box top) {
    return () -> new Standing(boxes, top);
  }

  private static final class Reader implements NodeFilter {
    private final List<Box> boxes = new ArrayList<>();
    // Pages use the same names again and again.
    private final Map<String, Long> known = new HashMap<>();
    private final boolean withoutScripts;
    private @Nullable Box open;

    /// @param withoutScripts whether what browsers without scripts show is read as well
    Reader(boolean withoutScripts) {
      this.withoutScripts = withoutScripts;
    }

    @Override
    public FilterResult head(Node node, int depth) {
      if (node instanceof TextNode text && open != null) {
        add(open, text.getWholeText());
      } else if (node instanceof Element element) {
        Box box = new Box(element, open, boxes.size(), cues(element));
        if (open != null) {
          open.pieces().add(box);
        }
        boxes.add(box);
        open = box;
        if (isSilent(box)) {
          box.drop("not text");
          return FilterResult.SKIP_CHILDREN;
        }
      }
      return FilterResult.CONTINUE;
    }

    private boolean isSilent(Box box) {
      return switch (box.tag()) {
        case "noscript" -> !withoutScripts;
        // What a browser puts in the place of its parent's contents before any script runs.
        case "template" -> !box.element().hasAttr("shadowrootmode");
        default -> Tags.isSilent(box.tag());
      };
    }

    @Override
    public FilterResult tail(Node node, int depth) {
      if (node instanceof Element && open != null) {
        open.close(boxes.size());
        open = open.parent();
      }
      return FilterResult.CONTINUE;
    }

    private static void add(Box open, String text) {
      open.pieces().add(new Text(text));
      int length = 0;
      int commas = 0;
      boolean space = true;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c <= ' ' || c == '\u00a0') {
          length += space ? 0 : 1;
          space = true;
        } else {
          length += isWide(c) ? 2 : 1;
          space = false;
          if (c == ',' || c == '，' || c == '、' || c == '،') {
            commas++;
          }
        }
      }
      open.measure(length, commas);
    }

    /// Whether a character says about as much as two letters: ideographs, kana, Hangul.
    private static boolean isWide(char c) {
      return c >= 0x2e80
          && (c <= 0x9fff || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff));
    }

    private long cues(Element element) {
      return element.attributesSize() == 0 ? 0 : cues(element.className()) | cues(element.id());
    }

    private long cues(String names) {
      return names.isEmpty() ? 0 : known.computeIfAbsent(names, Cue::ofNames);
    }
  }
}

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
  static Page of(Document document) {
    Element body = document.body();
    Reader reader = new Reader();
    NodeTraversor.filter(reader, body);
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
    private @Nullable Box open;

    Reader() {}

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
        if (Tags.isSilent(box.tag())) {
          box.drop("not text");
          return FilterResult.SKIP_CHILDREN;
        }
      }
      return FilterResult.CONTINUE;
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
          length++;
          space = false;
          if (c == ',' || c == '，' || c == '、' || c == '،') {
            commas++;
          }
        }
      }
      open.measure(length, commas);
    }

    private long cues(Element element) {
      return element.attributesSize() == 0 ? 0 : cues(element.className()) | cues(element.id());
    }

    private long cues(String names) {
      return names.isEmpty() ? 0 : known.computeIfAbsent(names, Cue::ofNames);
    }
  }
}

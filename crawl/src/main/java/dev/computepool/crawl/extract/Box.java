package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// An element of a page, with what has been measured of the text below it.
///
/// Measures count characters with runs of white space as one, because words cannot be counted in
/// every script. They follow when something below is dropped.
final class Box implements Piece {
  /// Elements in a line of text.
  private static final int LINE = 24;

  private final Element element;
  private final String tag;
  private final @Nullable Box parent;
  private final int order;
  private final long cues;
  private final List<Piece> pieces = new ArrayList<>(4);
  private int end;
  private int chars;
  private int linked;
  private int prose;
  private int commas;
  private int blocks;
  private int codes;
  private @Nullable String dropped;

  /// @param order how many elements of the page begin before it
  /// @param cues what its class and id say, a mask of [Cue]
  Box(Element element, @Nullable Box parent, int order, long cues) {
    this.element = element;
    this.tag = element.normalName();
    this.parent = parent;
    this.order = order;
    this.cues = cues;
    this.end = order + 1;
  }

  Element element() {
    return element;
  }

  String tag() {
    return tag;
  }

  @Nullable Box parent() {
    return parent;
  }

  int order() {
    return order;
  }

  /// The order of the first element after it that is not below it.
  int end() {
    return end;
  }

  List<Piece> pieces() {
    return pieces;
  }

  /// Characters of text below that have not been dropped.
  int chars() {
    return chars;
  }

  /// Of these, those inside links.
  int linked() {
    return linked;
  }

  /// Of these, those in paragraphs that read like sentences.
  int prose() {
    return prose;
  }

  int commas() {
    return commas;
  }

  /// Blocks of code below.
  int codes() {
    return codes;
  }

  /// Whether it begins on a line of its own, or holds something that does.
  boolean isBlock() {
    return blocks > 0;
  }

  boolean is(String name) {
    return tag.equals(name);
  }

  boolean has(Cue cue) {
    return cue.in(cues);
  }

  boolean hasAny(long mask) {
    return (cues & mask) != 0;
  }

  long cues() {
    return cues;
  }

  String attribute(String name) {
    return element.attr(name);
  }

  /// Its text in one line if it is a line: empty where it holds more than a few elements.
  ///
  /// Whoever asks every box for its text would otherwise read a page once for each of its levels.
  String line() {
    return end - order > LINE ? "" : element.text();
  }

  /// Share of the text that is links, 0 where there is no text.
  double linkDensity() {
    return chars == 0 ? 0 : (double) linked / chars;
  }

  /// Why it was taken out; null as long as it is there.
  @Nullable String dropped() {
    return dropped;
  }

  /// Whether it, or something around it, was taken out.
  boolean isGone() {
    for (Box box = this; box != null; box = box.parent) {
      if (box.dropped != null) {
        return true;
      }
    }
    return false;
  }

  boolean isInside(Box other) {
    return order >= other.order && order < other.end;
  }

  /// Elements directly below that are still there.
  List<Box> children() {
    List<Box> boxes = new ArrayList<>(pieces.size());
    for (Piece piece : pieces) {
      if (piece instanceof Box box && box.dropped == null) {
        boxes.add(box);
      }
    }
    return boxes;
  }

  /// Takes it out, and its text out of the measures of everything around it.
  void drop(String reason) {
    if (dropped != null) {
      return;
    }
    dropped = reason;
    for (Box box = parent; box != null; box = box.parent) {
      box.chars -= chars;
      box.linked -= linked;
      box.prose -= prose;
      box.commas -= commas;
      box.codes -= codes;
    }
  }

  /// Puts back what [#drop] took out.
  void restore() {
    if (dropped == null) {
      return;
    }
    dropped = null;
    for (Box box = parent; box != null; box = box.parent) {
      box.chars += chars;
      box.linked += linked;
      box.prose += prose;
      box.commas += commas;
      box.codes += codes;
    }
  }

  /// Adds text that stands directly in it.
  void measure(int length, int separators) {
    chars += length;
    commas += separators;
  }

  /// Adds up what is below, once all of it is known.
  void close(int next) {
    end = next;
    if (tag.equals("a") && element.hasAttr("href")) {
      linked = chars;
    }
    if (tag.equals("pre")) {
      codes = 1;
    }
    if (Tags.isBlock(tag)) {
      blocks++;
    }
    if (Paragraphs.isProse(this)) {
      prose = chars;
    }
    if (parent != null) {
      parent.chars += chars;
      parent.linked += linked;
      parent.prose += prose;
      parent.commas += commas;
      parent.codes += codes;
      parent.blocks += blocks;
    }
  }

  @Override
  public String toString() {
    StringBuilder name = new StringBuilder(tag);
    if (!element.id().isEmpty()) {
      name.append('#').append(element.id());
    }
    for (String word : element.className().split("\\s+", 4)) {
      if (!word.isEmpty() && !word.contains(" ")) {
        name.append('.').append(word);
      }
    }
    return name.toString();
  }
}

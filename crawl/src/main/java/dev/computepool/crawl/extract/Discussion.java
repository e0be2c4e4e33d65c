package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The posts of a discussion: the boxes that a template repeats for everybody's turn.
///
/// Boxes are grouped by tag and name. Of the groups that are called like posts and hold nearly all
/// sentences of the posts, the innermost is taken, for it has least of what stands around them.
///
/// @param posts what people wrote, in the order of the page
/// @param prose characters of sentences in them
record Discussion(List<Box> posts, int prose) {
  /// A group that holds this share of what the best one holds is as good.
  private static final double AS_GOOD = 0.75;

  /// Share of its sentences that a box in what opens a discussion must hold to be all of it.
  private static final double MOST = 0.9;

  private static final long NAMED = Cue.mask(Cue.POST, Cue.COMMENT, Cue.CONTENT);

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  static Discussion in(Page page) {
    Map<String, List<Box>> groups = new HashMap<>();
    for (Box box : page.standing()) {
      if (isCandidate(box)) {
        groups.computeIfAbsent(key(box), k -> new ArrayList<>()).add(box);
      }
    }
    List<Discussion> found = new ArrayList<>();
    int most = 0;
    for (List<Box> group : groups.values()) {
      List<Box> outer = outermost(group);
      if (outer.size() > 1) {
        Discussion discussion = new Discussion(outer, prose(outer));
        found.add(discussion);
        most = Math.max(most, discussion.prose);
      }
    }
    Discussion best = new Discussion(List.of(), 0);
    int least = Integer.MAX_VALUE;
    for (Discussion discussion : found) {
      if (discussion.prose >= most * AS_GOOD && chars(discussion.posts) < least) {
        best = discussion;
        least = chars(discussion.posts);
      }
    }
    return best;
  }

  /// The posts, and before them what opens the discussion where a template has another box for
  /// it: what is written between the title and the first post.
  List<Box> withOpening(Page page, @Nullable Box title) {
    if (title == null || posts.isEmpty()) {
      return posts;
    }
    Box first = posts.getFirst();
    List<Box> all = new ArrayList<>();
    int end = 0;
    for (Box box : page.standing()) {
      if (box.order() >= first.order()) {
        break;
      }
      boolean between = box.order() > title.order() && !first.isInside(box);
      if (between && box.prose() > 0 && box.order() >= end && !box.has(Cue.USER)) {
        all.add(RootFinder.innermost(box, MOST));
        end = box.end();
      }
    }
    all.addAll(posts);
    return all;
  }

  private static boolean isCandidate(Box box) {
    return switch (box.tag()) {
      case "div", "article", "section", "td", "li", "blockquote", "span", "dd" ->
          box.chars() > 0
              && (box.hasAny(NAMED) || box.attribute("itemprop").equals("text"))
              && !box.has(Cue.SIGNATURE);
      default -> false;
    };
  }

  private static String key(Box box) {
    String name = box.element().className();
    if (name.isBlank()) {
      name = box.element().id();
    }
    String word = name.strip();
    int space = word.indexOf(' ');
    String first = space < 0 ? word : word.substring(0, space);
    return box.tag() + '.' + DIGITS.matcher(first).replaceAll("");
  }

  private static List<Box> outermost(List<Box> group) {
    List<Box> outer = new ArrayList<>(group.size());
    int end = 0;
    for (Box box : group) {
      if (box.order() >= end) {
        outer.add(box);
        end = box.end();
      }
    }
    return outer;
  }

  private static int prose(List<Box> boxes) {
    int sum = 0;
    for (Box box : boxes) {
      sum += box.prose();
    }
    return sum;
  }

  private static int chars(List<Box> boxes) {
    int sum = 0;
    for (Box box : boxes) {
      sum += box.chars();
    }
    return sum;
  }
}

package dev.computepool.crawl.extract;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Walks a page without what has been dropped, also while dropping.
final class Standing implements Iterator<Box> {
  private final List<Box> boxes;
  private final int end;
  private int next;
  private @Nullable Box last;

  Standing(List<Box> boxes, Box top) {
    this.boxes = boxes;
    this.next = top.order();
    this.end = top.end();
  }

  @Override
  public boolean hasNext() {
    if (last != null && last.dropped() != null) {
      next = Math.max(next, last.end());
    }
    while (next < end && boxes.get(next).dropped() != null) {
      next = boxes.get(next).end();
    }
    return next < end;
  }

  @Override
  public Box next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    last = boxes.get(next++);
    return last;
  }
}

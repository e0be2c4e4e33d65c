package dev.computepool.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers as people list them: `0,3-5`, both ends included.
public record IndexRanges(List<Range> ranges) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

  /// From `first` to `last`, both included.
  public record Range(int first, int last) {}

  public IndexRanges {
    ranges = List.copyOf(ranges);
  }

  /// Reads a list such as `0,3-5`.
  ///
  /// @throws IllegalArgumentException if `text` is none
  public static IndexRanges parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher form = FORM.matcher(part.strip());
      if (!form.matches()) {
        throw new IllegalArgumentException(
            "'%s' is not a list of numbers such as 0,3-5".formatted(text));
      }
      int first = Integer.parseInt(form.group(1));
      int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
      if (last < first) {
        throw new IllegalArgumentException("'%s' ends before it begins".formatted(part));
      }
      ranges.add(new Range(first, last));
    }
    return new IndexRanges(ranges);
  }

  /// Whether `index` is listed.
  public boolean contains(int index) {
    return ranges.stream().anyMatch(r -> r.first() <= index && index <= r.last());
  }

  /// The listed numbers in ascending order, each once.
  ///
  /// @throws IllegalArgumentException if one is `count` or more
  public List<Integer> below(int count, String what) {
    for (Range range : ranges) {
      if (range.last() >= count) {
        throw new IllegalArgumentException(
            "there is no %s %d, the last is %d".formatted(what, range.last(), count - 1));
      }
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (contains(i)) {
        numbers.add(i);
      }
    }
    return numbers;
  }
}

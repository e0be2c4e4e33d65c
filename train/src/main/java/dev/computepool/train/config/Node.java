package dev.computepool.train.config;

import java.util.List;

/// A part of a YAML file and where it is.
sealed interface Node {
  Place place();

  /// In words, such as `a list`.
  String describe();

  /// One value as it is written, without its quotes.
  ///
  /// @param plain whether it has none, so that it may be a number or true
  record Scalar(String text, boolean plain, Place place) implements Node {
    @Override
    public String describe() {
      return Words.quoted(text);
    }
  }

  /// No value at all: nothing after the colon, `~` or `null`.
  record Empty(Place place) implements Node {
    @Override
    public String describe() {
      return "empty";
    }
  }

  record Sequence(List<Node> items, Place place) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  record Mapping(List<Entry> entries, Place place) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String describe() {
      return "a map of keys";
    }
  }

  /// A key and its value.
  ///
  /// @param place of the key
  record Entry(String key, Place place, Node value) {}
}

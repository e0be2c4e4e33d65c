package dev.computepool.publish.gotemplate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A value as Go has it. The type matters: Go does not compare an integer with a float, and its
/// errors name types.
public sealed interface GoValue {
  /// No value at all, which is what an untyped `nil` and an empty interface come to.
  record Nil() implements GoValue {}

  /// A place of type `any`, as in `map[string]any`, and what is in it; {@link Nil} for nothing.
  record Any(GoValue held) implements GoValue {
    public Any {
      if (held instanceof Any) {
        throw new IllegalArgumentException("an interface holds no interface");
      }
    }
  }

  record Bool(boolean value) implements GoValue {}

  record Int(long value) implements GoValue {}

  /// A byte, which is what an index makes of a string.
  record Uint8(int value) implements GoValue {}

  record Decimal(double value) implements GoValue {}

  /// A string: bytes in Go, so lengths and slices count bytes.
  ///
  /// @param bytes one character a byte, 0 to 255
  record Text(String bytes) implements GoValue, Comparable<Text> {
    static final Text EMPTY = new Text("");

    public static Text of(String text) {
      return new Text(Bytes.of(text));
    }

    @Override
    public int compareTo(Text other) {
      return bytes.compareTo(other.bytes);
    }

    /// The text that the bytes encode as UTF-8.
    @Override
    public String toString() {
      return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
  }

  /// How a type writes itself.
  enum Display {
    /// As Go writes what has no `String()`.
    PLAIN,
    /// As JSON.
    JSON,
    /// As its only item, if it has one; JSON likewise.
    WORD
  }

  /// A slice.
  ///
  /// @param type such as `[]interface {}`
  record Slice(String type, List<GoValue> items, boolean nil, Display display) implements GoValue {
    public Slice {
      items = List.copyOf(items);
    }

    static Slice of(String type, List<? extends GoValue> items) {
      return new Slice(type, new ArrayList<>(items), false, Display.PLAIN);
    }

    static Slice none(String type) {
      return new Slice(type, List.of(), true, Display.PLAIN);
    }
  }

  /// A map whose keys are strings; it is walked in their order.
  ///
  /// @param zero what a missing key comes to
  record Dict(
      String type, SortedMap<Text, GoValue> entries, GoValue zero, boolean nil, Display display)
      implements GoValue {
    public Dict {
      entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /// A `map[string]interface {}`.
    static Dict ofAny(SortedMap<Text, GoValue> values) {
      SortedMap<Text, GoValue> boxed = new TreeMap<>();
      values.forEach((key, value) -> boxed.put(key, new Any(value)));
      return new Dict("map[string]interface {}", boxed, new Any(new Nil()), false, Display.PLAIN);
    }
  }

  /// A structure, or a pointer to one.
  ///
  /// @param type without the star of a pointer
  record Struct(String type, List<Field> fields, boolean pointer) implements GoValue {
    public Struct {
      fields = List.copyOf(fields);
    }
  }

  /// A field of a structure.
  ///
  /// @param json its name in JSON
  /// @param omitEmpty whether JSON leaves it out when it is empty
  record Field(String name, String json, boolean omitEmpty, GoValue value) {}

  /// The name of the type, as Go's errors write it; empty for {@link Nil}.
  default String typeName() {
    return switch (this) {
      case Nil _ -> "";
      case Any _ -> "interface {}";
      case Bool _ -> "bool";
      case Int _ -> "int";
      case Uint8 _ -> "uint8";
      case Decimal _ -> "float64";
      case Text _ -> "string";
      case Slice slice -> slice.type;
      case Dict dict -> dict.type;
      case Struct struct -> (struct.pointer ? "*" : "") + struct.type;
    };
  }

  /// What a place of type `any` holds; any other value is itself.
  default GoValue unboxed() {
    return this instanceof Any(GoValue held) ? held : this;
  }

  /// Whether `if` takes it for true: what is not the zero of its type, and not empty.
  default boolean truth() {
    return switch (this) {
      case Nil _ -> false;
      case Any(GoValue held) -> !(held instanceof Nil);
      case Bool(boolean value) -> value;
      case Int(long value) -> value != 0;
      case Uint8(int value) -> value != 0;
      case Decimal(double value) -> value != 0;
      case Text(String bytes) -> !bytes.isEmpty();
      case Slice slice -> !slice.items.isEmpty();
      case Dict dict -> !dict.entries.isEmpty();
      case Struct _ -> true;
    };
  }
}

package dev.computepool.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A dict, in the order in which its keys were first set; templates cannot change one.
final class Dict implements Value {
  private static final int MAX_KEY_DEPTH = 200;

  private final Map<Object, Entry> entries;

  /// A key as it was written, and its value.
  record Entry(Value key, Value value) {}

  private Dict(Map<Object, Entry> entries) {
    this.entries = entries;
  }

  /// Makes a dict.
  static final class Builder {
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /// Sets the value of a key; a key that is there keeps its place.
    Builder put(Value key, Value value) {
      Object hashed = hashable(key);
      Entry old = entries.get(hashed);
      entries.put(hashed, new Entry(old == null ? key : old.key(), value));
      return this;
    }

    Builder putAll(Dict other) {
      other.entries().forEach(e -> put(e.key(), e.value()));
      return this;
    }

    Dict build() {
      return new Dict(new LinkedHashMap<>(entries));
    }
  }

  int size() {
    return entries.size();
  }

  @Nullable Value get(Value key) {
    Entry entry = entries.get(hashable(key));
    return entry == null ? null : entry.value();
  }

  @Nullable Value get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  boolean contains(Value key) {
    return entries.containsKey(hashable(key));
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  List<Value> keys() {
    return entries.values().stream().map(Entry::key).toList();
  }

  List<Value> values() {
    return entries.values().stream().map(Entry::value).toList();
  }

  List<Value> items() {
    return entries.values().stream()
        .<Value>map(e -> new Tuple(List.of(e.key(), e.value())))
        .toList();
  }

  @Override
  public boolean truth() {
    return !entries.isEmpty();
  }

  @Override
  public String type() {
    return "dict";
  }

  /// Something that is equal for equal keys: 1, 1.0 and true are one.
  static Object hashable(Value key) {
    return hashable(key, 0);
  }

  private static Object hashable(Value key, int depth) {
    if (depth > MAX_KEY_DEPTH) {
      throw Fault.limit("a key is a tuple that is nested deeper than " + MAX_KEY_DEPTH);
    }
    return switch (key) {
      case Str(String text, boolean _) -> text;
      case Bool b -> b == Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
      case Int(BigInteger value) -> value;
      case Real(double value) -> real(value);
      case None n -> n;
      case Tuple(List<Value> items) -> {
        List<Object> parts = new ArrayList<>(items.size());
        items.forEach(item -> parts.add(hashable(item, depth + 1)));
        yield parts;
      }
      case ListValue _, Dict _ -> throw Fault.value("unhashable type: '" + key.type() + "'");
      case View _ -> throw Fault.value("unhashable type: '" + key.type() + "'");
      case Range _, Undefined _ -> key;
      case Stream _, Function _, Namespace _, Loop _ -> new Identity(key);
    };
  }

  private static Object real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value != Math.rint(value)) {
      return value;
    }
    return new BigDecimal(value).toBigInteger();
  }

  /// A value that is equal to itself alone.
  @SuppressWarnings("ReferenceEquality") // as Python compares objects
  private record Identity(Value value) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Identity(Value that) && that == value;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(value);
    }
  }
}

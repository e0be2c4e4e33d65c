package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.ListValue;
import dev.computepool.chat.template.Value.Range;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Stream;
import dev.computepool.chat.template.Value.Tuple;
import dev.computepool.chat.template.Value.Undefined;
import dev.computepool.chat.template.Value.View;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// What can be gone through, counted, indexed and cut.
final class Sequences {
  private Sequences() {}

  static boolean isIterable(Value value) {
    return switch (value) {
      case ListValue _, Tuple _, Str _, Dict _, Range _, View _, Stream _, Undefined _, Loop _ ->
          true;
      case Value.None _, Value.Bool _, Value.Int _, Value.Real _ -> false;
      case Value.Function _, Namespace _ -> false;
    };
  }

  /// The items: of a dict its keys, of a text its characters.
  static Iterator<Value> iterate(Value value) {
    return switch (value) {
      case ListValue(List<Value> items) -> items.iterator();
      case Tuple(List<Value> items) -> items.iterator();
      case Str(String text, boolean _) ->
          text.codePoints().<Value>mapToObj(c -> new Str(Character.toString(c))).iterator();
      case Dict dict -> dict.keys().iterator();
      case View view -> view.items().iterator();
      case Range range ->
          LongStream.iterate(range.start(), i -> i + range.step())
              .limit(range.length())
              .<Value>mapToObj(Value.Int::of)
              .iterator();
      case Stream(Iterator<Value> items) -> items;
      case Loop loop -> loop.remaining();
      case Undefined _ -> Collections.emptyIterator();
      case Value.None _, Value.Bool _, Value.Int _, Value.Real _, Value.Function _, Namespace _ ->
          throw Fault.value("'%s' has no items to go through".formatted(value.type()));
    };
  }

  /// The items as a list of its own.
  static List<Value> list(Value value, Budget budget) {
    return switch (value) {
      case ListValue(List<Value> items) -> items;
      case Tuple(List<Value> items) -> items;
      default -> {
        List<Value> items = new ArrayList<>();
        for (Iterator<Value> all = iterate(value); all.hasNext(); ) {
          budget.step();
          items.add(all.next());
        }
        yield Collections.unmodifiableList(items);
      }
    };
  }

  /// How many items there are, if that can be known without going through them.
  static OptionalLong length(Value value) {
    return switch (value) {
      case ListValue(List<Value> items) -> OptionalLong.of(items.size());
      case Tuple(List<Value> items) -> OptionalLong.of(items.size());
      case Str(String text, boolean _) -> OptionalLong.of(Texts.length(text));
      case Dict dict -> OptionalLong.of(dict.size());
      case View view -> OptionalLong.of(view.dict().size());
      case Range range -> OptionalLong.of(range.length());
      case Undefined _ -> OptionalLong.of(0);
      case Loop loop -> OptionalLong.of(loop.length());
      case Stream _,
          Value.None _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Function _,
          Namespace _ ->
          OptionalLong.empty();
    };
  }

  /// The item at an index, negative ones from the end; null if there is none.
  static @Nullable Value item(Value sequence, BigInteger index) {
    OptionalLong length = length(sequence);
    if (length.isEmpty() || index.bitLength() > 62) {
      return null;
    }
    long at = index.longValue() < 0 ? index.longValue() + length.getAsLong() : index.longValue();
    if (at < 0 || at >= length.getAsLong()) {
      return null;
    }
    return switch (sequence) {
      case ListValue(List<Value> items) -> items.get((int) at);
      case Tuple(List<Value> items) -> items.get((int) at);
      case Str(String text, boolean safe) ->
          new Str(Character.toString(text.codePointAt(Texts.offset(text, (int) at))), safe);
      case Range range -> Value.Int.of(range.start() + at * range.step());
      default -> null;
    };
  }

  /// `sequence[start:stop:step]`.
  static Value slice(
      Value sequence, @Nullable Value start, @Nullable Value stop, @Nullable Value step) {
    Operators.requireDefined(sequence);
    OptionalLong length = length(sequence);
    boolean sliceable =
        sequence instanceof ListValue
            || sequence instanceof Tuple
            || sequence instanceof Str
            || sequence instanceof Range;
    if (length.isEmpty() || !sliceable) {
      throw Fault.value("'%s' cannot be sliced".formatted(sequence.type()));
    }
    long size = length.getAsLong();
    long stride = bound(step, 1);
    if (stride == 0) {
      throw Fault.value("the step of a slice cannot be zero");
    }
    long low = stride > 0 ? 0 : -1;
    long high = stride > 0 ? size : size - 1;
    long first = clamp(bound(start, stride > 0 ? low : Long.MAX_VALUE), size, low, high);
    long last =
        stop == null || stop == Value.None.NONE
            ? (stride > 0 ? high : low)
            : clamp(bound(stop, 0), size, low, high);
    long count = new Range(first, last, stride).length();
    return cut(sequence, first, stride, (int) count);
  }

  private static long bound(@Nullable Value value, long absent) {
    return switch (value) {
      case null -> absent;
      case Value.None _ -> absent;
      case Value.Int(BigInteger i) ->
          i.bitLength() > 32 ? i.signum() * (long) Integer.MAX_VALUE : i.longValue();
      case Value.Bool b -> b == Value.Bool.TRUE ? 1 : 0;
      default -> throw Fault.value("the bounds of a slice cannot be '%s'".formatted(value.type()));
    };
  }

  private static long clamp(long bound, long size, long low, long high) {
    long at = bound < 0 ? bound + size : bound;
    return Math.clamp(at, low, Math.max(low, high));
  }

  private static Value cut(Value sequence, long first, long stride, int count) {
    return switch (sequence) {
      case ListValue(List<Value> items) -> new ListValue(pick(items, first, stride, count));
      case Tuple(List<Value> items) -> new Tuple(pick(items, first, stride, count));
      case Str(String text, boolean safe) -> new Str(pick(text, first, stride, count), safe);
      case Range range ->
          new Range(
              range.start() + first * range.step(),
              range.start() + (first + count * stride) * range.step(),
              range.step() * stride);
      default -> throw new IllegalArgumentException("cannot be sliced: " + sequence.type());
    };
  }

  private static List<Value> pick(List<Value> items, long first, long stride, int count) {
    List<Value> picked = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      picked.add(items.get((int) (first + i * stride)));
    }
    return Collections.unmodifiableList(picked);
  }

  private static String pick(String text, long first, long stride, int count) {
    if (count == 0) {
      return "";
    }
    if (stride == 1) {
      int start = Texts.offset(text, (int) first);
      return text.substring(start, text.offsetByCodePoints(start, count));
    }
    int[] characters = text.codePoints().toArray();
    StringBuilder picked = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      picked.appendCodePoint(characters[(int) (first + i * stride)]);
    }
    return picked.toString();
  }
}

package dev.computepool.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The variable `loop` within a loop.
///
/// Items are taken one by one, and one ahead only when a template asks whether there is a next: a
/// condition on the items may depend on what the body of the loop does.
final class Loop implements Value {
  private final Budget budget;
  private final int depth;
  private final @Nullable Recursion recursion;
  private Iterator<Value> items;
  private @Nullable Value previous;
  private @Nullable Value current;
  private @Nullable Value next;
  private long length = -1;
  private long index = -1;
  private @Nullable List<Value> lastChanged;

  /// The body of a recursive loop, over other items.
  interface Recursion {
    Value over(Value items, int depth);
  }

  /// @param depth how many loops this one is a recursion of
  /// @param known the number of items, or -1
  Loop(Iterator<Value> items, long known, int depth, @Nullable Recursion recursion, Budget budget) {
    this.items = items;
    this.length = known;
    this.depth = depth;
    this.recursion = recursion;
    this.budget = budget;
  }

  /// Goes to the next item; null after the last.
  @Nullable Value advance() {
    Value item = next;
    if (item != null) {
      next = null;
    } else if (items.hasNext()) {
      item = items.next();
    }
    if (item != null) {
      previous = current;
      current = item;
      index++;
    }
    return item;
  }

  private @Nullable Value peek() {
    if (next == null && items.hasNext()) {
      next = items.next();
    }
    return next;
  }

  /// The items that the loop has not come to.
  Iterator<Value> remaining() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        budget.enter();
        boolean more = peek() != null;
        budget.leave();
        return more;
      }

      @Override
      public Value next() {
        budget.enter();
        Value item = advance();
        budget.leave();
        if (item == null) {
          throw new java.util.NoSuchElementException();
        }
        return item;
      }
    };
  }

  long length() {
    if (length < 0) {
      List<Value> rest = new ArrayList<>();
      while (items.hasNext()) {
        budget.step();
        rest.add(items.next());
      }
      items = rest.iterator();
      length = index + 1 + rest.size() + (next == null ? 0 : 1);
    }
    return length;
  }

  /// An attribute, or null if it has none of that name.
  @Nullable Value attribute(String name) {
    return switch (name) {
      case "index" -> Int.of(index + 1);
      case "index0" -> Int.of(index);
      case "revindex" -> Int.of(length() - index);
      case "revindex0" -> Int.of(length() - index - 1);
      case "first" -> Bool.of(index == 0);
      case "last" -> Bool.of(peek() == null);
      case "length" -> Int.of(length());
      case "depth" -> Int.of(depth + 1L);
      case "depth0" -> Int.of(depth);
      case "previtem" ->
          index < 1 || previous == null
              ? new Undefined(() -> "there is no previous item")
              : previous;
      case "nextitem" -> {
        Value following = peek();
        yield following == null ? new Undefined(() -> "there is no next item") : following;
      }
      case "cycle" -> new Function("cycle", this::cycle);
      case "changed" -> new Function("changed", this::changed);
      default -> null;
    };
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.bindPositional("loop.cycle", 0, Integer.MAX_VALUE);
    if (values.isEmpty()) {
      throw Fault.value("loop.cycle needs something to cycle through");
    }
    return values.get(
        BigInteger.valueOf(index).mod(BigInteger.valueOf(values.size())).intValueExact());
  }

  private Value changed(Arguments arguments) {
    List<Value> values = arguments.bindPositional("loop.changed", 0, Integer.MAX_VALUE);
    Operators operators = new Operators(budget);
    boolean same =
        lastChanged != null && operators.equal(new Tuple(lastChanged), new Tuple(values));
    lastChanged = values;
    return Bool.of(!same);
  }

  /// The loop over other items, as `loop(children)` asks for it.
  Value recurse(Arguments arguments) {
    if (recursion == null) {
      throw Fault.value("only a loop that is marked 'recursive' can be called");
    }
    return recursion.over(arguments.bindPositional("loop", 1, 1).getFirst(), depth + 1);
  }

  String describe() {
    return "<LoopContext " + (index + 1) + "/" + length() + ">";
  }

  @Override
  public boolean truth() {
    return length() > 0;
  }

  @Override
  public String type() {
    return "LoopContext";
  }
}

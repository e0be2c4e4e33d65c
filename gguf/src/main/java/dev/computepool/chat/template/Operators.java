package dev.computepool.chat.template;

import dev.computepool.chat.template.Expr.BinaryOperator;
import dev.computepool.chat.template.Expr.Comparator;
import dev.computepool.chat.template.Value.Bool;
import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.ListValue;
import dev.computepool.chat.template.Value.Real;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Tuple;
import dev.computepool.chat.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arithmetic and comparison as Python has them.
final class Operators {
  private final Budget budget;

  Operators(Budget budget) {
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  Value binary(BinaryOperator operator, Value left, Value right) {
    requireDefined(left);
    if (operator == BinaryOperator.REMAINDER && left instanceof Str format) {
      return PercentFormat.format(format, right, this);
    }
    requireDefined(right);
    Number a = number(left);
    Number b = number(right);
    if (a instanceof BigInteger i && b instanceof BigInteger j) {
      return integers(operator, i, j);
    }
    if (a != null && b != null) {
      return reals(operator, real(a), real(b));
    }
    Value result =
        switch (operator) {
          case ADD -> joined(left, right);
          case MULTIPLY ->
              b instanceof BigInteger times ? repeated(left, times) : repeated(right, a);
          case SUBTRACT, DIVIDE, FLOOR_DIVIDE, REMAINDER, POWER -> null;
        };
    if (result == null) {
      throw unsupported(operator.sign, left, right);
    }
    return result;
  }

  private static Fault unsupported(String sign, Value left, Value right) {
    return Fault.value(
        "'%s' is not defined between '%s' and '%s'".formatted(sign, left.type(), right.type()));
  }

  Value unary(Expr.UnaryOperator operator, Value value) {
    if (operator == Expr.UnaryOperator.NOT) {
      return Bool.of(!value.truth());
    }
    requireDefined(value);
    boolean negate = operator == Expr.UnaryOperator.NEGATE;
    return switch (number(value)) {
      case BigInteger i -> new Int(negate ? i.negate() : i);
      case Double d -> new Real(negate ? -d : d);
      case null, default ->
          throw Fault.value(
              "'%s' before a value is not defined for '%s'"
                  .formatted(negate ? "-" : "+", value.type()));
    };
  }

  private static Value integers(BinaryOperator operator, BigInteger a, BigInteger b) {
    return switch (operator) {
      case ADD -> new Int(a.add(b));
      case SUBTRACT -> new Int(a.subtract(b));
      case MULTIPLY -> {
        requireBits((long) a.bitLength() + b.bitLength());
        yield new Int(a.multiply(b));
      }
      case DIVIDE -> new Real(quotient(a, requireNotZero(b)));
      case FLOOR_DIVIDE -> new Int(floorDivide(a, requireNotZero(b)));
      case REMAINDER -> new Int(a.subtract(floorDivide(a, requireNotZero(b)).multiply(b)));
      case POWER -> power(a, b);
    };
  }

  private static double quotient(BigInteger a, BigInteger b) {
    if (a.bitLength() <= 53 && b.bitLength() <= 53) {
      return a.doubleValue() / b.doubleValue();
    }
    double quotient =
        new BigDecimal(a).divide(new BigDecimal(b), new java.math.MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw Fault.value("the quotient is too large for a float");
    }
    return quotient;
  }

  private static BigInteger floorDivide(BigInteger a, BigInteger b) {
    BigInteger[] parts = a.divideAndRemainder(b);
    boolean down = parts[1].signum() != 0 && parts[1].signum() != b.signum();
    return down ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static BigInteger requireNotZero(BigInteger divisor) {
    if (divisor.signum() == 0) {
      throw Fault.value("division by zero");
    }
    return divisor;
  }

  private static Value power(BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      requireNotZero(base);
      return new Real(Math.pow(base.doubleValue(), exponent.doubleValue()));
    }
    if (base.abs().compareTo(BigInteger.ONE) <= 0) {
      boolean even = !exponent.testBit(0);
      return new Int(exponent.signum() == 0 || (base.signum() < 0 && even) ? BigInteger.ONE : base);
    }
    requireBits(
        exponent.bitLength() > 31 ? Long.MAX_VALUE : exponent.longValue() * base.bitLength());
    return new Int(base.pow(exponent.intValueExact()));
  }

  private static void requireBits(long bits) {
    if (bits > Numbers.MAX_BITS) {
      throw Fault.limit("an integer of more than " + Numbers.MAX_BITS + " bits");
    }
  }

  private static Value reals(BinaryOperator operator, double a, double b) {
    boolean divides =
        operator == BinaryOperator.DIVIDE
            || operator == BinaryOperator.FLOOR_DIVIDE
            || operator == BinaryOperator.REMAINDER;
    if (divides && b == 0) {
      throw Fault.value("division by zero");
    }
    return new Real(
        switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / b;
          case FLOOR_DIVIDE -> floorQuotient(a, b);
          case REMAINDER -> remainder(a, b);
          case POWER -> realPower(a, b);
        });
  }

  private static double remainder(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0, b);
    }
    return (rest < 0) == (b < 0) ? rest : rest + b;
  }

  private static double floorQuotient(double a, double b) {
    double whole = (a - remainder(a, b)) / b;
    if (whole == 0) {
      return Math.copySign(0, a / b);
    }
    double floor = Math.floor(whole);
    return whole - floor > 0.5 ? floor + 1 : floor;
  }

  private static double realPower(double a, double b) {
    if (a == 0 && b < 0) {
      throw Fault.value("zero cannot be raised to a negative power");
    }
    if (a == 1) {
      return 1;
    }
    double power = Math.pow(a, b);
    if (Double.isNaN(power) && !Double.isNaN(a) && !Double.isNaN(b)) {
      throw Fault.value("a negative number raised to a fraction is no real number");
    }
    if (Double.isInfinite(power) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
      throw Fault.value("the power is too large for a float");
    }
    return power;
  }

  private @Nullable Value joined(Value left, Value right) {
    return switch (left) {
      case Str(String a, boolean safeA) when right instanceof Str(String b, boolean safeB) -> {
        boolean safe = safeA || safeB;
        String first = safe && !safeA ? Texts.escapeHtml(a) : a;
        String second = safe && !safeB ? Texts.escapeHtml(b) : b;
        budget.text((long) first.length() + second.length());
        yield new Str(first + second, safe);
      }
      case ListValue(List<Value> a) when right instanceof ListValue(List<Value> b) ->
          new ListValue(chained(a, b));
      case Tuple(List<Value> a) when right instanceof Tuple(List<Value> b) ->
          new Tuple(chained(a, b));
      default -> null;
    };
  }

  private List<Value> chained(List<Value> a, List<Value> b) {
    budget.steps((long) a.size() + b.size());
    List<Value> all = new ArrayList<>(a.size() + b.size());
    all.addAll(a);
    all.addAll(b);
    return Collections.unmodifiableList(all);
  }

  private @Nullable Value repeated(Value value, @Nullable Number count) {
    if (!(count instanceof BigInteger times)) {
      return null;
    }
    return switch (value) {
      case Str(String text, boolean safe) -> new Str(repeat(text, times), safe);
      case ListValue(List<Value> items) -> new ListValue(repeat(items, times));
      case Tuple(List<Value> items) -> new Tuple(repeat(items, times));
      default -> null;
    };
  }

  private String repeat(String text, BigInteger times) {
    if (times.signum() <= 0 || text.isEmpty()) {
      return "";
    }
    budget.text(product(text.length(), times));
    return text.repeat(times.intValueExact());
  }

  private List<Value> repeat(List<Value> items, BigInteger times) {
    if (times.signum() <= 0 || items.isEmpty()) {
      return List.of();
    }
    long size = product(items.size(), times);
    budget.steps(size);
    budget.text(size);
    List<Value> all = new ArrayList<>((int) size);
    for (int i = 0; i < times.intValueExact(); i++) {
      all.addAll(items);
    }
    return Collections.unmodifiableList(all);
  }

  private static long product(int length, BigInteger times) {
    return times.bitLength() > 31 ? Long.MAX_VALUE : length * times.longValue();
  }

  boolean compare(Comparator comparator, Value left, Value right) {
    return switch (comparator) {
      case EQUAL -> equal(left, right);
      case NOT_EQUAL -> !equal(left, right);
      case LESS -> order("<", left, right) < 0;
      case LESS_OR_EQUAL -> order("<=", left, right) <= 0;
      case GREATER -> {
        int order = order(">", left, right);
        yield order > 0 && order != UNORDERED;
      }
      case GREATER_OR_EQUAL -> {
        int order = order(">=", left, right);
        yield order >= 0 && order != UNORDERED;
      }
      case IN -> contains(right, left);
      case NOT_IN -> !contains(right, left);
    };
  }

  @SuppressWarnings("ReferenceEquality") // what is one object is equal, however large it is
  boolean equal(Value left, Value right) {
    budget.step();
    if (left == right) {
      return !(left instanceof Real(double value)) || !Double.isNaN(value);
    }
    Number a = number(left);
    Number b = number(right);
    if (a != null && b != null) {
      return compareNumbers(a, b) == 0;
    }
    return switch (left) {
      case Str(String text, boolean _) ->
          right instanceof Str(String other, boolean _) && text.equals(other);
      case ListValue(List<Value> items) ->
          right instanceof ListValue(List<Value> others) && equal(items, others);
      case Tuple(List<Value> items) ->
          right instanceof Tuple(List<Value> others) && equal(items, others);
      case Dict dict -> right instanceof Dict other && equal(dict, other);
      case Undefined _ -> right instanceof Undefined;
      case Value.Range range -> right instanceof Value.Range other && range.equals(other);
      default -> false;
    };
  }

  private boolean equal(List<Value> items, List<Value> others) {
    if (items.size() != others.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (int i = 0; equal && i < items.size(); i++) {
      equal = same(items.get(i), others.get(i));
    }
    budget.leave();
    return equal;
  }

  /// Equal, or the same: within sequences, Python takes nan for equal to itself.
  @SuppressWarnings("ReferenceEquality")
  private boolean same(Value left, Value right) {
    return left == right || equal(left, right);
  }

  private boolean equal(Dict dict, Dict other) {
    if (dict.size() != other.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (var entries = dict.entries().iterator(); equal && entries.hasNext(); ) {
      Dict.Entry entry = entries.next();
      Value there = other.get(entry.key());
      equal = there != null && same(entry.value(), there);
    }
    budget.leave();
    return equal;
  }

  /// The order of a sort.
  int order(Value left, Value right) {
    return order("<", left, right);
  }

  /// What a comparison with nan gives: neither less, nor equal, nor greater.
  private static final int UNORDERED = 2;

  private int order(String sign, Value left, Value right) {
    budget.step();
    requireDefined(left);
    requireDefined(right);
    Number a = number(left);
    Number b = number(right);
    if (a != null && b != null) {
      return compareNumbers(a, b);
    }
    if (left instanceof Str(String text, boolean _)
        && right instanceof Str(String other, boolean _)) {
      return compareTexts(text, other);
    }
    if (left instanceof ListValue(List<Value> items)
        && right instanceof ListValue(List<Value> others)) {
      return order(sign, items, others);
    }
    if (left instanceof Tuple(List<Value> items) && right instanceof Tuple(List<Value> others)) {
      return order(sign, items, others);
    }
    throw unsupported(sign, left, right);
  }

  private int order(String sign, List<Value> items, List<Value> others) {
    budget.enter();
    int shared = Math.min(items.size(), others.size());
    int first = 0;
    while (first < shared && same(items.get(first), others.get(first))) {
      first++;
    }
    int order =
        first < shared
            ? order(sign, items.get(first), others.get(first))
            : Integer.compare(items.size(), others.size());
    budget.leave();
    return order;
  }

  /// By code points, unlike Java.
  private static int compareTexts(String text, String other) {
    int shared = Math.min(text.length(), other.length());
    for (int i = 0; i < shared; i++) {
      char a = text.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        boolean high = Character.isSurrogate(a);
        return high == Character.isSurrogate(b) ? Character.compare(a, b) : high ? 1 : -1;
      }
    }
    return Integer.signum(text.length() - other.length());
  }

  boolean contains(Value container, Value item) {
    return switch (container) {
      case Str(String text, boolean _) -> {
        if (!(item instanceof Str(String part, boolean _))) {
          throw Fault.value(
              "'in' a string needs a string before it, not '%s'".formatted(item.type()));
        }
        yield text.contains(part);
      }
      case Dict dict -> dict.contains(item);
      default -> {
        for (var items = Sequences.iterate(container); items.hasNext(); ) {
          if (same(items.next(), item)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  static void requireDefined(Value value) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
  }

  /// A number, truth values included, as BigInteger or Double.
  static @Nullable Number number(Value value) {
    return switch (value) {
      case Int(BigInteger i) -> i;
      case Real(double d) -> (Number) d;
      case Bool b -> b == Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
      default -> null;
    };
  }

  static double real(Number number) {
    double value = number.doubleValue();
    if (number instanceof BigInteger && Double.isInfinite(value)) {
      throw Fault.value("the integer is too large for a float");
    }
    return value;
  }

  private static int compareNumbers(Number a, Number b) {
    if (a instanceof BigInteger i && b instanceof BigInteger j) {
      return i.compareTo(j);
    }
    double x = a.doubleValue();
    double y = b.doubleValue();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return UNORDERED;
    }
    if (Double.isInfinite(x)
        || Double.isInfinite(y)
        || (a instanceof Double && b instanceof Double)) {
      return x < y ? -1 : x > y ? 1 : 0;
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Number number) {
    return number instanceof BigInteger i
        ? new BigDecimal(i)
        : new BigDecimal(number.doubleValue());
  }
}

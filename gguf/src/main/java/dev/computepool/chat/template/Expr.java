package dev.computepool.chat.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression of a template.
sealed interface Expr {
  Position position();

  record Literal(Value value, Position position) implements Expr {}

  record Name(String name, Position position) implements Expr {}

  record ListDisplay(List<Expr> items, Position position) implements Expr {}

  record TupleDisplay(List<Expr> items, Position position) implements Expr {}

  record DictDisplay(List<Pair> pairs, Position position) implements Expr {}

  record Pair(Expr key, Expr value) {}

  /// `object.name`, which prefers attributes to items.
  record Attribute(Expr object, String name, Position position) implements Expr {}

  /// `object[key]`, which prefers items to attributes.
  record Item(Expr object, Expr key, Position position) implements Expr {}

  record Slice(
      Expr object,
      @Nullable Expr start,
      @Nullable Expr stop,
      @Nullable Expr step,
      Position position)
      implements Expr {}

  record Call(Expr callee, CallArguments arguments, Position position) implements Expr {}

  /// `operand | name(arguments)`; without operand, what stands between the tags of a block.
  record Filter(@Nullable Expr operand, String name, CallArguments arguments, Position position)
      implements Expr {}

  record Test(Expr operand, String name, CallArguments arguments, Position position)
      implements Expr {}

  record Unary(UnaryOperator operator, Expr operand, Position position) implements Expr {}

  record Binary(BinaryOperator operator, Expr left, Expr right, Position position)
      implements Expr {}

  record And(Expr left, Expr right, Position position) implements Expr {}

  record Or(Expr left, Expr right, Position position) implements Expr {}

  /// A chain such as `0 < x <= 9`.
  record Comparison(Expr first, List<Link> links, Position position) implements Expr {}

  record Link(Comparator comparator, Expr operand) {}

  /// `a ~ b ~ c`.
  record Concat(List<Expr> parts, Position position) implements Expr {}

  /// `then if test else otherwise`.
  record Conditional(Expr test, Expr then, @Nullable Expr otherwise, Position position)
      implements Expr {}

  /// What stands between the parentheses of a call.
  ///
  /// @param star a sequence of further positional arguments
  /// @param doubleStar a mapping of further named arguments
  record CallArguments(
      List<Expr> positional,
      List<NamedExpr> named,
      @Nullable Expr star,
      @Nullable Expr doubleStar) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);
  }

  record NamedExpr(String name, Expr value) {}

  /// Operators before a value.
  enum UnaryOperator {
    NOT,
    NEGATE,
    PLUS
  }

  /// Operators between two numbers, or what else they are defined for.
  enum BinaryOperator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    REMAINDER("%"),
    POWER("**");

    final String sign;

    BinaryOperator(String sign) {
      this.sign = sign;
    }
  }

  /// How two values are compared.
  enum Comparator {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    NOT_IN("not in");

    final String sign;

    Comparator(String sign) {
      this.sign = sign;
    }
  }
}

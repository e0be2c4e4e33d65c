package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Bool;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Computes expressions.
final class Evaluator {
  private final RenderContext context;

  Evaluator(RenderContext context) {
    this.context = context;
  }

  Value value(Expr expr, Scope scope) {
    context.budget().step();
    try {
      context.budget().enter();
      Value value = compute(expr, scope);
      context.budget().leave();
      return value;
    } catch (Fault fault) {
      throw fault.at(expr.position());
    }
  }

  private Value compute(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Literal literal -> literal.value();
      case Expr.Name name -> scope.get(name.name());
      case Expr.ListDisplay list -> new Value.ListValue(values(list.items(), scope));
      case Expr.TupleDisplay tuple -> new Value.Tuple(values(tuple.items(), scope));
      case Expr.DictDisplay dict -> dict(dict, scope);
      case Expr.Attribute attribute ->
          context.attributes().attribute(value(attribute.object(), scope), attribute.name());
      case Expr.Item item ->
          context.attributes().item(value(item.object(), scope), value(item.key(), scope));
      case Expr.Slice slice ->
          Sequences.slice(
              value(slice.object(), scope),
              optional(slice.start(), scope),
              optional(slice.stop(), scope),
              optional(slice.step(), scope));
      case Expr.Call call -> call(call, scope, null);
      case Expr.Filter filter -> filter(filter, Str.EMPTY, scope);
      case Expr.Test test -> test(test, scope);
      case Expr.Unary unary ->
          context.operators().unary(unary.operator(), value(unary.operand(), scope));
      case Expr.Binary binary ->
          context
              .operators()
              .binary(binary.operator(), value(binary.left(), scope), value(binary.right(), scope));
      case Expr.And and -> {
        Value left = value(and.left(), scope);
        yield left.truth() ? value(and.right(), scope) : left;
      }
      case Expr.Or or -> {
        Value left = value(or.left(), scope);
        yield left.truth() ? left : value(or.right(), scope);
      }
      case Expr.Comparison comparison -> comparison(comparison, scope);
      case Expr.Concat concat -> concat(concat, scope);
      case Expr.Conditional conditional -> conditional(conditional, scope);
    };
  }

  private @Nullable Value optional(@Nullable Expr expr, Scope scope) {
    return expr == null ? null : value(expr, scope);
  }

  private List<Value> values(List<Expr> items, Scope scope) {
    List<Value> values = new ArrayList<>(items.size());
    for (Expr item : items) {
      values.add(value(item, scope));
    }
    return Collections.unmodifiableList(values);
  }

  private Value dict(Expr.DictDisplay display, Scope scope) {
    Dict.Builder dict = new Dict.Builder();
    for (Expr.Pair pair : display.pairs()) {
      dict.put(value(pair.key(), scope), value(pair.value(), scope));
    }
    return dict.build();
  }

  /// A call.
  ///
  /// @param caller what a block hands over, besides the arguments
  Value call(Expr.Call call, Scope scope, @Nullable Value caller) {
    try {
      Value callee = value(call.callee(), scope);
      Arguments arguments = arguments(call.arguments(), scope, caller);
      return context.call(callee, arguments);
    } catch (Fault fault) {
      throw fault.at(call.position());
    }
  }

  private Arguments arguments(Expr.CallArguments given, Scope scope, @Nullable Value caller) {
    List<Value> positional = new ArrayList<>(values(given.positional(), scope));
    if (given.star() != null) {
      positional.addAll(Sequences.list(value(given.star(), scope), context.budget()));
    }
    SequencedMap<String, Value> named = new LinkedHashMap<>();
    for (Expr.NamedExpr argument : given.named()) {
      named.put(argument.name(), value(argument.value(), scope));
    }
    if (caller != null) {
      named.put("caller", caller);
    }
    if (given.doubleStar() != null) {
      if (!(value(given.doubleStar(), scope) instanceof Dict dict)) {
        throw Fault.value("'**' needs a dict");
      }
      RenderContext.named(dict)
          .named()
          .forEach(
              (name, value) -> {
                if (named.put(name, value) != null) {
                  throw Fault.value("the argument '" + name + "' is given twice");
                }
              });
    }
    return new Arguments(positional, named);
  }

  /// A filter, or a chain of such.
  ///
  /// @param block what the first of the chain is applied to, if it has no operand
  Value filter(Expr.Filter filter, Value block, Scope scope) {
    Value operand =
        switch (filter.operand()) {
          case null -> block;
          case Expr.Filter inner -> {
            try {
              context.budget().enter();
              Value filtered = filter(inner, block, scope);
              context.budget().leave();
              yield filtered;
            } catch (Fault fault) {
              throw fault.at(inner.position());
            }
          }
          default -> value(filter.operand(), scope);
        };
    Filter named = Filters.named(filter.name());
    return named.apply(operand, arguments(filter.arguments(), scope, null), context);
  }

  private Value test(Expr.Test test, Scope scope) {
    Value operand = value(test.operand(), scope);
    Test named = Tests.named(test.name());
    return Bool.of(named.holds(operand, arguments(test.arguments(), scope, null), context));
  }

  private Value comparison(Expr.Comparison comparison, Scope scope) {
    Value left = value(comparison.first(), scope);
    for (Expr.Link link : comparison.links()) {
      Value right = value(link.operand(), scope);
      if (!context.operators().compare(link.comparator(), left, right)) {
        return Bool.FALSE;
      }
      left = right;
    }
    return Bool.TRUE;
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    Out out = new Out(context.budget());
    for (Expr part : concat.parts()) {
      out.append(context.str(value(part, scope)));
    }
    return new Str(out.toString());
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (value(conditional.test(), scope).truth()) {
      return value(conditional.then(), scope);
    }
    if (conditional.otherwise() != null) {
      return value(conditional.otherwise(), scope);
    }
    return new Undefined(() -> "the condition is false and there is no 'else'");
  }
}

package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.GoFunction.Parameter;
import dev.computepool.publish.gotemplate.Node.Command;
import dev.computepool.publish.gotemplate.Node.Item;
import dev.computepool.publish.gotemplate.Node.Operand;
import dev.computepool.publish.gotemplate.Node.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One execution of a template.
///
/// It follows Go's `exec.go` step by step, also in which node it calls the current one, because
/// that is the place its errors name.
final class Execution {
  /// What a range, or what stands in one, ended with.
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private record Binding(String name, GoValue value) {}

  private final GoTemplate template;
  private final Map<String, GoFunction> functions;
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private List<Binding> variables = new ArrayList<>();
  private String current;
  private Node node = new Node.Dot(0);

  Execution(GoTemplate template, Map<String, GoFunction> functions, Budget budget) {
    this.template = template;
    this.functions = functions;
    this.budget = budget;
    this.current = template.name();
  }

  String run(List<Item> root, GoValue data) {
    try {
      variables.add(new Binding("$", data));
      walk(data, root);
      return out.toString();
    } catch (Fault fault) {
      throw fault.at(
          template.line(node.at()),
          template.column(node.at()),
          "executing " + Bytes.quote(current) + " at <" + node + ">: ");
    }
  }

  private Flow walk(GoValue dot, List<Item> items) {
    budget.enter();
    Flow flow = Flow.ON;
    for (Item item : items) {
      flow = walk(dot, item);
      if (flow != Flow.ON) {
        break;
      }
    }
    budget.leave();
    return flow;
  }

  private Flow walk(GoValue dot, Item item) {
    budget.step();
    node = item;
    switch (item) {
      case Node.Text(_, String bytes) -> write(bytes);
      case Node.Action(_, Pipe pipe) -> {
        GoValue value = pipeline(dot, pipe);
        if (pipe.variables().isEmpty()) {
          node = item;
          write(GoFormat.print(value, budget));
        }
      }
      case Node.If(_, Node.Branch branch) -> {
        return choose(dot, branch, false);
      }
      case Node.With(_, Node.Branch branch) -> {
        return choose(dot, branch, true);
      }
      case Node.Range(_, Node.Branch branch) -> {
        return range(dot, branch);
      }
      case Node.Call call -> call(dot, call);
      case Node.Break _ -> {
        return Flow.BREAK;
      }
      case Node.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private void write(String bytes) {
    budget.text(bytes.length());
    out.append(bytes);
  }

  private Flow choose(GoValue dot, Node.Branch branch, boolean with) {
    int mark = variables.size();
    GoValue value = pipeline(dot, branch.pipe());
    List<Item> otherwise = branch.otherwise();
    Flow flow =
        value.unboxed().truth()
            ? walk(with ? value : dot, branch.list())
            : otherwise == null ? Flow.ON : walk(dot, otherwise);
    pop(mark);
    return flow;
  }

  private void pop(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  private Flow range(GoValue dot, Node.Branch branch) {
    int mark = variables.size();
    GoValue value = pipeline(dot, branch.pipe()).unboxed();
    Flow flow = Flow.ON;
    boolean any = false;
    switch (value) {
      case GoValue.Slice slice -> {
        List<GoValue> items = slice.items();
        for (int i = 0; i < items.size() && flow == Flow.ON; i++) {
          flow = turn(branch, new GoValue.Int(i), items.get(i));
          any = true;
        }
      }
      case GoValue.Dict dict -> {
        for (Map.Entry<GoValue.Text, GoValue> entry : dict.entries().entrySet()) {
          if (flow == Flow.ON) {
            flow = turn(branch, entry.getKey(), entry.getValue());
          }
          any = true;
        }
      }
      case GoValue.Int(long count) -> {
        // As in Go 1.24; earlier ones refuse.
        for (long i = 0; i < count && flow == Flow.ON; i++) {
          flow = turn(branch, new GoValue.Int(i), new GoValue.Int(i));
          any = true;
        }
      }
      case GoValue.Nil _ -> {}
      case GoValue.Any _,
          GoValue.Bool _,
          GoValue.Uint8 _,
          GoValue.Decimal _,
          GoValue.Text _,
          GoValue.Struct _ ->
          throw Fault.value("range can't iterate over " + GoFormat.print(value, budget));
    }
    List<Item> otherwise = branch.otherwise();
    Flow after = !any && otherwise != null ? walk(dot, otherwise) : Flow.ON;
    pop(mark);
    return after;
  }

  /// One turn of a loop; {@link Flow#BREAK} if it was the last.
  private Flow turn(Node.Branch branch, GoValue index, GoValue item) {
    budget.step();
    int mark = variables.size();
    int declared = branch.pipe().variables().size();
    if (declared > 0) {
      setFromTop(1, item);
    }
    if (declared > 1) {
      setFromTop(2, index);
    }
    Flow flow = walk(item, branch.list());
    pop(mark);
    return flow == Flow.BREAK ? Flow.BREAK : Flow.ON;
  }

  private void setFromTop(int count, GoValue value) {
    int at = variables.size() - count;
    variables.set(at, new Binding(variables.get(at).name(), value));
  }

  private void call(GoValue dot, Node.Call call) {
    List<Item> root = template.defined(call.name());
    if (root == null) {
      throw Fault.value("template " + Bytes.quote(call.name()) + " not defined");
    }
    Pipe pipe = call.pipe();
    GoValue value = pipe == null ? new GoValue.Nil() : pipeline(dot, pipe);
    List<Binding> outer = variables;
    String caller = current;
    variables = new ArrayList<>(List.of(new Binding("$", value)));
    current = call.name();
    walk(value, root);
    variables = outer;
    current = caller;
  }

  // ---- pipelines

  private GoValue pipeline(GoValue dot, Pipe pipe) {
    budget.enter();
    node = pipe;
    GoValue value = null;
    for (Command command : pipe.commands()) {
      value = command(dot, command, value).unboxed();
    }
    GoValue result = value == null ? new GoValue.Nil() : value;
    for (Node.Variable variable : pipe.variables()) {
      String name = variable.path().getFirst();
      if (pipe.assigns()) {
        assign(name, result);
      } else {
        variables.add(new Binding(name, result));
      }
    }
    budget.leave();
    return result;
  }

  private void assign(String name, GoValue value) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name().equals(name)) {
        variables.set(i, new Binding(name, value));
        return;
      }
    }
    throw Fault.value("undefined variable: " + name);
  }

  private GoValue lookUp(String name) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name().equals(name)) {
        return variables.get(i).value();
      }
    }
    throw Fault.value("undefined variable: " + name);
  }

  /// @param last what the command before came to, if there is one
  private GoValue command(GoValue dot, Command command, @Nullable GoValue last) {
    budget.step();
    Operand first = command.operands().getFirst();
    List<Operand> arguments = command.operands().subList(1, command.operands().size());
    boolean given = !arguments.isEmpty() || last != null;
    switch (first) {
      case Node.Identifier identifier -> {
        return function(dot, identifier, command, arguments, last);
      }
      case Node.Field(_, List<String> path) -> {
        node = first;
        return fields(dot, path, given);
      }
      case Node.Chain chain -> {
        return chain(dot, chain, given);
      }
      case Node.Variable variable -> {
        return variable(variable, given);
      }
      case Pipe pipe -> {
        requireAlone(first, given);
        return pipeline(dot, pipe);
      }
      case Node.Dot _, Node.Bool _, Node.Numeral _, Node.Str _, Node.Nil _ -> {
        node = first;
        requireAlone(first, given);
        if (first instanceof Node.Nil) {
          throw Fault.value("nil is not a command");
        }
        return literal(dot, first);
      }
    }
  }

  private static void requireAlone(Operand operand, boolean given) {
    if (given) {
      throw Fault.value("can't give argument to non-function " + operand);
    }
  }

  private GoValue literal(GoValue dot, Operand operand) {
    return switch (operand) {
      case Node.Dot _ -> dot;
      case Node.Bool(_, boolean value) -> new GoValue.Bool(value);
      case Node.Str(_, _, String bytes) -> new GoValue.Text(bytes);
      case Node.Numeral(_, String text, GoValue value) -> {
        node = operand;
        if (value == null) {
          throw Fault.value(text + " overflows int");
        }
        yield value;
      }
      case Node.Nil _, Node.Identifier _, Node.Field _, Node.Chain _, Node.Variable _, Pipe _ ->
          throw new AssertionError("no literal: " + operand);
    };
  }

  private GoValue variable(Node.Variable variable, boolean given) {
    node = variable;
    GoValue value = lookUp(variable.path().getFirst());
    if (variable.path().size() == 1) {
      requireAlone(variable, given);
      return value;
    }
    return fields(value, variable.path().subList(1, variable.path().size()), given);
  }

  private GoValue chain(GoValue dot, Node.Chain chain, boolean given) {
    node = chain;
    if (chain.of() instanceof Node.Nil) {
      throw Fault.value("indirection through explicit nil in " + chain);
    }
    GoValue of = argument(dot, chain.of(), Parameter.ANY);
    return fields(of, chain.path(), given);
  }

  private GoValue fields(GoValue value, List<String> path, boolean given) {
    GoValue receiver = value;
    for (int i = 0; i < path.size(); i++) {
      receiver = field(receiver, path.get(i), given && i == path.size() - 1);
    }
    return receiver;
  }

  private static GoValue field(GoValue receiver, String name, boolean given) {
    if (receiver instanceof GoValue.Nil) {
      return receiver;
    }
    GoValue of = receiver.unboxed();
    if (of instanceof GoValue.Nil) {
      throw Fault.value("nil pointer evaluating " + receiver.typeName() + "." + name);
    }
    switch (of) {
      case GoValue.Struct struct -> {
        for (GoValue.Field field : struct.fields()) {
          if (field.name().equals(name)) {
            if (given) {
              throw Fault.value(name + " has arguments but cannot be invoked as function");
            }
            return field.value();
          }
        }
      }
      case GoValue.Dict dict -> {
        if (name.equals("String") && dict.display() != GoValue.Display.PLAIN) {
          return new GoValue.Text(GoFormat.display(dict));
        }
        if (given) {
          throw Fault.value(name + " is not a method but has arguments");
        }
        GoValue found = dict.entries().get(GoValue.Text.of(name));
        return found == null ? dict.zero() : found;
      }
      case GoValue.Slice slice -> {
        if (name.equals("String") && slice.display() != GoValue.Display.PLAIN) {
          return new GoValue.Text(GoFormat.display(slice));
        }
      }
      case GoValue.Nil _,
          GoValue.Any _,
          GoValue.Bool _,
          GoValue.Int _,
          GoValue.Uint8 _,
          GoValue.Decimal _,
          GoValue.Text _ -> {}
    }
    throw Fault.value("can't evaluate field " + name + " in type " + receiver.typeName());
  }

  // ---- functions

  private GoValue function(
      GoValue dot,
      Node.Identifier identifier,
      Node whole,
      List<Operand> arguments,
      @Nullable GoValue last) {
    node = identifier;
    String name = identifier.name();
    GoFunction function = functions.get(name);
    if (function == null) {
      throw Fault.value(Bytes.quote(name) + " is not a defined function");
    }
    int given = arguments.size() + (last == null ? 0 : 1);
    int fixed = function.fixed().size();
    Parameter rest = function.rest();
    if (rest == null ? given != fixed : given < fixed) {
      throw Fault.value(
          rest == null
              ? "wrong number of args for %s: want %d got %d".formatted(name, fixed, given)
              : "wrong number of args for %s: want at least %d got %d"
                  .formatted(name, fixed, arguments.size()));
    }
    if (function.stopsAt() != null) {
      return logic(dot, arguments, last, function.stopsAt());
    }
    List<GoValue> values = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      values.add(argument(dot, arguments.get(i), function.parameter(i)));
    }
    if (last != null) {
      values.add(valid(last, function.parameter(values.size())));
    }
    try {
      return function.body().apply(values, budget);
    } catch (Fault fault) {
      if (fault.reason() == GoTemplateException.Reason.EXECUTION) {
        node = whole;
        throw fault.prefixed("error calling " + name + ": ");
      }
      throw fault;
    }
  }

  /// `and` and `or`, which look at no more arguments than they must.
  private GoValue logic(
      GoValue dot, List<Operand> arguments, @Nullable GoValue last, boolean stopsAt) {
    GoValue value = new GoValue.Nil();
    for (Operand operand : arguments) {
      value = argument(dot, operand, Parameter.VALUE);
      if (value.unboxed().truth() == stopsAt) {
        return value;
      }
    }
    return last == null ? value : last;
  }

  private GoValue argument(GoValue dot, Operand operand, Parameter type) {
    budget.step();
    node = operand;
    return switch (operand) {
      case Node.Dot _ -> valid(dot, type);
      case Node.Nil _ -> {
        if (type == Parameter.STRING) {
          throw Fault.value("cannot assign nil to string");
        }
        yield type == Parameter.ANY ? new GoValue.Any(new GoValue.Nil()) : new GoValue.Nil();
      }
      case Node.Field(_, List<String> path) -> valid(fields(dot, path, false), type);
      case Node.Variable variable -> valid(variable(variable, false), type);
      case Pipe pipe -> valid(pipeline(dot, pipe), type);
      case Node.Identifier identifier ->
          valid(function(dot, identifier, identifier, List.of(), null), type);
      case Node.Chain chain -> valid(chain(dot, chain, false), type);
      case Node.Bool _, Node.Numeral _, Node.Str _ -> {
        if (type == Parameter.STRING && !(operand instanceof Node.Str)) {
          throw Fault.value("expected string; found " + operand);
        }
        yield literal(dot, operand);
      }
    };
  }

  private static GoValue valid(GoValue value, Parameter type) {
    if (type == Parameter.STRING) {
      GoValue held = value.unboxed();
      if (held instanceof GoValue.Nil) {
        throw Fault.value(
            value instanceof GoValue.Nil
                ? "invalid value; expected string"
                : "wrong type for value; expected string; got interface {}");
      }
      if (!(held instanceof GoValue.Text)) {
        throw Fault.value("wrong type for value; expected string; got " + held.typeName());
      }
      return held;
    }
    return value;
  }
}

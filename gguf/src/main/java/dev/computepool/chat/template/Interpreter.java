package dev.computepool.chat.template;

import dev.computepool.chat.template.Stmt.MacroBody;
import dev.computepool.chat.template.Stmt.Target;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Undefined;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Carries out the statements of a template.
final class Interpreter {
  private final RenderContext context;
  private final Evaluator evaluator;
  private final Out text;

  /// Where the texts of macros and blocks have marks, for as long as nobody changes these texts.
  private final IdentityHashMap<Value, List<TextRange>> marked = new IdentityHashMap<>();

  private int marks;
  private int marking;
  private final Turns turns;

  /// What follows a statement.
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  /// @param turns learns which text comes from loops over messages
  Interpreter(RenderContext context, Turns turns) {
    this.context = context;
    this.turns = turns;
    this.evaluator = new Evaluator(context);
    this.text = new Out(context.budget());
  }

  /// Carries out a template, which can see these variables.
  void run(List<Stmt> template, Map<String, Value> variables) {
    Scope globals = new Scope(null, Globals.of(context));
    Scope given = new Scope(globals, variables);
    run(template, given.inner(), text);
  }

  String text() {
    return text.toString();
  }

  /// Where the text is what the template marks as generated. Nothing if a mark was lost on its way
  /// into the text, in a filter for example: the others alone would say that the rest is not.
  List<TextRange> generated() {
    return text.marks().size() < marks ? List.of() : text.marks();
  }

  private Flow run(List<Stmt> body, Scope scope, Out out) {
    context.budget().enter();
    Flow flow = Flow.NEXT;
    for (Iterator<Stmt> all = body.iterator(); flow == Flow.NEXT && all.hasNext(); ) {
      Stmt stmt = all.next();
      context.budget().step();
      try {
        flow = run(stmt, scope, out);
      } catch (Fault fault) {
        throw fault.at(stmt.position());
      }
    }
    context.budget().leave();
    return flow;
  }

  private Flow run(Stmt stmt, Scope scope, Out out) {
    switch (stmt) {
      case Stmt.Text(String data, Position _) -> out.append(data);
      case Stmt.Print print -> print(evaluator.value(print.value(), scope), out);
      case Stmt.If conditional -> {
        return conditional(conditional, scope, out);
      }
      case Stmt.For loop -> loop(loop, scope, out);
      case Stmt.Break _ -> {
        return Flow.BREAK;
      }
      case Stmt.Continue _ -> {
        return Flow.CONTINUE;
      }
      case Stmt.Declare(Names names, Position _) ->
          names.undefined().forEach(name -> scope.set(name, Undefined.variable(name)));
      case Stmt.Set set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
      case Stmt.SetBlock set -> {
        Out inner = new Out(context.budget());
        Flow flow = run(set.body(), scope.inner(), inner);
        if (flow != Flow.NEXT) {
          return flow;
        }
        Value value = text(inner);
        Value filtered =
            set.filter() == null ? value : evaluator.filter(set.filter(), value, scope);
        assign(set.target(), filtered, scope);
      }
      case Stmt.MacroDefinition(MacroBody macro, Position _) ->
          scope.set(macro.name(), macro(macro.name(), macro, scope));
      case Stmt.CallBlock call -> {
        Value caller = macro("", call.caller(), scope);
        print(evaluator.call(call.call(), scope, caller), out);
      }
      case Stmt.FilterBlock filter -> {
        Out inner = new Out(context.budget());
        Flow flow = run(filter.body(), scope.inner(), inner);
        if (flow != Flow.NEXT) {
          return flow;
        }
        Value filtered = evaluator.filter(filter.filter(), new Str(inner.toString()), scope);
        if (!(filtered instanceof Str(String text, boolean _))) {
          throw Fault.value(
              "a filter of a block must make a string of it, not '" + filtered.type() + "'");
        }
        out.append(text);
      }
      case Stmt.With with -> {
        return with(with, scope, out);
      }
      case Stmt.Generation generation -> {
        marks += marking == 0 ? 1 : 0;
        marking++;
        String said = block(generation.body(), scope.inner()).toString();
        marking--;
        if (marking == 0) {
          out.mark(new TextRange(out.length(), out.length() + said.length()));
        }
        out.append(said);
      }
    }
    return Flow.NEXT;
  }

  private Out block(List<Stmt> body, Scope scope) {
    Out out = new Out(context.budget());
    run(body, scope, out);
    return out;
  }

  /// A text as a value, which keeps its marks until it is printed.
  private Str text(Out out) {
    Str value = new Str(out.toString());
    if (!out.marks().isEmpty()) {
      marked.put(value, out.marks());
    }
    return value;
  }

  private void print(Value value, Out out) {
    int start = out.length();
    out.append(context.str(value));
    for (TextRange mark : marked.getOrDefault(value, List.of())) {
      out.mark(new TextRange(start + mark.start(), start + mark.end()));
    }
  }

  private Flow conditional(Stmt.If conditional, Scope scope, Out out) {
    for (Stmt.Branch branch : conditional.branches()) {
      if (evaluator.value(branch.test(), scope).truth()) {
        return run(branch.body(), scope, out);
      }
    }
    return run(conditional.otherwise(), scope, out);
  }

  private Flow with(Stmt.With with, Scope scope, Out out) {
    Scope inner = scope.inner();
    for (int i = 0; i < with.targets().size(); i++) {
      assign(with.targets().get(i), evaluator.value(with.values().get(i), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private void loop(Stmt.For loop, Scope scope, Out out) {
    loop(loop, evaluator.value(loop.items(), scope), scope, out, 0);
  }

  private void loop(Stmt.For stmt, Value items, Scope scope, Out out, int depth) {
    Iterator<Value> all = Sequences.iterate(items);
    Expr test = stmt.test();
    long known = test == null ? Sequences.length(items).orElse(-1) : -1;
    Loop.Recursion recursion =
        stmt.recursive() ? (inner, level) -> recursion(stmt, inner, scope, level) : null;
    Loop loop =
        new Loop(
            test == null ? all : new Tested(all, stmt.target(), test, scope),
            known,
            depth,
            recursion,
            context.budget());
    boolean completed = false;
    for (Value item = loop.advance(); item != null; item = loop.advance()) {
      context.budget().step();
      Scope inner = scope.inner();
      if (stmt.usesLoop() || stmt.recursive()) {
        inner.set("loop", loop);
      }
      assign(stmt.target(), item, inner);
      int start = out.length();
      Flow flow = run(stmt.body(), inner, out);
      if (out == text) {
        turns.wrote(item, start, out.length());
      }
      if (flow == Flow.BREAK) {
        break;
      }
      // As in jinja2, a loop that was left, or skipped its body each time, counts as empty.
      completed |= flow == Flow.NEXT;
    }
    if (!completed && !stmt.otherwise().isEmpty()) {
      run(stmt.otherwise(), scope.inner(), out);
    }
  }

  private Value recursion(Stmt.For stmt, Value items, Scope scope, int depth) {
    Out out = new Out(context.budget());
    loop(stmt, items, scope, out, depth);
    return text(out);
  }

  /// The items of a loop that pass its condition, which is asked only when they are needed.
  private final class Tested implements Iterator<Value> {
    private final Iterator<Value> items;
    private final Target target;
    private final Expr test;
    private final Scope scope;
    private @Nullable Value next;

    Tested(Iterator<Value> items, Target target, Expr test, Scope scope) {
      this.items = items;
      this.target = target;
      this.test = test;
      this.scope = scope;
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        context.budget().step();
        Value item = items.next();
        Scope inner = scope.inner();
        assign(target, item, inner);
        next = evaluator.value(test, inner).truth() ? item : null;
      }
      return next != null;
    }

    @Override
    public Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Value item = next;
      next = null;
      return item;
    }
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable(String name) -> scope.set(name, value);
      case Target.NamespaceField(String name, String field, Position position) -> {
        if (!(scope.get(name) instanceof Namespace namespace)) {
          throw Fault.value("'" + name + "' is no namespace, its parts cannot be set").at(position);
        }
        namespace.set(field, value);
      }
      case Target.Several(List<Target> targets) -> {
        Operators.requireDefined(value);
        List<Value> items = Sequences.list(value, context.budget());
        if (items.size() != targets.size()) {
          throw Fault.value(
              "%d values cannot be assigned to %d names".formatted(items.size(), targets.size()));
        }
        for (int i = 0; i < targets.size(); i++) {
          assign(targets.get(i), items.get(i), scope);
        }
      }
    }
  }

  private Value macro(String name, MacroBody macro, Scope scope) {
    return new Value.Function(name, arguments -> call(macro, arguments, scope), macro);
  }

  private Value call(MacroBody macro, Arguments arguments, Scope outer) {
    String name = "the macro '" + macro.name() + "'";
    Scope scope = outer.inner();
    List<Stmt.Parameter> parameters = macro.parameters();
    List<Value> positional = arguments.positional();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    boolean[] given = new boolean[parameters.size()];
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i).name();
      Value byName = named.remove(parameter);
      if (i < positional.size()) {
        if (byName != null) {
          throw Fault.value(name + " is given '" + parameter + "' twice");
        }
        scope.set(parameter, positional.get(i));
        given[i] = true;
      } else if (byName != null) {
        scope.set(parameter, byName);
        given[i] = true;
      } else {
        // A default that names it does not mean what has that name outside.
        scope.set(parameter, Undefined.variable(parameter));
      }
    }
    bindSpecial(macro, name, positional, named, scope);
    for (int i = 0; i < parameters.size(); i++) {
      if (!given[i]) {
        Stmt.Parameter parameter = parameters.get(i);
        scope.set(
            parameter.name(),
            parameter.defaultValue() == null
                ? new Undefined(() -> "'" + parameter.name() + "' was not given to " + name)
                : evaluator.value(parameter.defaultValue(), scope));
      }
    }
    return text(block(macro.body(), scope));
  }

  private static void bindSpecial(
      MacroBody macro, String name, List<Value> positional, Map<String, Value> named, Scope scope) {
    int count = macro.parameters().size();
    if (macro.takes().contains("caller")) {
      Value caller = named.remove("caller");
      scope.set(
          "caller",
          caller == null ? new Undefined(() -> name + " was called without a block") : caller);
    }
    if (macro.takes().contains("kwargs")) {
      Dict.Builder dict = new Dict.Builder();
      named.forEach((key, value) -> dict.put(new Str(key), value));
      scope.set("kwargs", dict.build());
    } else if (!named.isEmpty()) {
      throw Fault.value(name + " takes no argument '" + named.keySet().iterator().next() + "'");
    }
    if (macro.takes().contains("varargs")) {
      scope.set(
          "varargs",
          new Value.Tuple(
              List.copyOf(
                  positional.subList(Math.min(count, positional.size()), positional.size()))));
    } else if (positional.size() > count) {
      throw Fault.value(
          "%s takes at most %d argument%s, got %d"
              .formatted(name, count, count == 1 ? "" : "s", positional.size()));
    }
  }
}

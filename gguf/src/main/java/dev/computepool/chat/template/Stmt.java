package dev.computepool.chat.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement of a template.
sealed interface Stmt {
  Position position();

  /// Text outside of tags.
  record Text(String text, Position position) implements Stmt {}

  record Print(Expr value, Position position) implements Stmt {}

  record If(List<Branch> branches, List<Stmt> otherwise, Position position) implements Stmt {}

  record Branch(Expr test, List<Stmt> body) {}

  /// A loop.
  ///
  /// @param test items for which it fails are left out
  /// @param usesLoop whether the body names `loop`
  record For(
      Target target,
      Expr items,
      @Nullable Expr test,
      List<Stmt> body,
      List<Stmt> otherwise,
      boolean recursive,
      boolean usesLoop,
      Position position)
      implements Stmt {}

  record Break(Position position) implements Stmt {}

  record Continue(Position position) implements Stmt {}

  /// The beginning of a scope: which of its names are undefined until something is assigned to
  // them.
  record Declare(Names names, Position position) implements Stmt {}

  record Set(Target target, Expr value, Position position) implements Stmt {}

  /// What stands between `set` and `endset`, through a chain of filters if there is one.
  record SetBlock(Target target, Expr.@Nullable Filter filter, List<Stmt> body, Position position)
      implements Stmt {}

  record MacroDefinition(MacroBody macro, Position position) implements Stmt {}

  /// A call that is handed a block as `caller`.
  record CallBlock(Expr.Call call, MacroBody caller, Position position) implements Stmt {}

  record FilterBlock(Expr.Filter filter, List<Stmt> body, Position position) implements Stmt {}

  record With(List<Target> targets, List<Expr> values, List<Stmt> body, Position position)
      implements Stmt {}

  /// What the assistant says, as templates mark it for transformers.
  record Generation(List<Stmt> body, Position position) implements Stmt {}

  /// A macro.
  ///
  /// @param takes which of `varargs`, `kwargs` and `caller` the body names
  record MacroBody(
      String name, List<Parameter> parameters, java.util.Set<String> takes, List<Stmt> body) {}

  record Parameter(String name, @Nullable Expr defaultValue) {}

  /// What is assigned to.
  sealed interface Target {
    record Variable(String name) implements Target {}

    /// `namespace.name`
    record NamespaceField(String namespace, String name, Position position) implements Target {}

    record Several(List<Target> targets) implements Target {}
  }
}

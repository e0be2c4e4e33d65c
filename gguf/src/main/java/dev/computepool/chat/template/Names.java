package dev.computepool.chat.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The names of a scope, and what each is when the scope begins. That is decided before a template
/// runs, in the order of its text, as jinja2 decides it.
///
/// A name that is assigned to before it is read belongs to its scope from the beginning: until the
/// assignment it is undefined, also in loops and macros within, even if a variable of that name is
/// given. What a condition assigns to first may stay what it is outside.
final class Names {
  private final @Nullable Names outer;
  private final Map<String, Origin> origins = new HashMap<>();
  private Set<String> undefined = Set.of();
  private int conditions;

  /// What a name is at first.
  private enum Origin {
    OUTER,
    PARAMETER,
    UNDEFINED
  }

  Names(@Nullable Names outer) {
    this.outer = outer;
  }

  void load(String name) {
    origins.putIfAbsent(name, Origin.OUTER);
  }

  void assign(String name) {
    origins.putIfAbsent(name, conditions > 0 ? Origin.OUTER : Origin.UNDEFINED);
  }

  /// A name that has its value before the scope begins.
  void parameter(String name) {
    origins.put(name, Origin.PARAMETER);
  }

  void beginCondition() {
    conditions++;
  }

  void endCondition() {
    conditions--;
  }

  /// Whether some names may be undefined when the scope begins.
  boolean assigns() {
    return origins.containsValue(Origin.UNDEFINED);
  }

  /// Ends the reading of the template: all scopes around this one are known.
  void settle() {
    undefined =
        origins.keySet().stream()
            .filter(name -> origins.get(name) == Origin.UNDEFINED)
            .filter(name -> outer == null || !outer.knows(name))
            .collect(Collectors.toUnmodifiableSet());
  }

  private boolean knows(String name) {
    return origins.containsKey(name) || (outer != null && outer.knows(name));
  }

  /// Names that are undefined when the scope begins, whatever is given.
  Set<String> undefined() {
    return undefined;
  }
}

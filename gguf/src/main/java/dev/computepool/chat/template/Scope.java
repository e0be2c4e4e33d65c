package dev.computepool.chat.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Variables, and those around them.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Value> variables;

  Scope(@Nullable Scope outer, Map<String, Value> variables) {
    this.outer = outer;
    this.variables = variables;
  }

  Scope inner() {
    return new Scope(this, new HashMap<>());
  }

  Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return Value.Undefined.variable(name);
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }
}

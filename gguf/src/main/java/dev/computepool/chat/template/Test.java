package dev.computepool.chat.template;

/// What `value is name(arguments)` asks.
interface Test {
  boolean holds(Value value, Arguments arguments, RenderContext context);
}

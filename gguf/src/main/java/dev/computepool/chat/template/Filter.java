package dev.computepool.chat.template;

/// What `value | name(arguments)` does.
interface Filter {
  Value apply(Value value, Arguments arguments, RenderContext context);
}

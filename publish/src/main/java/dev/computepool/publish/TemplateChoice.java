package dev.computepool.publish;

import java.nio.file.Path;

/// Which template Ollama is given.
public sealed interface TemplateChoice {
  /// The model's own in Go's language, proven to write the same; an error where there is none.
  record Proven() implements TemplateChoice {}

  /// None: Ollama renders the model's own, which it can from 0.30 on.
  record Own() implements TemplateChoice {}

  /// One that the user has written.
  record Written(Path file) implements TemplateChoice {}
}

package dev.computepool.chat.template;

import java.util.List;

/// What a template made of a conversation.
///
/// @param generated the parts that the template marks with `{% generation %}`, in order
public record Rendering(String text, List<TextRange> generated) {
  public Rendering {
    generated = List.copyOf(generated);
  }
}

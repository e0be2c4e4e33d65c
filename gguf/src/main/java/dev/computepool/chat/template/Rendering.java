package dev.computepool.chat.template;

import java.util.List;
import java.util.Optional;

/// What a template made of a conversation.
///
/// @param generated the parts that the template marks with `{% generation %}`, in order
/// @param loops for each message what a loop over the messages wrote when it came to it; nothing
///     where no loop did, or several
public record Rendering(String text, List<TextRange> generated, List<Optional<TextRange>> loops) {
  public Rendering {
    generated = List.copyOf(generated);
    loops = List.copyOf(loops);
  }
}

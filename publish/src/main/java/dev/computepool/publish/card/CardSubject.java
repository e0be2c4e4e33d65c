package dev.computepool.publish.card;

import dev.computepool.hash.Digest;
import dev.computepool.publish.source.RunFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a card is about.
///
/// @param origin the folder or file that is published; it may have a card already
/// @param base the folder of the model that it was trained on, or null
/// @param shown the folder or file whose chat template others will use
/// @param kind what it is
/// @param weights whether the files that Hugging Face's libraries load are published
/// @param files GGUF files that are published
public record CardSubject(
    Path origin,
    @Nullable Path base,
    Path shown,
    Kind kind,
    boolean weights,
    Optional<RunFacts> run,
    List<GgufLine> files) {
  public CardSubject {
    files = List.copyOf(files);
  }

  /// The same with these GGUF files.
  public CardSubject with(List<GgufLine> lines) {
    return new CardSubject(origin, base, shown, kind, weights, run, lines);
  }

  /// The same with another chat template.
  public CardSubject shownBy(Path model) {
    return new CardSubject(origin, base, model, kind, weights, run, files);
  }

  /// The same with what its run says by now.
  public CardSubject asNow() throws IOException {
    Optional<RunFacts> now =
        run.isPresent() ? Optional.of(run.get().readAgain()) : Optional.empty();
    return new CardSubject(origin, base, shown, kind, weights, now, files);
  }

  /// What is published, in relation to what it was made of.
  public enum Kind {
    /// A model that was trained further, whole.
    FINETUNE,
    /// An adapter on its own.
    ADAPTER,
    /// The same model in fewer bits.
    QUANTIZED,
    /// A model about whose making nothing is known here.
    MODEL
  }

  /// One GGUF file.
  ///
  /// @param type such as `Q4_K_M`
  public record GgufLine(String name, String type, long bytes, Digest sha256) {}
}

package dev.computepool.publish;

import dev.computepool.llama.FileType;
import dev.computepool.publish.card.CardOptions;
import dev.computepool.publish.source.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is to be published, and how.
///
/// @param work the folder for what is made on the way, and for the journal
/// @param name what files are called, such as `my-model`; letters, digits, `.`, `_` and `-`
/// @param quants what GGUF files are made, in the order in which they are listed
/// @param matrix an importance matrix for the smallest types, or null
/// @param unmerged whether an adapter stays one
/// @param ggufOnly whether the files that Hugging Face's libraries load are left out
/// @param card what the user says about the card
/// @param template which template Ollama is given
/// @param modelfileOnly whether the Modelfile is what is wanted, and nothing goes anywhere
/// @param redo names of steps that are done again, and with them what depends on them
public record PublishRequest(
    Source source,
    Path work,
    String name,
    List<FileType> quants,
    @Nullable Path matrix,
    boolean unmerged,
    boolean ggufOnly,
    CardOptions card,
    TemplateChoice template,
    boolean modelfileOnly,
    List<Destination> destinations,
    Set<String> redo) {
  public PublishRequest {
    work = work.toAbsolutePath().normalize();
    quants = List.copyOf(quants);
    destinations = List.copyOf(destinations);
    redo = Set.copyOf(redo);
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "'%s' is no name: only letters, digits, '.', '_' and '-'".formatted(name));
    }
    if (quants.stream().distinct().count() < quants.size()) {
      throw new IllegalArgumentException("a type is asked for twice: " + quants);
    }
    if (quants.contains(FileType.COPY)) {
      throw new IllegalArgumentException("COPY is no type of a published model");
    }
  }
}

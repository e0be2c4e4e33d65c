package dev.computepool.convert.adapter;

import dev.computepool.base.FormatException;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What an adapter is, without its weights.
///
/// @param base the model that it says it was trained for
/// @param method `LoRA`, `rsLoRA`, `DoRA` or `rsLoRA with DoRA`
/// @param ranks that its modules have, ascending
/// @param elements numbers of all its tensors
/// @param modules names of what it changes
/// @param saved names of tensors that it replaces
public record AdapterSummary(
    Optional<String> base,
    String method,
    double alpha,
    List<Long> ranks,
    long elements,
    List<String> modules,
    List<String> saved) {
  /// Reads an adapter.
  ///
  /// @throws FormatException with all that is wrong with it
  public static AdapterSummary read(Path path) throws IOException {
    Problems problems = new Problems();
    Optional<Adapter> opened = Adapter.open(path, problems);
    try {
      problems.throwIfAny(path);
      return of(opened.orElseThrow(), path, problems);
    } finally {
      opened.ifPresent(Adapter::close);
    }
  }

  private static AdapterSummary of(Adapter adapter, Path path, Problems problems)
      throws IOException {
    TreeSet<Long> ranks = new TreeSet<>();
    List<String> modules = new ArrayList<>();
    List<String> saved = new ArrayList<>();
    long elements = 0;
    for (Adapter.Part part : adapter.parts()) {
      switch (part) {
        case Adapter.Product product -> {
          ranks.add(product.factors().b().shape().getLast());
          modules.add(product.module());
          elements += product.factors().a().elements() + product.factors().b().elements();
        }
        case Adapter.Replacement replacement -> {
          saved.add(replacement.target());
          elements += replacement.numbers().elements();
        }
      }
    }
    PeftConfig config = adapter.config();
    String method =
        config.rankStabilized()
            ? config.decomposed() ? "rsLoRA with DoRA" : "rsLoRA"
            : config.decomposed() ? "DoRA" : "LoRA";
    return new AdapterSummary(
        JsonFile.object(path.resolve(PeftConfig.FILE), problems)
            .map(tree -> tree.path("base_model_name_or_path").asText())
            .filter(base -> !base.isEmpty() && !base.equals("null")),
        method,
        config.alpha(),
        List.copyOf(ranks),
        elements,
        modules,
        saved);
  }
}

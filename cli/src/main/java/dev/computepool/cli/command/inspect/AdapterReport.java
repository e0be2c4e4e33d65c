package dev.computepool.cli.command.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.cli.command.gguf.MetadataView;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.convert.adapter.AdapterSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A PEFT adapter.
///
/// @param base the model that it says it was trained for, or null
/// @param ranks that its modules have, ascending
/// @param method `LoRA`, `rsLoRA`, `DoRA` or `rsLoRA with DoRA`
/// @param modules names of what it changes
/// @param saved names of tensors that it replaces
/// @param showModules whether people asked for the lists
record AdapterReport(
    String path,
    @Nullable String base,
    String method,
    double alpha,
    List<Long> ranks,
    long elements,
    List<String> modules,
    List<String> saved,
    @JsonIgnore boolean showModules)
    implements Report {
  static AdapterReport of(Path path, boolean showModules) throws IOException {
    AdapterSummary summary = AdapterSummary.read(path);
    return new AdapterReport(
        path.toString(),
        summary.base().orElse(null),
        summary.method(),
        summary.alpha(),
        summary.ranks(),
        summary.elements(),
        summary.modules(),
        summary.saved(),
        showModules);
  }

  @Override
  public void print(Text out) {
    Table head = new Table().left("").left("");
    head.row("path", path);
    head.row("base", base == null ? "not stated" : MetadataView.visible(base));
    head.row("method", "%s, alpha %s, rank %s".formatted(method, alpha, ranks));
    head.row("changes", modules.size() + " modules");
    head.row("replaces", saved.size() + " tensors");
    head.row("weights", String.format(java.util.Locale.ROOT, "%,d", elements));
    out.table(head);
    if (showModules) {
      Table table = new Table().left("module");
      modules.forEach(module -> table.row(MetadataView.visible(module)));
      saved.forEach(name -> table.row(MetadataView.visible(name)));
      out.blank().table(table);
    }
  }
}

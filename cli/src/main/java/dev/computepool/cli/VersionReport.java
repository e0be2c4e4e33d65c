package dev.computepool.cli;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.hash.HashEngine;
import dev.computepool.llama.LlamaInfo;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What runs, and on what, for reports of bugs.
///
/// @param llama the llama.cpp that is used; null where none can be
/// @param llamaProblem why not; null where one can be
record VersionReport(
    String version,
    String java,
    String vm,
    String operatingSystem,
    String architecture,
    int processors,
    String hashKernel,
    boolean vectorModule,
    @Nullable LlamaInfo llama,
    @Nullable String llamaProblem)
    implements Report {

  static VersionReport collect(Context context) throws IOException {
    LlamaStatus status = LlamaStatus.probe(context);
    return new VersionReport(
        Version.CURRENT,
        System.getProperty("java.runtime.version", "unknown"),
        System.getProperty("java.vm.name", "unknown")
            + " of "
            + System.getProperty("java.vendor", "unknown"),
        System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", ""),
        System.getProperty("os.arch", "unknown"),
        Runtime.getRuntime().availableProcessors(),
        HashEngine.detect().kernel().name().toLowerCase(Locale.ROOT),
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        status instanceof LlamaStatus.Working working ? working.info() : null,
        status instanceof LlamaStatus.Unusable unusable ? unusable.why() : null);
  }

  @Override
  public void print(Text out) {
    out.line("computepool " + version);
    Table table =
        new Table()
            .left("")
            .left("")
            .row("java", java)
            .row("vm", vm)
            .row("system", operatingSystem + " " + architecture)
            .row("processors", Integer.toString(processors))
            .row("hash kernel", hashKernel)
            .row("vector module", vectorModule ? "present" : "not loaded");
    if (llama == null) {
      table.row("llama.cpp", "not usable: " + llamaProblem);
    } else {
      llama(table, llama);
    }
    out.table(table);
  }

  private static void llama(Table table, LlamaInfo llama) {
    String layout = llama.layout().isEmpty() ? ", not a build that is known" : "";
    table.row(
        "llama.cpp",
        "%s, ggml %s (%s)%s"
            .formatted(llama.version(), llama.ggmlVersion(), llama.commit(), layout));
    table.row("library", llama.library());
    table.row(
        "backends",
        llama.backends().stream()
            .map(b -> b.file().isEmpty() ? b.name() : b.name() + " (" + b.file() + ")")
            .collect(Collectors.joining(", ")));
    llama.devices().forEach(d -> table.row("device", d.name() + ": " + d.description()));
    table.row("features", llama.features());
  }
}

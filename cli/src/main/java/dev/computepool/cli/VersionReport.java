package dev.computepool.cli;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.hash.HashEngine;
import java.util.Locale;

/// What runs, and on what, for reports of bugs.
record VersionReport(
    String version,
    String java,
    String vm,
    String operatingSystem,
    String architecture,
    int processors,
    String hashKernel,
    boolean vectorModule)
    implements Report {

  static VersionReport collect() {
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
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Override
  public void print(Text out) {
    out.line("computepool " + version);
    out.table(
        new Table()
            .left("")
            .left("")
            .row("java", java)
            .row("vm", vm)
            .row("system", operatingSystem + " " + architecture)
            .row("processors", Integer.toString(processors))
            .row("hash kernel", hashKernel)
            .row("vector module", vectorModule ? "present" : "not loaded"));
  }
}

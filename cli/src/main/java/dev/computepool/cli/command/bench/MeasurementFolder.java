package dev.computepool.cli.command.bench;

import dev.computepool.base.AtomicFile;
import dev.computepool.cli.Context;
import dev.computepool.cli.config.CacheFolder;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps what was measured. That it cannot be kept is no reason not to show it.
final class MeasurementFolder {
  private MeasurementFolder() {}

  /// Writes files into a folder that is there.
  interface Writer {
    /// Does it.
    void write(Path folder) throws IOException;
  }

  static void save(Context context, Output out, Writer writer) {
    Path folder = CacheFolder.measurements(context.environment()).orElse(null);
    if (folder == null) {
      out.warn("not saved: there is no home folder");
      return;
    }
    try {
      Files.createDirectories(folder);
      writer.write(folder);
      out.note("saved in " + folder);
    } catch (IOException e) {
      out.warn("not saved: " + e.getMessage());
    }
  }

  /// Writes what people would read.
  static void writeMarkdown(Path file, Report markdown) throws IOException {
    Text text = new Text(Style.PLAIN);
    markdown.print(text);
    AtomicFile.writeString(file, text.toString());
  }
}

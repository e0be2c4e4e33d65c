package dev.computepool.cli.command.config;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.config.Config;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/// `cp config list`: every setting in force.
@picocli.CommandLine.Command(footerHeading = "%nExample:%n", footer = "  cp config list --origin")
public final class ConfigListCommand extends Command {
  @Option(names = "--origin", description = "Show where each value came from.")
  private boolean origin;

  public ConfigListCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    out.show(Listing.of(context().config(), origin));
    return ExitCode.DONE;
  }

  private record Listing(List<Row> settings) implements Report {
    record Row(String key, String value, @org.jspecify.annotations.Nullable String origin) {}

    static Listing of(Config config, boolean origin) {
      return new Listing(
          config.settings().stream()
              .map(s -> new Row(s.key().key(), s.shown(), origin ? s.origin() : null))
              .toList());
    }

    @Override
    public void print(Text out) {
      boolean origins = settings.stream().anyMatch(s -> s.origin() != null);
      Table table = new Table().left("setting").left("value");
      if (origins) {
        table.left("origin");
        settings.forEach(s -> table.row(s.key(), s.value(), String.valueOf(s.origin())));
      } else {
        settings.forEach(s -> table.row(s.key(), s.value()));
      }
      out.table(table);
    }
  }
}

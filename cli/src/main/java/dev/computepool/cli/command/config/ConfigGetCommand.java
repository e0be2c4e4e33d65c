package dev.computepool.cli.command.config;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.config.Config;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import picocli.CommandLine.Parameters;

/// `cp config get`: one setting in force, alone on a line for scripts.
@picocli.CommandLine.Command(footerHeading = "%nExample:%n", footer = "  cp config get shard.size")
public final class ConfigGetCommand extends Command {
  @Parameters(
      paramLabel = "KEY",
      completionCandidates = Keys.Names.class,
      description = "A setting, such as shard.size.")
  private String key = "";

  public ConfigGetCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Config.Setting setting = context().config().setting(Keys.parse(key));
    out.show(new Value(key, setting.shown(), setting.origin()));
    return ExitCode.DONE;
  }

  private record Value(String key, String value, String origin) implements Report {
    @Override
    public void print(Text out) {
      out.line(value);
    }
  }
}

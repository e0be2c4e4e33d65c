package dev.computepool.cli.command.config;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.Config;
import dev.computepool.cli.config.ConfigFile;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp config set`: one setting into the user's file, or into that of the working directory.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp config set shard.size 1GB",
      "  cp config set --local offline true   # for this folder only"
    })
public final class ConfigSetCommand extends Command {
  @Parameters(
      index = "0",
      paramLabel = "KEY",
      completionCandidates = Keys.Names.class,
      description = "A setting, such as shard.size.")
  private String key = "";

  @Parameters(index = "1", paramLabel = "VALUE", description = "Its new value.")
  private String value = "";

  @Option(names = "--local", description = "Write ./computepool.yml instead of the user's file.")
  private boolean local;

  public ConfigSetCommand(Context context) {
    super(context);
  }

  @Override
  protected boolean repairsSettings() {
    return true;
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    ConfigKey known = Keys.parse(key);
    try {
      known.check(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(key + ": " + e.getMessage(), known.description());
    }
    Path file =
        local
            ? Config.localFile(context().environment())
            : Config.userFile(context().environment());
    String written = known.isPath(value) && !local ? absolute(value) : value;
    ConfigFile.read(file).set(known.key(), written, known.isSecret());
    out.show(new Written(known.key(), known.isSecret() ? "(set)" : written, file.toString()));
    String variable = context().environment().variable(known.variable());
    if (variable != null) {
      String shown = known.isSecret() ? "" : "=" + variable;
      out.warn(known.variable() + shown + " is set and goes before it");
    }
    return ExitCode.DONE;
  }

  /// A path that means the same from every folder.
  private String absolute(String path) {
    return path.startsWith("~/")
        ? path
        : context().environment().directory().resolve(path).normalize().toString();
  }

  private record Written(String key, String value, String file) implements Report {
    @Override
    public void print(Text out) {
      out.line("%s = %s in %s".formatted(key, value, file));
    }
  }
}

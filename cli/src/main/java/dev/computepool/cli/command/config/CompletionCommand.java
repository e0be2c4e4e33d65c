package dev.computepool.cli.command.config;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.gen.Shell;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Parameters;

/// `cp completion`: the script that teaches a shell our command line.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  # bash, for every new shell",
      "  mkdir -p ~/.local/share/computepool",
      "  cp completion bash > ~/.local/share/computepool/completion.bash",
      "  echo '. ~/.local/share/computepool/completion.bash' >> ~/.bashrc",
      "",
      "  # zsh, where ~/.zshrc has 'fpath=(~/.zfunc $fpath)' before 'compinit'",
      "  mkdir -p ~/.zfunc",
      "  cp completion zsh > ~/.zfunc/_computepool",
      "",
      "  # fish, for both names of the program",
      "  mkdir -p ~/.config/fish/completions",
      "  cp completion fish > ~/.config/fish/completions/computepool.fish",
      "  ln -s computepool.fish ~/.config/fish/completions/cp.fish",
      "",
      "  # only for the bash that runs",
      "  . <(cp completion bash)"
    })
public final class CompletionCommand extends Command {
  @Parameters(paramLabel = "bash|zsh|fish", description = "bash, zsh or fish.")
  private Shell shell = Shell.BASH;

  public CompletionCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    out.show(new Script(shell.name().toLowerCase(Locale.ROOT), shell.script()));
    return ExitCode.DONE;
  }

  private record Script(String shell, String script) implements Report {
    @Override
    public void print(Text out) {
      out.raw(script.stripTrailing());
    }
  }
}

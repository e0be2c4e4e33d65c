package dev.computepool.cli.command.publish;

import dev.computepool.cli.UsageException;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.publish.Destination;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A git remote that something is published to.
@Under(OptionHeading.PLACES)
final class GitFlags {
  @Option(
      names = "--git",
      paramLabel = "URL",
      description = "A git remote with LFS, reached by https; COMPUTEPOOL_GIT_TOKEN lets us in.")
  private @Nullable String url;

  @Option(
      names = "--git-branch",
      paramLabel = "NAME",
      description = "The branch of the git remote; default: main.")
  private @Nullable String branch;

  boolean isNamed() {
    return url != null;
  }

  Optional<Destination> destination(String message) throws UsageException {
    if (url == null) {
      if (branch != null) {
        throw new UsageException("--git-branch needs a repository", "--git URL names it");
      }
      return Optional.empty();
    }
    return Optional.of(new Destination.GitBranch(url, branch == null ? "main" : branch, message));
  }
}

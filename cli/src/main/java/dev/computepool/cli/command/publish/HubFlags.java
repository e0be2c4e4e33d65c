package dev.computepool.cli.command.publish;

import dev.computepool.cli.UsageException;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.publish.Destination;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.RepoId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where on Hugging Face's Hub something is published.
@Under(OptionHeading.HUB)
final class HubFlags {
  @Under(OptionHeading.PLACES)
  @Option(
      names = "--hf",
      paramLabel = "ORG/NAME",
      description = "A repository of Hugging Face's Hub, made if it is not there.")
  private @Nullable String repository;

  @Under(OptionHeading.PLACES)
  @Option(names = "--skip-hf", description = "Leave the Hub out, though --hf names a repository.")
  private boolean skip;

  @Option(names = "--private", description = "A repository that is made is for members only.")
  private boolean isPrivate;

  @Option(
      names = "--revision",
      paramLabel = "BRANCH",
      description = "The branch of the Hub's repository; default: main.")
  private @Nullable String revision;

  @Option(names = "--pr", description = "Open a pull request on the Hub instead of a commit.")
  private boolean pullRequest;

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      description = "Message of the commit; its first line is the summary.")
  private @Nullable String message;

  /// The repository that is named, also if it is left out this time: cards speak of it.
  @Nullable RepoId repository() {
    return repository == null ? null : RepoId.parse(repository);
  }

  /// What the user says of the commit, or null.
  @Nullable String message() {
    return message;
  }

  /// Refuses what says something of a repository where none is named.
  ///
  /// @param git whether a git remote is
  void requireUse(boolean git) throws UsageException {
    if (message != null && message.isBlank()) {
      throw new UsageException("--message is empty");
    }
    if (repository != null) {
      return;
    }
    String flag =
        isPrivate
            ? "--private"
            : pullRequest
                ? "--pr"
                : revision != null ? "--revision" : message != null && !git ? "--message" : null;
    if (flag != null) {
      throw new UsageException(flag + " needs a repository", "--hf ORG/NAME names it");
    }
  }

  Optional<Destination> destination(String text) {
    RepoId repo = repository();
    return repo == null || skip
        ? Optional.empty()
        : Optional.of(
            new Destination.HubRepository(
                repo, revision == null ? Hub.MAIN : revision, text, isPrivate, pullRequest));
  }
}

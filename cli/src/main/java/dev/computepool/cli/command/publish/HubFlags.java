package dev.computepool.cli.command.publish;

import dev.computepool.cli.UsageException;
import dev.computepool.publish.Destination;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.RepoId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where on Hugging Face's Hub something is published.
final class HubFlags {
  @Option(
      names = "--hf",
      paramLabel = "ORG/NAME",
      description = "A repository of Hugging Face's Hub, made if it is not there.")
  private @Nullable String repository;

  @Option(names = "--skip-hf", description = "Leave the Hub out, though --hf names a repository.")
  private boolean skip;

  @Option(names = "--private", description = "A repository that is made is for members only.")
  private boolean isPrivate;

  @Option(
      names = "--revision",
      paramLabel = "BRANCH",
      description = "The branch of the Hub's repository; default: main.")
  private String revision = Hub.MAIN;

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

  Optional<Destination> destination(String title) throws UsageException {
    RepoId repo = repository();
    if (repo == null || skip) {
      return Optional.empty();
    }
    if (message != null && message.isBlank()) {
      throw new UsageException("--message is empty");
    }
    return Optional.of(
        new Destination.HubRepository(
            repo,
            revision,
            message == null ? "Publish " + title : message,
            isPrivate,
            pullRequest));
  }
}

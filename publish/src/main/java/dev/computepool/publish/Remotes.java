package dev.computepool.publish;

import dev.computepool.base.Progress;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubUpload;
import dev.computepool.publish.hub.LocalFile;
import dev.computepool.publish.hub.UploadPlan;
import dev.computepool.publish.hub.UploadReport;
import dev.computepool.publish.hub.UploadRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// Destinations that are not on this machine.
final class Remotes {
  private final Machine machine;
  private final Progress progress;

  Remotes(Machine machine, Progress progress) {
    this.machine = machine;
    this.progress = progress;
  }

  /// Looks at what a destination has, by reading only.
  ///
  /// @param complete whether all files that will be sent are there
  /// @return nothing of a step that stays on this machine
  Optional<There> look(Step step, boolean complete) throws IOException {
    return switch (step) {
      case Step.Upload upload -> Optional.of(look(upload, complete));
      case Step.Merge _,
          Step.Convert _,
          Step.ConvertAdapter _,
          Step.Quantize _,
          Step.WriteCard _,
          Step.Copy _ ->
          Optional.empty();
    };
  }

  /// Why a step elsewhere will be done.
  Optional<String> reason(Optional<String> given, There there) {
    boolean equal = there.bytesToSend().isPresent() && there.bytesToSend().getAsLong() == 0;
    return given.isPresent() || equal ? given : Optional.of(there.what());
  }

  private There look(Step.Upload step, boolean complete) throws IOException {
    HubUpload hub = new HubUpload(machine.hub().hub());
    if (!complete) {
      boolean exists = hub.check(step.to().repo(), step.to().pullRequest());
      String what = exists ? "is there already" : "is not there yet";
      return new There("%s %s".formatted(step.to().repo(), what), OptionalLong.empty());
    }
    UploadPlan plan = hub.plan(request(step), progress);
    String what =
        plan.repoExists()
            ? "%d of %d files are there already"
                .formatted(plan.items().size() - plan.pending().size(), plan.items().size())
            : "%s is not there yet".formatted(step.to().repo());
    return new There(what, OptionalLong.of(plan.bytesToSend()));
  }

  /// Publishes to the Hub.
  StepRunner.Done run(Step.Upload step) throws IOException {
    Hub hub = machine.hub().hub();
    HubUpload upload = new HubUpload(hub);
    UploadReport report = upload.run(upload.plan(request(step), progress), progress);
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("repository", report.repo().toString());
    facts.put("page", hub.page(report.repo()));
    facts.put("address", report.url());
    if (report.commit() != null) {
      facts.put("commit", report.commit());
    }
    if (report.pullRequest() != null) {
      facts.put("pull_request", report.pullRequest());
    }
    facts.put("files_sent", Integer.toString(report.sent().size()));
    facts.put("bytes_sent", Long.toString(report.bytesSent()));
    return new StepRunner.Done(facts, Map.of(), !report.committed());
  }

  private static UploadRequest request(Step.Upload step) throws IOException {
    Destination.HubRepository to = step.to();
    List<LocalFile> files =
        step.payload().items().stream()
            .map(item -> new LocalFile(item.file(), item.name()))
            .toList();
    return new UploadRequest(
        to.repo(),
        files,
        to.revision(),
        to.message(),
        to.isPrivate(),
        to.pullRequest(),
        step.state());
  }
}

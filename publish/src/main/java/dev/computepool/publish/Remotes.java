package dev.computepool.publish;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.PublishPlan.Amount;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.git.GitPlan;
import dev.computepool.publish.git.GitReport;
import dev.computepool.publish.git.GitRequest;
import dev.computepool.publish.git.GitUpload;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubUpload;
import dev.computepool.publish.hub.LocalFile;
import dev.computepool.publish.hub.UploadPlan;
import dev.computepool.publish.hub.UploadReport;
import dev.computepool.publish.hub.UploadRequest;
import dev.computepool.publish.journal.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Destinations that are not on this machine.
final class Remotes {
  private final Machine machine;
  private final Map<Path, FileStamp> known;
  private final Progress progress;

  /// Hears of files that were read whole. Sending them may take hours and be interrupted: whoever
  /// remembers it need not read them again.
  @FunctionalInterface
  interface Reader {
    void read(Map<Path, Digest> digests) throws IOException;
  }

  /// @param known files that were hashed before
  Remotes(Machine machine, Map<Path, FileStamp> known, Progress progress) {
    this.machine = machine;
    this.known = Map.copyOf(known);
    this.progress = progress;
  }

  /// Looks at what a destination has, by reading only.
  ///
  /// @param complete whether all files that will be sent are there
  /// @return nothing of a step that stays on this machine
  Optional<There> look(Step step, boolean complete) throws IOException {
    return switch (step) {
      case Step.Upload upload -> Optional.of(look(upload, complete));
      case Step.PushGit git -> Optional.of(look(git, complete));
      case Step.PushOllama push ->
          Optional.of(new OllamaPublishing(machine, known, progress, push).look(complete));
      case Step.Merge _,
          Step.NameBase _,
          Step.Convert _,
          Step.ConvertAdapter _,
          Step.Quantize _,
          Step.WriteCard _,
          Step.WriteModelfile _,
          Step.Shard _,
          Step.Copy _ ->
          Optional.empty();
    };
  }

  /// Why a step elsewhere will be done.
  Optional<String> reason(Optional<String> given, There there) {
    return given.isPresent() || there.equal() ? given : Optional.of(there.what());
  }

  private There look(Step.Upload step, boolean complete) throws IOException {
    HubUpload hub = new HubUpload(machine.services().hub());
    if (!complete) {
      boolean exists = hub.check(step.to().repo(), step.to().pullRequest());
      String what = exists ? "is there already" : "is not there yet";
      return new There("%s %s".formatted(step.to().repo(), what));
    }
    UploadPlan plan = hub.plan(request(step), progress);
    String what =
        plan.repoExists()
            ? "%d of %d files are there already"
                .formatted(plan.items().size() - plan.pending().size(), plan.items().size())
            : "%s is not there yet".formatted(step.to().repo());
    long all = plan.items().stream().mapToLong(UploadPlan.Item::size).sum();
    Amount amount = new Amount(all - plan.bytesToSend(), plan.bytesToSend(), true);
    return new There(what, plan.isDone(), amount);
  }

  /// Publishes.
  ///
  /// @param step one that goes elsewhere
  /// @param reader hears what the files are before the first of them is sent
  StepRunner.Done run(Step step, Reader reader) throws IOException {
    return switch (step) {
      case Step.Upload upload -> run(upload, reader);
      case Step.PushGit git -> run(git, reader);
      case Step.PushOllama push -> new OllamaPublishing(machine, known, progress, push).run(reader);
      case Step.Merge _,
          Step.NameBase _,
          Step.Convert _,
          Step.ConvertAdapter _,
          Step.Quantize _,
          Step.WriteCard _,
          Step.WriteModelfile _,
          Step.Shard _,
          Step.Copy _ ->
          throw new IllegalArgumentException(step.name() + " stays on this machine");
    };
  }

  private There look(Step.PushGit step, boolean complete) throws IOException {
    machine.services().author(); // or whoever knows says what is missing
    if (!complete) {
      git().check(machine.services().git(step.to().url(), step.to().branch()), progress);
      return new There(step.to().url() + " lets us push");
    }
    GitPlan plan = git().plan(request(step), progress);
    long same = plan.items().stream().filter(item -> item.state() == GitPlan.State.SAME).count();
    long all = plan.items().stream().mapToLong(GitPlan.Item::size).sum();
    long bytes =
        plan.items().stream()
            .filter(item -> item.state() != GitPlan.State.SAME)
            .mapToLong(GitPlan.Item::size)
            .sum();
    String what = "%d of %d files are there already".formatted(same, plan.items().size());
    return new There(what, plan.isDone(), new Amount(all - bytes, bytes, true));
  }

  private StepRunner.Done run(Step.PushGit step, Reader reader) throws IOException {
    GitUpload upload = git();
    GitPlan plan = upload.plan(request(step), progress);
    reader.read(plan.digests());
    GitReport report = upload.run(plan, progress);
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("address", step.to().url());
    facts.put("branch", step.to().branch());
    if (report.commit() != null) {
      facts.put("commit", report.commit());
    }
    facts.put("bytes_sent", Long.toString(report.bytesSent()));
    return new StepRunner.Done(facts, plan.digests(), !report.pushed());
  }

  private GitUpload git() throws IOException {
    return new GitUpload(machine.services().http(), machine.services().proxies());
  }

  private GitRequest request(Step.PushGit step) throws IOException {
    Services.Author author = machine.services().author();
    return new GitRequest(
        machine.services().git(step.to().url(), step.to().branch()),
        files(step.payload()),
        step.to().message(),
        author.name(),
        author.email(),
        step.state());
  }

  private List<LocalFile> files(Payload payload) throws IOException {
    List<LocalFile> files = new ArrayList<>();
    for (Payload.Item item : payload.items()) {
      files.add(new LocalFile(item.file(), item.name(), FileStamp.known(known, item.file())));
    }
    return files;
  }

  private StepRunner.Done run(Step.Upload step, Reader reader) throws IOException {
    Hub hub = machine.services().hub();
    HubUpload upload = new HubUpload(hub);
    UploadPlan plan = upload.plan(request(step), progress);
    reader.read(plan.digests());
    UploadReport report = upload.run(plan, progress);
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
    return new StepRunner.Done(facts, plan.digests(), !report.committed());
  }

  private UploadRequest request(Step.Upload step) throws IOException {
    Destination.HubRepository to = step.to();
    List<LocalFile> files = files(step.payload());
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

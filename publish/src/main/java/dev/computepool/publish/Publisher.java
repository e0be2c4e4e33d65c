package dev.computepool.publish;

import dev.computepool.base.DiskFullException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.publish.PublishPlan.Planned;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.PublishResult.Outcome;
import dev.computepool.publish.journal.Entry;
import dev.computepool.publish.journal.Journal;
import dev.computepool.publish.journal.Stamps;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Publishes a model: plans all steps, and does those that are not done yet.
///
/// What was done is in a journal beside the results. A step whose outputs are as they were made,
/// from inputs that are as they were read, is not done again.
public final class Publisher {
  private final Machine machine;
  private final Clock clock;

  /// @param clock tells when a step was done
  public Publisher(Machine machine, Clock clock) {
    this.machine = machine;
    this.clock = clock;
  }

  /// Decides what {@link #run} does, and checks all that can be checked before. Nothing is written.
  ///
  /// @param compare whether destinations elsewhere are asked what of it they have, for a plan that
  ///     is only shown; otherwise they are asked whether we may publish, and compared when it is
  ///     their turn
  /// @throws FormatException with all that is wrong with the model
  /// @throws UnknownStepException if a step is to be done again that there is none of
  /// @throws java.nio.file.FileAlreadyExistsException if there is something at a destination that
  ///     must not be replaced
  /// @throws dev.computepool.publish.hub.HubException if the Hub would not let us publish
  /// @throws DiskFullException if the results do not fit
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public PublishPlan plan(PublishRequest request, boolean compare, Progress progress)
      throws IOException {
    Pipeline.Steps pipeline = Pipeline.of(request);
    Set<Step> redone = redone(pipeline.steps(), request.redo());
    List<Planned> planned = new ArrayList<>();
    try (Journal journal = Journal.read(request.work())) {
      Remotes remotes = new Remotes(machine, journal.known(), progress);
      List<Step> ahead = new ArrayList<>();
      for (Step step : pipeline.steps()) {
        StepRunner.check(step, journal);
        Optional<String> reason =
            redone.contains(step)
                ? Optional.of("is asked for again")
                : reason(step, ahead, journal, progress);
        boolean complete = compare && ahead.stream().noneMatch(other -> reads(step, other));
        Optional<There> there = remotes.look(step, complete);
        if (there.isPresent()) {
          reason = remotes.reason(reason, there.get());
        }
        if (reason.isPresent()) {
          ahead.add(step);
        }
        planned.add(new Planned(step, reason, redone.contains(step), there));
      }
    }
    PublishPlan plan = new PublishPlan(request, planned, pipeline.notes());
    requireSpace(plan);
    return plan;
  }

  /// Those that are named, and those that read what one of them makes.
  private static Set<Step> redone(List<Step> steps, Collection<String> names)
      throws UnknownStepException {
    Set<Step> redone = new LinkedHashSet<>();
    Set<String> known = new LinkedHashSet<>();
    for (Step step : steps) {
      known.add(step.name());
      boolean named = names.contains(step.name()) || names.contains(kind(step.name()));
      if (named || redone.stream().anyMatch(other -> reads(step, other))) {
        redone.add(step);
      }
    }
    for (String name : names) {
      if (known.stream().noneMatch(k -> k.equals(name) || kind(k).equals(name))) {
        throw new UnknownStepException(name, List.copyOf(known));
      }
    }
    return redone;
  }

  /// `quantize` of `quantize-q4_k_m`.
  private static String kind(String name) {
    int dash = name.indexOf('-');
    return dash < 0 ? name : name.substring(0, dash);
  }

  private static boolean reads(Step step, Step other) {
    return other.outputs().stream().anyMatch(step.inputs()::contains);
  }

  private static Optional<String> reason(
      Step step, List<Step> ahead, Journal journal, Progress progress) throws IOException {
    if (step.isRemote()) {
      return Optional.empty(); // it is asked itself
    }
    for (Step other : ahead) {
      if (reads(step, other)) {
        return Optional.of("follows " + other.name());
      }
    }
    return reason(step, journal, progress);
  }

  /// Why a step whose inputs are there must be done.
  private static Optional<String> reason(Step step, Journal journal, Progress progress)
      throws IOException {
    Optional<Entry> entry = journal.entry(step.name());
    if (entry.isEmpty()) {
      return Optional.of("is not done yet");
    }
    if (!entry.get().done()) {
      return Optional.of("was interrupted");
    }
    if (!entry.get().settings().equals(step.settings())) {
      return Optional.of("is asked for in another way than before");
    }
    Optional<String> inputs = entry.get().inputs().change(step.inputs(), progress);
    return inputs.isPresent() ? inputs : entry.get().outputs().change(step.outputs(), progress);
  }

  private static void requireSpace(PublishPlan plan) throws IOException {
    // Each step looks again, at what it knows to the byte; here is what they need together.
    long work = 0;
    for (Planned planned : plan.steps()) {
      if (planned.reason().isEmpty()) {
        continue;
      }
      switch (planned.step()) {
        case Step.Copy copy -> DiskSpace.require(copy.target(), copy.size().bytes());
        case Step.Merge _,
            Step.NameBase _,
            Step.Convert _,
            Step.ConvertAdapter _,
            Step.Quantize _,
            Step.WriteCard _,
            Step.WriteModelfile _ ->
            work += planned.step().size().bytes();
        case Step.Shard shard -> DiskSpace.require(shard.models(), shard.size().bytes());
        case Step.Upload _, Step.PushGit _, Step.PushOllama _ -> {}
      }
    }
    DiskSpace.require(plan.request().work(), work);
  }

  /// Carries out a plan. What another process, or this one before it was killed, has done since it
  /// was made is not done again.
  ///
  /// @throws dev.computepool.base.BusyException if another process publishes from the same folder
  /// @throws dev.computepool.base.CancelledException if the user asked to stop; the same request
  ///     then goes on where this one stopped
  public PublishResult run(PublishPlan plan, StepListener listener, Progress progress)
      throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (Journal journal = Journal.open(plan.request().work())) {
      for (Planned planned : plan.steps()) {
        Step step = planned.step();
        boolean needed =
            planned.redo() || step.isRemote() || reason(step, journal, progress).isPresent();
        Outcome outcome = needed ? run(step, journal, progress) : kept(step, journal, progress);
        outcomes.add(outcome);
        listener.ended(outcome);
      }
    }
    return new PublishResult(plan.request(), outcomes);
  }

  private Outcome run(Step step, Journal journal, Progress progress) throws IOException {
    StepRunner runner = new StepRunner(machine, journal, progress);
    StepRunner.check(step, journal);
    journal.record(step.name(), Entry.begun(step.settings(), clock.instant(), step.facts()));
    Stamps inputs = Stamps.of(step.inputs(), journal.known(), progress);
    long start = System.nanoTime();
    StepRunner.Done done = runner.run(step);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    Optional<String> change = inputs.change(step.inputs(), progress);
    if (change.isPresent()) {
      throw new IOException("%s while it was read; nothing counts as done".formatted(change.get()));
    }
    Stamps outputs = Stamps.of(step.outputs(), journal.known(), progress).with(done.digests());
    Entry entry =
        new Entry(
            true,
            step.settings(),
            inputs.with(done.digests()),
            outputs,
            clock.instant(),
            time.toNanos() / 1e9,
            done.facts());
    // First what is known without reading gigabytes: a step that was killed while its result is
    // hashed need not be done again.
    journal.record(step.name(), entry);
    return outcome(step, done.kept(), hashed(step, entry, journal, progress));
  }

  private static Outcome kept(Step step, Journal journal, Progress progress) throws IOException {
    Entry entry = journal.entry(step.name()).orElseThrow();
    return outcome(step, true, hashed(step, entry, journal, progress));
  }

  private static Entry hashed(Step step, Entry entry, Journal journal, Progress progress)
      throws IOException {
    if (entry.outputs().isHashed()) {
      return entry;
    }
    Entry hashed = entry.withOutputs(entry.outputs().hashed(progress));
    journal.record(step.name(), hashed);
    return hashed;
  }

  private static Outcome outcome(Step step, boolean kept, Entry entry) {
    Duration time = Duration.ofNanos((long) (entry.seconds() * 1e9));
    return new Outcome(step, kept, entry.outputs(), time, entry.facts());
  }
}

package dev.computepool.publish;

import dev.computepool.base.DiskFullException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.publish.PublishPlan.Planned;
import dev.computepool.publish.PublishPlan.There;
import dev.computepool.publish.PublishResult.Outcome;
import dev.computepool.publish.journal.Entry;
import dev.computepool.publish.journal.Journal;
import dev.computepool.publish.journal.Stamps;
import dev.computepool.publish.journal.Stamps.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Publishes a model: plans all steps, and does those that are not done yet.
///
/// What was done is in a journal beside the results. A step whose outputs are as they were made,
/// from inputs that are as they were read, is not done again.
public final class Publisher {
  private final Machine machine;
  private final String program;
  private final Clock clock;

  /// @param program the version of this program: what another one made is made anew
  /// @param clock tells when a step was done
  public Publisher(Machine machine, String program, Clock clock) {
    this.machine = machine;
    this.program = program;
    this.clock = clock;
  }

  /// What is known of a step that may have been done.
  ///
  /// @param reason why it must be done; nothing if it need not
  /// @param entry what is recorded of it, with the times that its files have now; null if nothing
  // is
  private record Finding(Optional<String> reason, @Nullable Entry entry) {
    static Finding because(String reason) {
      return new Finding(Optional.of(reason), null);
    }
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
  /// @throws dev.computepool.publish.git.GitException if a git remote would not
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
          StepRunner.check(step, journal);
          if (step instanceof Step.Quantize quantize) {
            boolean made = ahead.stream().noneMatch(other -> reads(step, other));
            new StepRunner(machine, journal, progress).rehearse(quantize, made);
          }
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

  private Optional<String> reason(Step step, List<Step> ahead, Journal journal, Progress progress)
      throws IOException {
    if (step.isRemote()) {
      return Optional.empty(); // it is asked itself
    }
    for (Step other : ahead) {
      if (reads(step, other)) {
        return Optional.of("follows " + other.name());
      }
    }
    return look(step, journal, progress).reason();
  }

  /// Looks whether a step whose inputs are there must be done.
  private Finding look(Step step, Journal journal, Progress progress) throws IOException {
    Optional<Entry> known = journal.entry(step.name());
    if (known.isEmpty()) {
      return Finding.because("is not done yet");
    }
    Entry entry = known.get();
    if (!entry.done()) {
      return Finding.because("was interrupted");
    }
    if (!entry.settings().equals(step.settings())) {
      return Finding.because("is asked for in another way than before");
    }
    if (!entry.program().equals(program)) {
      return Finding.because("was done by another version of this program");
    }
    Stamps.Look inputs = entry.inputs().look(step.inputs(), progress);
    if (inputs.change().isPresent()) {
      return new Finding(inputs.change(), entry);
    }
    Stamps.Look outputs = entry.outputs().look(step.outputs(), progress);
    return new Finding(outputs.change(), entry.with(inputs.now(), outputs.now()));
  }

  private static void requireSpace(PublishPlan plan) throws IOException {
    // Each step looks again, at what it knows to the byte; here is what they need together.
    Map<Path, Long> needed = new LinkedHashMap<>();
    for (Planned planned : plan.steps()) {
      if (planned.reason().isEmpty()) {
        continue;
      }
      Path where =
          switch (planned.step()) {
            case Step.Merge _,
                Step.NameBase _,
                Step.Convert _,
                Step.ConvertAdapter _,
                Step.Quantize _,
                Step.WriteCard _,
                Step.WriteModelfile _ ->
                plan.request().work();
            case Step.Copy copy -> copy.target();
            case Step.Shard shard -> shard.models();
            case Step.PushOllama push ->
                push.road() instanceof OllamaRoad.Store(Path root) ? root : null;
            case Step.Upload _, Step.PushGit _ -> null;
          };
      if (where != null) {
        needed.merge(where, planned.step().size().bytes(), Math::addExact);
      }
    }
    DiskSpace.require(needed);
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
        Finding found =
            planned.redo() || step.isRemote()
                ? Finding.because("is asked for")
                : look(step, journal, progress);
        Entry entry = found.reason().isPresent() ? null : found.entry();
        Outcome outcome =
            entry == null
                ? run(step, journal, progress)
                : outcome(step, true, hashed(step, entry, journal, progress));
        outcomes.add(outcome);
        listener.ended(outcome);
      }
    }
    return new PublishResult(plan.request(), outcomes);
  }

  private Outcome run(Step step, Journal journal, Progress progress) throws IOException {
    StepRunner runner = new StepRunner(machine, journal, progress);
    StepRunner.check(step, journal);
    Stamps inputs = Stamps.of(Side.READ, step.inputs(), journal.known(), progress);
    journal.record(
        step.name(), Entry.begun(program, step.settings(), inputs, clock.instant(), step.facts()));
    long start = System.nanoTime();
    StepRunner.Done done = run(runner, step);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    Stamps.Look after = inputs.look(step.inputs(), progress);
    if (after.change().isPresent()) {
      throw new IOException(
          "%s while it was read; the same command does '%s' again"
              .formatted(after.change().get(), step.name()));
    }
    Stamps outputs =
        Stamps.of(Side.MADE, step.outputs(), journal.known(), progress).with(done.digests());
    Entry entry =
        new Entry(
            true,
            program,
            step.settings(),
            after.now().with(done.digests()),
            outputs,
            clock.instant(),
            time.toNanos() / 1e9,
            done.facts());
    // First what is known without reading gigabytes: a step that was killed while its result is
    // hashed need not be done again.
    journal.record(step.name(), entry);
    return outcome(step, done.kept(), hashed(step, entry, journal, progress));
  }

  private static StepRunner.Done run(StepRunner runner, Step step) throws IOException {
    try {
      return runner.run(step);
    } catch (VerificationException | DiskFullException e) {
      throw e;
    } catch (IOException e) {
      throw step.outputs().isEmpty()
          ? e
          : DiskSpace.explain(e, step.outputs().getFirst(), step.size().bytes());
    }
  }

  /// The same with hashes of all that was made; what is new in it is recorded.
  private static Entry hashed(Step step, Entry entry, Journal journal, Progress progress)
      throws IOException {
    Entry hashed = entry.with(entry.inputs(), entry.outputs().hashed(progress));
    if (!Optional.of(hashed).equals(journal.entry(step.name()))) {
      journal.record(step.name(), hashed);
    }
    return hashed;
  }

  private static Outcome outcome(Step step, boolean kept, Entry entry) {
    Duration time = Duration.ofNanos((long) (entry.seconds() * 1e9));
    return new Outcome(step, kept, entry.outputs(), time, entry.facts());
  }
}

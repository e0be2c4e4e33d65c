package dev.computepool.sharding.store;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteRange;
import dev.computepool.base.DiskFullException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.Digest;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.store.DamageFinder.StoredTree;
import dev.computepool.sharding.store.HashingPipeline.Job;
import dev.computepool.sharding.store.HashingPipeline.Port;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Puts a model file together again, bit for bit.
///
/// Each shard is read once: what is written is what was hashed. The file appears only if every
/// digest was right.
public final class ShardJoiner {
  private final HashingPipeline pipeline;

  public ShardJoiner(HashEngine engine) {
    this.pipeline = new HashingPipeline(engine);
  }

  /// Looks whether everything is here, without reading the shards.
  ///
  /// @param allowUnverified takes shards whose digest nobody knows, and does without a record that
  ///     is damaged or lost
  /// @throws java.nio.file.NoSuchFileException if there is no directory, or no manifest in it
  /// @throws FormatException if the manifest cannot be understood
  /// @throws VerificationException with all that is missing or already known to be wrong
  public static JoinPlan plan(Path directory, Path target, boolean replace, boolean allowUnverified)
      throws IOException {
    ShardDirectory opened = ShardDirectory.open(directory, allowUnverified);
    List<String> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Part part : parts(opened)) {
      switch (ShardDirectory.sizeProblem(part)) {
        case null -> {
          if (part.digest().isZero() && !part.name().equals(ShardFiles.HEADER)) {
            (allowUnverified ? notes : problems)
                .add(part.name() + ": nobody knows its digest, so it cannot be verified");
          }
        }
        case FileState.WrongSize(long expected, long actual) ->
            problems.add("%s has %d bytes instead of %d".formatted(part.name(), actual, expected));
        case FileState.Missing(String why) -> problems.add(part.name() + " is missing: " + why);
      }
    }
    if (problems.isEmpty() && opened.record().isEmpty() && !opened.manifest().isWhole()) {
      StructureCheck.run(opened)
          .ifPresent(conflict -> problems.add(conflict.file() + " " + conflict.why()));
      String problem = opened.recordProblem();
      notes.add(
          (problem == null ? "there is no " + ShardFiles.RECORD : ShardFiles.RECORD + " " + problem)
              + ": what lay between the tensors is taken for zeros");
    }
    if (!problems.isEmpty()) {
      throw new VerificationException(directory.toString(), problems);
    }
    return new JoinPlan(opened, target, replace, opened.manifest().totalSizeBytes(), notes);
  }

  /// What the model file is made of.
  private static List<Part> parts(ShardDirectory directory) throws IOException {
    List<Part> parts = new ArrayList<>();
    if (!directory.manifest().isWhole()) {
      parts.add(directory.headerPart());
    }
    for (Manifest.Shard shard : directory.manifest().shards()) {
      parts.add(directory.shardPart(shard));
    }
    directory.extraPart().ifPresent(parts::add);
    return parts;
  }

  /// Checks that the plan can be carried out now, without changing anything.
  ///
  /// @throws FileAlreadyExistsException if the target exists and is not to be replaced
  /// @throws DiskFullException if there is not enough room
  public static void check(JoinPlan plan) throws IOException {
    AtomicFile.check(plan.target(), plan.replace());
    DiskSpace.require(plan.target(), plan.bytes());
  }

  /// Makes the model file.
  ///
  /// @throws VerificationException with every part that is not what it must be; no file appears
  /// @throws FileAlreadyExistsException if the target exists and is not to be replaced
  /// @throws dev.computepool.base.BusyException if another process is writing it
  /// @throws DiskFullException if there is not enough room, before or meanwhile
  /// @throws dev.computepool.base.CancelledException if `progress` says so; nothing is left behind
  public JoinResult join(JoinPlan plan, Progress progress) throws IOException {
    check(plan);
    try (AtomicFile file =
        plan.replace() ? AtomicFile.replace(plan.target()) : AtomicFile.create(plan.target())) {
      Digest sha256;
      try {
        sha256 = new Joining(plan, file.channel()).write(progress);
      } catch (IOException e) {
        throw DiskSpace.explain(e, plan.target(), plan.bytes());
      }
      file.commit();
      return new JoinResult(plan.target(), plan.bytes(), sha256, plan.notes());
    }
  }

  /// One file being put together.
  private final class Joining {
    private final JoinPlan plan;
    private final ShardDirectory directory;
    private final FileChannel target;
    private final DamageFinder damage;
    private final Map<String, String> problems = new ConcurrentSkipListMap<>();

    Joining(JoinPlan plan, FileChannel target) {
      this.plan = plan;
      this.directory = plan.directory();
      this.target = target;
      this.damage = new DamageFinder(directory);
    }

    @Nullable Digest write(Progress progress) throws IOException {
      // The last byte first: what nothing is written to then reads as zeros, up to the very end.
      if (plan.bytes() > 0) {
        target.write(ByteBuffer.allocate(1), plan.bytes() - 1);
      }
      Digest expected = directory.record().map(SplitRecord::originalSha256).orElse(null);
      List<Job> jobs = new ArrayList<>();
      for (Part part : parts(directory)) {
        jobs.add(job(part));
      }
      long work = jobs.stream().mapToLong(Job::bytes).sum() + (expected == null ? 0 : plan.bytes());
      Watermark written = new Watermark();
      try (Progress.Step step = progress.begin("Joining", work, Progress.Unit.BYTES);
          Sha256Thread sha256 =
              expected == null
                  ? null
                  : Sha256Thread.start(plan.target(), target::read, plan.bytes(), written, step)) {
        pipeline.run(jobs, step, written);
        throwProblems();
        if (sha256 == null) {
          return null;
        }
        Digest actual = sha256.result();
        if (expected != null && !actual.equals(expected)) {
          problems.put(
              "", "the SHA-256 of the whole would be %s, not %s".formatted(actual, expected));
        }
        throwProblems();
        return actual;
      }
    }

    private Job job(Part part) {
      return new Job(
          part.source(),
          new Port(plan.target(), target, part.original()),
          part.original(),
          directory.treeGroup(),
          hashed -> {
            Blake3Tree actual = hashed.build();
            if (!part.digest().isZero() && !actual.root().equals(part.digest())) {
              problems.put(part.name(), part.name() + " is corrupt" + where(part, actual));
            }
          });
    }

    /// Where in a shard the damage is, in words, as far as its tree tells.
    private String where(Part part, Blake3Tree actual) throws IOException {
      Optional<Manifest.Shard> shard =
          directory.manifest().shards().stream()
              .filter(candidate -> ShardFiles.shard(candidate.index()).equals(part.name()))
              .findFirst();
      if (shard.isEmpty() || directory.record().isEmpty()) {
        return "";
      }
      StoredTree stored = damage.tree(shard.get());
      Blake3Tree tree = stored.tree();
      if (tree == null) {
        return "";
      }
      List<ByteRange> ranges = tree.damaged(actual);
      return damage.name(shard.get(), ranges).stream()
          .map(found -> " in " + found.range() + " " + String.join(", ", found.tensors()))
          .reduce(":", String::concat);
    }

    private void throwProblems() throws VerificationException {
      if (!problems.isEmpty()) {
        throw new VerificationException(
            directory.path().toString(), List.copyOf(problems.values()));
      }
    }
  }
}

package dev.computepool.sharding.store;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteRange;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FileRanges;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.Digest;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.store.DamageFinder.StoredTree;
import dev.computepool.sharding.store.HashingPipeline.Finisher;
import dev.computepool.sharding.store.HashingPipeline.Job;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Proves that a directory of shards is what was written.
///
/// Sizes come first: a file of the wrong size was an interrupted transfer and is not read. Then
/// every file is hashed once; where a shard is not what the manifest says, its stored tree tells
/// which bytes are damaged, and the manifest which tensors these are.
///
/// A deep verification also parses the header and holds the manifest against it, computes the
/// layout again, compares the sidecars with the tensors they copy, looks for bytes in the gaps of a
/// linked model that were not there, and proves the recorded SHA-256 of the whole model.
public final class ShardVerifier {
  private static final long MAX_SMALL = 1 << 20;

  private final HashingPipeline pipeline;

  public ShardVerifier(HashEngine engine) {
    this.pipeline = new HashingPipeline(engine);
  }

  /// Looks at a directory, or at some of it.
  ///
  /// @throws NoSuchFileException if there is no directory, or no manifest in it
  /// @throws FormatException if the manifest cannot be understood
  /// @throws IllegalArgumentException if `options` select what the model does not have
  /// @throws dev.computepool.base.CancelledException if `progress` says so
  public VerifyReport verify(Path directory, VerifyOptions options, Progress progress)
      throws IOException {
    ShardDirectory opened = ShardDirectory.read(directory);
    requireExisting(opened.manifest(), options);
    return new Verification(opened, options).run(progress);
  }

  private static void requireExisting(Manifest manifest, VerifyOptions options) {
    if (options.shards() != null) {
      for (int index : options.shards()) {
        if (index < 0 || index >= manifest.shards().size()) {
          throw new IllegalArgumentException(
              "there is no shard %d; the model has %d".formatted(index, manifest.shards().size()));
        }
      }
    }
    ByteRange range = options.range();
    if (range != null && range.end() > manifest.totalSizeBytes()) {
      throw new IllegalArgumentException(
          "%s reaches past the end of the model at %d".formatted(range, manifest.totalSizeBytes()));
    }
  }

  /// One verification in progress.
  private final class Verification {
    private final ShardDirectory directory;
    private final Manifest manifest;
    private final VerifyOptions options;
    private final DamageFinder damage;
    private final List<Job> jobs = new ArrayList<>();
    private final Map<Integer, FileState> shards = new TreeMap<>();
    private final Map<String, FileState> files = new TreeMap<>();
    private final List<VerifyReport.Quarantined> quarantined = new ArrayList<>();
    private final SortedSet<String> repaired = new ConcurrentSkipListSet<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable Digest sha256;

    Verification(ShardDirectory directory, VerifyOptions options) {
      this.directory = directory;
      this.manifest = directory.manifest();
      this.options = options;
      this.damage = new DamageFinder(directory);
    }

    VerifyReport run(Progress progress) throws IOException {
      checkManifest();
      checkRecord();
      planShards();
      planOthers();
      long work = jobs.stream().mapToLong(Job::bytes).sum();
      try (Progress.Step step = progress.begin("Verifying", work, Progress.Unit.BYTES)) {
        pipeline.run(jobs, step, new Watermark());
      }
      if (isWhole()) {
        checkSidecars(progress);
      }
      if (options.repair()) {
        repairSidecars(progress);
      }
      if (isWhole()) {
        checkStructure();
      }
      if (options.deep()) {
        checkLinked(progress);
        proveSha256(progress);
      }
      if (options.quarantine()) {
        quarantine();
      }
      return report(work);
    }

    /// Whether everything is looked at.
    private boolean isWhole() {
      return options.shards() == null && options.range() == null;
    }

    private void checkManifest() throws IOException {
      files.put(ShardFiles.MANIFEST, manifestState());
      directory
          .overlap()
          .ifPresent(overlap -> files.put(overlap.file(), new FileState.Broken(overlap.text())));
      Path name = directory.path().toAbsolutePath().normalize().getFileName();
      if (name != null && !name.toString().equals(manifest.id())) {
        notes.add("nodes pass over a directory that is not called as its model, " + manifest.id());
      }
    }

    private FileState manifestState() {
      Digest recorded = directory.recorded(ShardFiles.MANIFEST);
      boolean asWritten = recorded.equals(directory.document().digest());
      return switch (directory.selfHash()) {
        case WRONG -> new FileState.Corrupt(manifest.hash(), ManifestHash.of(manifest), List.of());
        case UNKNOWN ->
            asWritten
                ? new FileState.Ok()
                : new FileState.Unverified("it carries no hash of itself");
        case RIGHT -> {
          List<String> missing = directory.document().missing();
          if (asWritten || recorded.isZero()) {
            yield new FileState.Ok();
          }
          if (!missing.isEmpty()) {
            yield new FileState.Broken("was changed: it lacks " + String.join(", ", missing));
          }
          notes.add(
              "%s was written anew since the split, as nodes do; its own hash is right"
                  .formatted(ShardFiles.MANIFEST));
          yield new FileState.Ok();
        }
      };
    }

    private void checkRecord() {
      String problem = directory.recordProblem();
      Path file = directory.path().resolve(ShardFiles.RECORD);
      if (problem != null) {
        files.put(
            ShardFiles.RECORD,
            Files.exists(file)
                ? new FileState.Broken(problem)
                : new FileState.Missing("there is no " + file));
      } else if (directory.record().isPresent()) {
        files.put(ShardFiles.RECORD, new FileState.Ok());
      } else {
        notes.add(
            "there is no %s: the header and the sidecars are compared, but have no digests"
                .formatted(ShardFiles.RECORD));
      }
    }

    private void planShards() throws IOException {
      for (Manifest.Shard shard : manifest.shards()) {
        Part part = directory.shardPart(shard);
        List<ByteRange> touched =
            options.range() == null
                ? List.of(new ByteRange(0, shard.sizeBytes()))
                : part.original().touching(options.range());
        boolean selected =
            options.shards() == null
                ? !touched.isEmpty()
                : options.shards().contains(shard.index());
        if (selected) {
          planShard(shard, part, touched);
        }
      }
    }

    private void planShard(Manifest.Shard shard, Part part, List<ByteRange> touched)
        throws IOException {
      FileState problem = ShardDirectory.sizeProblem(part);
      if (problem != null || shard.hash().isZero()) {
        checkTree(shard);
        put(
            shard,
            problem != null
                ? problem
                : new FileState.Unverified("the manifest does not know its digest"));
        return;
      }
      Blake3Tree tree = options.range() == null ? null : checkTree(shard);
      if (tree != null) {
        ByteRange hull = new ByteRange(touched.getFirst().start(), touched.getLast().end());
        jobs.add(
            new Job(
                part.source(),
                part.original(),
                tree.groupsAround(hull),
                tree.groupSize(),
                judge(hashed -> compareSome(shard, hashed), state -> put(shard, state))));
      } else {
        jobs.add(
            new Job(
                part.source(),
                null,
                part.original(),
                directory.treeGroup(),
                judge(hashed -> compareAll(shard, hashed.build()), state -> put(shard, state))));
      }
    }

    private void compareAll(Manifest.Shard shard, Blake3Tree actual) throws IOException {
      Blake3Tree tree = checkTree(shard);
      if (actual.root().equals(shard.hash())) {
        put(shard, new FileState.Ok());
        if (tree == null && options.repair()) {
          repairTree(shard, actual);
        }
      } else {
        List<ByteRange> damaged = tree == null ? List.of() : tree.damaged(actual);
        put(shard, corrupt(shard, actual.root(), damaged));
      }
    }

    /// Stores the tree of a shard that is what it must be.
    private void repairTree(Manifest.Shard shard, Blake3Tree tree) throws IOException {
      if (directory.record().isPresent() && isManifestRight()) {
        String name = ShardFiles.tree(shard.index());
        Path target = directory.path().resolve(name);
        try {
          tree.write(target);
        } catch (IOException e) {
          long bytes = Blake3Tree.storedBytes(tree.length(), tree.groupSize());
          throw DiskSpace.explain(e, target, bytes);
        }
        put(name, new FileState.Ok());
        repaired.add(name);
      }
    }

    private void compareSome(Manifest.Shard shard, Blake3Tree.Builder hashed) throws IOException {
      // Read again: to keep the trees of all shards would take memory without bounds.
      Blake3Tree tree = checkTree(shard);
      if (tree == null) {
        put(shard, new FileState.Unverified("its hash tree was changed meanwhile"));
        return;
      }
      List<ByteRange> damaged = hashed.differing(tree);
      put(shard, damaged.isEmpty() ? new FileState.Ok() : corrupt(shard, null, damaged));
    }

    private FileState corrupt(
        Manifest.Shard shard, @Nullable Digest actual, List<ByteRange> damaged) throws IOException {
      return new FileState.Corrupt(shard.hash(), actual, damage.name(shard, damaged));
    }

    private void put(Manifest.Shard shard, FileState state) {
      synchronized (shards) {
        shards.put(shard.index(), state);
      }
    }

    private void put(String file, FileState state) {
      synchronized (files) {
        files.put(file, state);
      }
    }

    /// Notes the state of a stored tree, and returns it if it is proved.
    private @Nullable Blake3Tree checkTree(Manifest.Shard shard) throws IOException {
      if (directory.record().isEmpty()) {
        return null;
      }
      StoredTree stored = damage.tree(shard);
      put(ShardFiles.tree(shard.index()), stored.state());
      return stored.tree();
    }

    private void planOthers() throws IOException {
      ByteRange range = options.range();
      planPart(directory.headerPart());
      if (options.shards() != null) {
        return;
      }
      Optional<Part> extra = directory.extraPart();
      if (extra.isPresent()
          && (range == null || !extra.get().original().touching(range).isEmpty())) {
        planPart(extra.get());
      }
      if (range == null) {
        for (Part sidecar : directory.sidecarParts()) {
          planPart(sidecar);
        }
        Optional<Part> projector = directory.projectorPart();
        if (projector.isPresent()) {
          planPart(projector.get());
        }
        checkSmall(ShardFiles.HF_SOURCE);
        checkSmall(ShardFiles.SOURCE_PATH);
      }
    }

    private void planPart(Part part) throws IOException {
      FileState problem = ShardDirectory.sizeProblem(part);
      if (files.containsKey(part.name())) {
        return; // it claims bytes that are not its own
      }
      if (problem != null) {
        files.put(part.name(), problem);
        return;
      }
      if (part.digest().isZero()) {
        if (isWhole()) {
          files.put(part.name(), new FileState.Ok()); // until it is compared with the others
        }
        return;
      }
      jobs.add(
          new Job(
              part.source(),
              null,
              part.original(),
              directory.treeGroup(),
              judge(
                  hashed -> {
                    Digest actual = hashed.build().root();
                    put(
                        part.name(),
                        actual.equals(part.digest())
                            ? new FileState.Ok()
                            : new FileState.Corrupt(part.digest(), actual, List.of()));
                  },
                  state -> put(part.name(), state))));
    }

    /// What becomes of a file that is hashed; one that cannot be read does not hide the others.
    private Finisher judge(Finisher whenHashed, Consumer<FileState> otherwise) {
      return new Finisher() {
        @Override
        public void finished(Blake3Tree.Builder hashed) throws IOException {
          whenHashed.finished(hashed);
        }

        @Override
        public void failed(IOException why) {
          otherwise.accept(
              switch (why) {
                case NoSuchFileException e -> new FileState.Missing("there is no " + e.getFile());
                case AccessDeniedException e ->
                    new FileState.Unreadable("no permission for " + e.getFile());
                default -> new FileState.Unreadable("cannot be read: " + why.getMessage());
              });
        }
      };
    }

    /// A file of a few bytes that need not be there unless it was recorded.
    private void checkSmall(String name) throws IOException {
      Path file = directory.path().resolve(name);
      Digest expected = directory.recorded(name);
      if (!Files.isRegularFile(file)) {
        if (!expected.isZero()) {
          files.put(name, new FileState.Missing("there is no " + file));
        }
        return;
      }
      if (!expected.isZero()) {
        Digest actual = Blake3.hash(JsonFields.bytes(file, MAX_SMALL));
        files.put(
            name,
            actual.equals(expected)
                ? new FileState.Ok()
                : new FileState.Corrupt(expected, actual, List.of()));
      } else if (name.equals(ShardFiles.HF_SOURCE)) {
        try {
          HfSourceJson.read(file);
          files.put(name, new FileState.Ok());
        } catch (FormatException e) {
          files.put(name, new FileState.Broken(e.problems().getFirst().toString()));
        }
      }
    }

    private boolean isManifestRight() {
      synchronized (files) {
        return isOk(files.get(ShardFiles.MANIFEST));
      }
    }

    /// Copies tensors that should have files of their own out of shards that are what they must be.
    private void repairSidecars(Progress progress) throws IOException {
      if (!isManifestRight()) {
        notes.add("nothing is written anew: the manifest that says what is right is not right");
        return;
      }
      for (Part sidecar : directory.sidecarParts()) {
        FileState state = files.get(sidecar.name());
        Optional<Stored> stored = state == null ? Optional.empty() : stored(sidecar);
        if (stored.isPresent() && !isOk(state)) {
          DiskSpace.require(sidecar.file(), sidecar.fileBytes());
          copy(stored.get(), sidecar.file(), progress);
          files.put(sidecar.name(), new FileState.Ok());
          repaired.add(sidecar.name());
        }
      }
    }

    private void copy(Stored tensor, Path target, Progress progress) throws IOException {
      ByteRange range = tensor.range();
      String name = "Writing " + target.getFileName();
      try (FileChannel source = FileChannel.open(tensor.file(), StandardOpenOption.READ);
          AtomicFile file = AtomicFile.replace(target);
          Progress.Step step = progress.begin(name, range.length(), Progress.Unit.BYTES)) {
        FileRanges.append(
            tensor.file(), source, range.start(), range.length(), file.channel(), step);
        file.commit();
      }
    }

    /// A tensor in a file that is what it must be.
    private record Stored(Path file, ByteRange range) {}

    /// Where the tensor that a sidecar copies is.
    private Optional<Stored> stored(Part sidecar) {
      ByteRange original = sidecar.original().ranges().getFirst();
      for (Manifest.Shard shard : manifest.shards()) {
        Part part = directory.shardPart(shard);
        List<ByteRange> there = part.original().touching(original);
        if (!there.isEmpty() && isOk(shards.get(shard.index()))) {
          return Optional.of(
              new Stored(part.file(), part.stored().slice(there.getFirst()).getFirst()));
        }
      }
      return Optional.empty();
    }

    /// Compares the sidecars with the tensors that they copy, where both are here.
    private void checkSidecars(Progress progress) throws IOException {
      for (Part sidecar : directory.sidecarParts()) {
        boolean needed = options.deep() || sidecar.digest().isZero();
        if (needed && isOk(files.get(sidecar.name()))) {
          files.put(sidecar.name(), sidecarState(sidecar, progress));
        }
      }
    }

    private FileState sidecarState(Part sidecar, Progress progress) throws IOException {
      Optional<Stored> stored = stored(sidecar);
      if (stored.isPresent()) {
        return sameState(sidecar.file(), stored.get().file(), stored.get().range(), progress);
      }
      return sidecar.digest().isZero()
          ? new FileState.Unverified("the tensor it copies is not here to compare it with")
          : new FileState.Ok();
    }

    /// Compares a file with a range of another.
    private FileState sameState(Path file, Path other, ByteRange range, Progress progress)
        throws IOException {
      try (Progress.Step step = progress.begin("Comparing", range.length(), Progress.Unit.BYTES)) {
        long differs = Comparison.firstDifference(file, other, range, step);
        return differs < 0
            ? new FileState.Ok()
            : new FileState.Broken(
                "differs from %s at byte %d".formatted(other.getFileName(), differs));
      }
    }

    private void checkStructure() throws IOException {
      boolean needed = options.deep() || directory.recorded(ShardFiles.HEADER).isZero();
      if (needed && isOk(files.get(ShardFiles.HEADER))) {
        StructureCheck.run(directory)
            .ifPresent(
                conflict -> files.put(conflict.file(), new FileState.Broken(conflict.why())));
      }
    }

    private void checkLinked(Progress progress) throws IOException {
      Optional<SplitRecord> record = directory.record();
      Optional<Path> source = directory.source();
      if (record.isEmpty() || !record.get().linked() || source.isEmpty() || !allOk()) {
        return;
      }
      Part header = directory.headerPart();
      FileState same =
          sameState(header.file(), source.get(), new ByteRange(0, header.fileBytes()), progress);
      List<ByteRange> found = GapScanner.scan(source.get(), gaps());
      if (!isOk(same)) {
        files.put(
            ShardFiles.SOURCE_PATH,
            new FileState.Broken("leads to a file with another header: " + source.get()));
      } else if (!found.equals(record.get().extra())) {
        files.put(
            ShardFiles.SOURCE_PATH,
            new FileState.Broken(
                "leads to a file with other bytes between its tensors: " + source.get()));
      }
    }

    private List<ByteRange> gaps() throws IOException {
      if (manifest.isWhole()) {
        return List.of();
      }
      List<ByteRange> covered = new ArrayList<>();
      for (Manifest.Shard shard : manifest.shards()) {
        shard.tensors().forEach(tensor -> covered.add(tensor.inModel()));
      }
      return ByteRange.complement(
          covered, new ByteRange(directory.headerPart().fileBytes(), manifest.totalSizeBytes()));
    }

    private void proveSha256(Progress progress) throws IOException {
      Digest expected = directory.record().map(SplitRecord::originalSha256).orElse(null);
      if (expected == null || !allOk()) {
        return;
      }
      try (ShardView view = ShardView.open(directory)) {
        Digest actual = view.sha256(progress);
        sha256 = actual;
        if (!actual.equals(expected)) {
          files.put(
              ShardFiles.RECORD,
              new FileState.Broken(
                  "says that the model's SHA-256 is %s; it is %s".formatted(expected, actual)));
        }
      }
    }

    private boolean allOk() {
      return shards.values().stream().allMatch(Verification::isOk)
          && files.values().stream().allMatch(Verification::isOk);
    }

    private static boolean isOk(@Nullable FileState state) {
      return state instanceof FileState.Ok;
    }

    private void quarantine() throws IOException {
      if (!isOk(files.get(ShardFiles.MANIFEST))) {
        notes.add("nothing is quarantined: the manifest that says what is right is not right");
        return;
      }
      for (var shard : shards.entrySet()) {
        quarantine(ShardFiles.shard(shard.getKey()), shard.getValue());
      }
      for (Part sidecar : directory.sidecarParts()) {
        FileState state = files.get(sidecar.name());
        if (state != null) {
          quarantine(sidecar.name(), state);
        }
      }
    }

    private void quarantine(String name, FileState state) throws IOException {
      String suffix =
          switch (state) {
            case FileState.WrongSize wrong -> ".mismatched";
            case FileState.Corrupt corrupt -> ".quarantine";
            case FileState.Broken broken -> ".quarantine";
            case FileState.Ok ok -> null;
            case FileState.Missing missing -> null;
            case FileState.Unreadable unreadable -> null; // its bytes may be right
            case FileState.Unverified unverified -> null;
          };
      Path file = directory.path().resolve(name);
      // A linked shard has no file here, and the model file it comes from is not ours to rename.
      if (suffix != null && Files.exists(file)) {
        Path to = file.resolveSibling(name + suffix);
        Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
        quarantined.add(new VerifyReport.Quarantined(file, to));
      }
    }

    private VerifyReport report(long bytesRead) {
      return new VerifyReport(
          directory.path(),
          shards.entrySet().stream()
              .map(
                  shard ->
                      new VerifyReport.Shard(
                          shard.getKey(), ShardFiles.shard(shard.getKey()), shard.getValue()))
              .toList(),
          files.entrySet().stream()
              .map(file -> new VerifyReport.Other(file.getKey(), file.getValue()))
              .toList(),
          quarantined,
          List.copyOf(repaired),
          sha256,
          notes,
          bytesRead,
          options.allowUnverified());
    }
  }
}

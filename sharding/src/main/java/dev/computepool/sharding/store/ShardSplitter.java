package dev.computepool.sharding.store;

import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.ByteRange;
import dev.computepool.base.DiskFullException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.split.ModelReader;
import dev.computepool.gguf.split.ModelSource;
import dev.computepool.gguf.split.ModelSource.Slice;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.hash.Digest;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.plan.HfSource;
import dev.computepool.sharding.plan.ShardLayout;
import dev.computepool.sharding.plan.ShardPlan;
import dev.computepool.sharding.plan.ShardPlanner;
import dev.computepool.sharding.plan.Sidecar;
import dev.computepool.sharding.plan.TensorSpan;
import dev.computepool.sharding.store.HashingPipeline.Finisher;
import dev.computepool.sharding.store.HashingPipeline.Job;
import dev.computepool.sharding.store.HashingPipeline.Port;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Cuts a GGUF file into the shards that SwarmLLM nodes load.
///
/// The directory appears whole or not at all. The bytes of the model are read once for everything
/// but its SHA-256: what is copied is hashed on the way, and the hash trees come out of it.
public final class ShardSplitter {
  private final HashingPipeline pipeline;

  public ShardSplitter(HashEngine engine) {
    this.pipeline = new HashingPipeline(engine);
  }

  /// Decides what {@link #write} does. Reads the header and what lies between the tensors. Of a
  /// part of a set it is the whole set that is split, as if it were merged.
  ///
  /// @param parent the folder in which a directory named by the model's id will appear
  /// @throws FormatException if the file is not valid GGUF; in strict mode also if a node would not
  ///     load it
  /// @throws IllegalArgumentException if nodes refuse the id that the file's name gives, or if a
  ///     set is to be linked
  public static SplitPlan plan(Path model, Path parent, SplitOptions options) throws IOException {
    ModelSource source = ModelSource.of(model);
    if (options.link() && source.isSet()) {
      throw new IllegalArgumentException(
          "%s is one of %d parts of a model, and shards can be linked to one file only, which 'gguf merge' makes"
              .formatted(model, source.stamps().size()));
    }
    ShardPlan shards = ShardPlanner.plan(source.header(), source.fileName(), options.plan());
    try (ModelReader reader = source.open()) {
      List<ByteRange> extra = GapScanner.scan(source.path(), reader, shards.gaps());
      return new SplitPlan(shards, source, parent.resolve(shards.id().value()), options, extra);
    }
  }

  /// Checks that the plan can be carried out now, without changing anything.
  ///
  /// @throws NotDirectoryException if what the directory is to be in is a file
  /// @throws FileAlreadyExistsException if the target exists and is not to be replaced
  /// @throws DiskFullException if there is not enough room
  public static void check(SplitPlan plan) throws IOException {
    Path target = plan.target();
    Path parent = target.toAbsolutePath().getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (parent != null && !Files.isDirectory(parent)) {
      throw new NotDirectoryException(parent.toString());
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (!plan.options().replace()) {
        throw new FileAlreadyExistsException(target.toString());
      }
      if (!Files.exists(target.resolve(ShardFiles.MANIFEST))) {
        throw new FileAlreadyExistsException(
            target.toString(), null, "is not a directory of shards, so it is not replaced");
      }
    }
    plan.model().check();
    DiskSpace.require(target, plan.bytesToWrite());
  }

  /// Makes the directory.
  ///
  /// @throws FileAlreadyExistsException if it exists and is not to be replaced
  /// @throws dev.computepool.base.BusyException if another process is making it
  /// @throws DiskFullException if there is not enough room, before or meanwhile
  /// @throws dev.computepool.base.CancelledException if `progress` says so; nothing is left behind
  public SplitResult write(SplitPlan plan, Progress progress) throws IOException {
    check(plan);
    Path target = plan.target().toAbsolutePath();
    Files.createDirectories(target.getParent());
    try (AtomicDirectory directory =
        plan.options().replace()
            ? AtomicDirectory.replace(target)
            : AtomicDirectory.create(target)) {
      SplitResult result;
      try {
        result = new Writing(plan, directory.path()).write(progress);
      } catch (IOException e) {
        throw DiskSpace.explain(e, target, plan.bytesToWrite());
      }
      plan.model().check();
      directory.commit();
      return result;
    }
  }

  /// Bytes of the model that go to a file, one behind the other, from wherever they are.
  private record Copy(List<ByteRange> ranges, Path target) {
    private static final int PIECE = 512 << 10;

    long bytes() {
      return ranges.stream().mapToLong(ByteRange::length).sum();
    }

    void run(ModelSource model, Progress.Step step) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
      try (ModelReader reader = model.open();
          FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
        for (ByteRange range : ranges) {
          for (long at = range.start(); at < range.end(); ) {
            buffer.clear().limit((int) Math.min(PIECE, range.end() - at));
            int count = reader.read(buffer, at);
            if (count < 0) {
              throw new IllegalStateException("the model ends before byte " + range.end());
            }
            for (buffer.flip(); buffer.hasRemaining(); ) {
              channel.write(buffer);
            }
            step.advance(count);
            at += count;
          }
        }
      }
    }
  }

  /// One split in progress.
  private final class Writing {
    private final SplitPlan plan;
    private final ShardPlan shards;
    private final SplitOptions options;
    private final Path directory;
    private final AtomicReferenceArray<Digest> digests;
    private final Map<String, SplitRecord.Entry> files = new ConcurrentSkipListMap<>();
    private final List<Copy> written = new ArrayList<>();
    private volatile Digest extraHash = Blake3.hash(new byte[0]);

    Writing(SplitPlan plan, Path directory) {
      this.plan = plan;
      this.shards = plan.shards();
      this.options = plan.options();
      this.directory = directory;
      this.digests = new AtomicReferenceArray<>(shards.shards().size());
    }

    SplitResult write(Progress progress) throws IOException {
      Digest sha256 = copy(progress);
      HfSource origin = shards.origin();
      if (origin != null) {
        small(ShardFiles.HF_SOURCE, HfSourceJson.write(origin));
      }
      if (options.link()) {
        String source = plan.model().path().toRealPath().toString();
        small(ShardFiles.SOURCE_PATH, source.getBytes(StandardCharsets.UTF_8));
      }
      Manifest manifest = manifest();
      byte[] json = ManifestJson.write(manifest);
      record(ShardFiles.MANIFEST, json.length, Blake3.hash(json));
      Files.write(directory.resolve(ShardFiles.RECORD), splitRecord(sha256).write());
      // Last: a directory without a manifest is not a model to anybody.
      Files.write(directory.resolve(ShardFiles.MANIFEST), json);
      return result(manifest, sha256);
    }

    private @Nullable Digest copy(Progress progress) throws IOException {
      long size = shards.fileSize();
      List<Job> jobs = jobs();
      long work =
          jobs.stream().mapToLong(Job::bytes).sum()
              + written.stream().mapToLong(Copy::bytes).sum()
              + (options.sha256() ? size : 0);
      String name = options.link() ? "Indexing" : "Splitting";
      Watermark complete = new Watermark();
      complete.finish();
      try (ModelReader model = plan.model().open();
          Progress.Step step = progress.begin(name, work, Progress.Unit.BYTES);
          Sha256Thread sha256 =
              options.sha256()
                  ? Sha256Thread.start(plan.model().path(), model, size, complete, step)
                  : null) {
        for (Copy copy : written) {
          copy.run(plan.model(), step);
        }
        pipeline.run(jobs, step, new Watermark());
        return sha256 == null ? null : sha256.result();
      }
    }

    private List<Job> jobs() throws IOException {
      List<Job> jobs = new ArrayList<>();
      jobs.add(file(ShardFiles.HEADER, List.of(shards.header())));
      for (ShardLayout shard : shards.shards()) {
        jobs.add(shard(shard));
      }
      if (!options.link()) {
        for (Sidecar sidecar : shards.sidecars()) {
          jobs.add(file(sidecar.kind().fileName(), List.of(sidecar.tensor().range())));
        }
      }
      if (!plan.extra().isEmpty()) {
        jobs.add(
            job(
                plan.extra(),
                options.link() ? null : ShardFiles.EXTRA,
                hashed -> extraHash = hashed.build().root()));
      }
      return jobs;
    }

    private Job file(String name, List<ByteRange> ranges) throws IOException {
      long bytes = ranges.stream().mapToLong(ByteRange::length).sum();
      return job(ranges, name, hashed -> record(name, bytes, hashed.build().root()));
    }

    private Job shard(ShardLayout shard) throws IOException {
      Path tree = directory.resolve(ShardFiles.tree(shard.index()));
      return job(
          shards.rangesOf(shard),
          options.link() ? null : ShardFiles.shard(shard.index()),
          hashed -> {
            Blake3Tree built = hashed.build();
            built.write(tree);
            digests.set(shard.index(), built.root());
          });
    }

    /// @param name of the file that gets these bytes of the model, or null if they are only hashed
    private Job job(List<ByteRange> ranges, @Nullable String name, Finisher finisher)
        throws IOException {
      Placement original = Placement.of(ranges);
      Port target = name == null ? null : create(name, original.length());
      Optional<List<Slice>> slices = plan.model().slices(ranges);
      if (slices.isPresent()) {
        return new Job(ports(slices.get()), target, original, plan.treeGroup(), finisher);
      }
      if (target == null) {
        throw new IllegalStateException("a set is never linked");
      }
      // Some of these bytes are in no file: they are written first, and hashed from there.
      written.add(new Copy(ranges, target.path()));
      return new Job(target, null, original, plan.treeGroup(), finisher);
    }

    private static List<Port> ports(List<Slice> slices) {
      List<Port> ports = new ArrayList<>();
      for (int from = 0, to = 0; from < slices.size(); from = to) {
        Path file = slices.get(from).file();
        List<ByteRange> ranges = new ArrayList<>();
        for (; to < slices.size() && slices.get(to).file().equals(file); to++) {
          ranges.add(slices.get(to).range());
        }
        ports.add(new Port(file, Placement.of(ranges)));
      }
      return ports;
    }

    private Port create(String name, long length) throws IOException {
      Path file = directory.resolve(name);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        if (length > 0) {
          channel.write(ByteBuffer.allocate(1), length - 1);
        }
      }
      return new Port(file, Placement.whole(length));
    }

    private void small(String name, byte[] content) throws IOException {
      Files.write(directory.resolve(name), content);
      record(name, content.length, Blake3.hash(content));
    }

    private void record(String name, long bytes, Digest digest) {
      files.put(name, new SplitRecord.Entry(name, bytes, digest));
    }

    private Manifest manifest() {
      List<Manifest.Shard> entries = new ArrayList<>();
      for (ShardLayout shard : shards.shards()) {
        List<Manifest.Tensor> tensors = new ArrayList<>();
        long at = 0;
        for (TensorSpan tensor : shard.tensors()) {
          tensors.add(new Manifest.Tensor(tensor.name(), tensor.offset(), at, tensor.size()));
          at += tensor.size();
        }
        entries.add(
            new Manifest.Shard(
                shard.index(),
                shard.layers(),
                shards.sizeOf(shard),
                digests.get(shard.index()),
                tensors));
      }
      Manifest manifest =
          new Manifest(
              shards.id().value(),
              shards.name(),
              shards.architecture(),
              shards.layers(),
              0,
              shards.quantization(),
              shards.fileSize(),
              entries,
              Manifest.UNKNOWN,
              Manifest.UNKNOWN,
              Manifest.UNKNOWN,
              options.publishDate(),
              Manifest.UNKNOWN_LICENSE,
              null,
              shards.contextLength());
      return manifest.withHash(ManifestHash.of(manifest));
    }

    private SplitRecord splitRecord(@Nullable Digest sha256) {
      return new SplitRecord(
          shards.fileName(),
          shards.fileSize(),
          sha256,
          shards.shardSize(),
          plan.treeGroup(),
          options.link(),
          plan.extra(),
          extraHash,
          List.copyOf(files.values()));
    }

    private SplitResult result(Manifest manifest, @Nullable Digest sha256) throws IOException {
      long written = 0;
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          written += Files.size(entry);
        }
      }
      return new SplitResult(
          plan.target(),
          manifest.id(),
          manifest.totalSizeBytes(),
          written,
          manifest.shards().stream()
              .map(
                  shard ->
                      new SplitResult.Shard(
                          shard.index(),
                          ShardFiles.shard(shard.index()),
                          shard.sizeBytes(),
                          shard.layers(),
                          shard.hash()))
              .toList(),
          manifest.hash(),
          sha256,
          shards.warnings());
    }
  }
}

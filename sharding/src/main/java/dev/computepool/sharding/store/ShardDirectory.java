package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.plan.HfSource;
import dev.computepool.sharding.plan.Sidecar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A directory of shards as it is on disk: ours, or one that a SwarmLLM node made.
///
/// Opening reads the small files and looks at the sizes of the others. Names of files come from
/// the format, never from what a file says; only `source_path` leads elsewhere, as it is meant to.
public final class ShardDirectory {
  private static final long MAX_SOURCE_PATH = 64 << 10;
  private static final int NO_TREE = 128 << 10; // where there is nothing to compare groups with

  private final Path path;
  private final ManifestJson.Document document;
  private final SelfHash selfHash;
  private final @Nullable SplitRecord record;
  private final @Nullable String recordProblem;
  private final @Nullable Path source;

  private ShardDirectory(
      Path path,
      ManifestJson.Document document,
      SelfHash selfHash,
      @Nullable SplitRecord record,
      @Nullable String recordProblem,
      @Nullable Path source) {
    this.path = path;
    this.document = document;
    this.selfHash = selfHash;
    this.record = record;
    this.recordProblem = recordProblem;
    this.source = source;
  }

  /// Whether a manifest is what its own hash says.
  enum SelfHash {
    RIGHT,
    WRONG,
    UNKNOWN
  }

  /// Whether a shard is here.
  public enum Presence {
    /// As a file of the right size.
    HERE,
    /// Not as a file, but the model file that the directory points to has it.
    LINKED,
    /// As a file of another size.
    WRONG_SIZE,
    MISSING
  }

  /// A file that claims bytes of the model that are somebody else's.
  record Overlap(String file, String text) {}

  /// What can be told of a shard without reading it.
  ///
  /// @param file its name in the directory
  public record ShardStatus(Manifest.Shard shard, String file, Presence presence) {}

  /// Opens a directory whose manifest is what its own hash says.
  ///
  /// @throws NoSuchFileException if there is no directory, or no manifest in it
  /// @throws FormatException if the manifest cannot be understood
  /// @throws VerificationException if the manifest was changed or damaged, or our own record was
  public static ShardDirectory open(Path path) throws IOException {
    return open(path, false);
  }

  /// The same, but may leave a record that cannot be used aside, as if there were none.
  static ShardDirectory open(Path path, boolean allowNoRecord) throws IOException {
    ShardDirectory directory = read(path);
    List<String> problems = directory.problems(allowNoRecord);
    if (!problems.isEmpty()) {
      throw new VerificationException(path.toString(), problems);
    }
    return directory;
  }

  /// The same, but leaves it to the caller to ask what is wrong with it.
  static ShardDirectory read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    ManifestJson.Document document = ManifestJson.readDocument(path.resolve(ShardFiles.MANIFEST));
    Manifest manifest = document.manifest();
    SelfHash selfHash;
    if (manifest.hash().isZero()) {
      selfHash = SelfHash.UNKNOWN;
    } else {
      selfHash =
          ManifestHash.of(manifest).equals(manifest.hash()) ? SelfHash.RIGHT : SelfHash.WRONG;
    }
    SplitRecord record = null;
    String problem = null;
    try {
      record = SplitRecord.read(path.resolve(ShardFiles.RECORD));
      if (record.originalBytes() != manifest.totalSizeBytes()) {
        problem =
            "is of a model of %d bytes, the manifest of one of %d"
                .formatted(record.originalBytes(), manifest.totalSizeBytes());
        record = null;
      }
    } catch (NoSuchFileException e) {
      problem = hasOurFiles(path) ? "is missing, though other files of it are here" : null;
    } catch (VerificationException e) {
      problem = e.problems().getFirst();
    }
    return new ShardDirectory(path, document, selfHash, record, problem, readSource(path));
  }

  private static boolean hasOurFiles(Path path) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        if (ShardFiles.isOurs(file.getFileName().toString())) {
          return true;
        }
      }
      return false;
    }
  }

  private static @Nullable Path readSource(Path directory) throws IOException {
    Path file = directory.resolve(ShardFiles.SOURCE_PATH);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    String text =
        new String(JsonFields.bytes(file, MAX_SOURCE_PATH), StandardCharsets.UTF_8).strip();
    try {
      return text.isEmpty() ? null : directory.resolve(text);
    } catch (InvalidPathException e) {
      throw new FormatException(
          file.toString(), new FormatException.Problem("", "is not a path: " + e.getReason()));
    }
  }

  public Path path() {
    return path;
  }

  public Manifest manifest() {
    return document.manifest();
  }

  /// What was recorded when this program split the model; empty in a directory of a node.
  public Optional<SplitRecord> record() {
    return Optional.ofNullable(record);
  }

  /// The model file that stands in for shards that are not here.
  public Optional<Path> source() {
    return Optional.ofNullable(source);
  }

  /// Where the model comes from, if that is known.
  ///
  /// @throws FormatException if the file that tells it is damaged
  public Optional<HfSource> origin() throws IOException {
    Path file = path.resolve(ShardFiles.HF_SOURCE);
    return Files.exists(file) ? Optional.of(HfSourceJson.read(file)) : Optional.empty();
  }

  /// Every shard, and whether it is here.
  public List<ShardStatus> shards() throws IOException {
    List<ShardStatus> shards = new ArrayList<>();
    for (Manifest.Shard shard : manifest().shards()) {
      Part part = shardPart(shard);
      boolean linked = part.file().equals(source);
      Presence presence =
          switch (sizeProblem(part)) {
            case null -> linked ? Presence.LINKED : Presence.HERE;
            case FileState.WrongSize wrong -> Presence.WRONG_SIZE;
            case FileState.Missing missing -> Presence.MISSING;
          };
      shards.add(new ShardStatus(shard, part.name(), presence));
    }
    return List.copyOf(shards);
  }

  ManifestJson.Document document() {
    return document;
  }

  SelfHash selfHash() {
    return selfHash;
  }

  /// Why the record cannot be used, or null if it can, or if there is none to be expected.
  @Nullable String recordProblem() {
    return recordProblem;
  }

  /// Why nothing else in this directory can be believed; empty if it can.
  private List<String> problems(boolean allowNoRecord) throws IOException {
    List<String> problems = new ArrayList<>();
    if (selfHash == SelfHash.WRONG) {
      problems.add(
          "%s does not match its own hash: it was changed or damaged"
              .formatted(ShardFiles.MANIFEST));
    }
    if (recordProblem != null) {
      if (!allowNoRecord) {
        problems.add(ShardFiles.RECORD + " " + recordProblem);
      } else if (Files.exists(path.resolve(ShardFiles.EXTRA))) {
        problems.add(
            "%s %s, and nothing else tells where the bytes of %s belong"
                .formatted(ShardFiles.RECORD, recordProblem, ShardFiles.EXTRA));
      }
    }
    overlap().ifPresent(overlap -> problems.add(overlap.text()));
    return problems;
  }

  /// Two things that claim the same bytes of the model. Tensors among themselves were checked when
  /// the manifest was read.
  Optional<Overlap> overlap() throws IOException {
    if (manifest().isWhole()) {
      return Optional.empty();
    }
    record Claim(String name, ByteRange range, boolean ofTensor) {}
    List<Claim> claims = new ArrayList<>();
    headerPart()
        .original()
        .ranges()
        .forEach(r -> claims.add(new Claim(ShardFiles.HEADER, r, false)));
    extraPart()
        .ifPresent(
            extra ->
                extra
                    .original()
                    .ranges()
                    .forEach(r -> claims.add(new Claim(extra.name(), r, false))));
    for (Manifest.Shard shard : manifest().shards()) {
      shard.tensors().stream()
          .filter(tensor -> tensor.size() > 0)
          .forEach(
              tensor -> claims.add(new Claim("tensor " + tensor.name(), tensor.inModel(), true)));
    }
    claims.sort(Comparator.comparingLong(claim -> claim.range().start()));
    for (int i = 1; i < claims.size(); i++) {
      Claim before = claims.get(i - 1);
      Claim here = claims.get(i);
      if (before.range().end() > here.range().start()) {
        return Optional.of(
            new Overlap(
                before.ofTensor() ? here.name() : before.name(),
                "%s at %s and %s at %s overlap"
                    .formatted(before.name(), before.range(), here.name(), here.range())));
      }
    }
    return Optional.empty();
  }

  /// Bytes of a group in the hash trees.
  int treeGroup() {
    return record == null ? NO_TREE : record.treeGroup();
  }

  /// The bytes up to the tensor data.
  Part headerPart() throws IOException {
    Path file = path.resolve(ShardFiles.HEADER);
    Optional<SplitRecord.Entry> entry = entry(ShardFiles.HEADER);
    long size =
        entry.isPresent() ? entry.get().bytes() : Files.isRegularFile(file) ? Files.size(file) : 0;
    return new Part(
        ShardFiles.HEADER,
        file,
        Placement.whole(size),
        size,
        Placement.whole(size),
        entry.map(SplitRecord.Entry::blake3).orElse(Manifest.UNKNOWN));
  }

  /// The bytes of one shard, from its own file or, where that does not exist, from the model file
  /// that the directory points to.
  Part shardPart(Manifest.Shard shard) {
    String name = ShardFiles.shard(shard.index());
    Path file = path.resolve(name);
    Placement original =
        manifest().isWhole()
            ? Placement.whole(shard.sizeBytes())
            : Placement.of(shard.tensors().stream().map(Manifest.Tensor::inModel).toList());
    if (source != null && !Files.exists(file)) {
      return new Part(name, source, original, manifest().totalSizeBytes(), original, shard.hash());
    }
    return new Part(
        name, file, Placement.whole(shard.sizeBytes()), shard.sizeBytes(), original, shard.hash());
  }

  /// The tensors that have files of their own, in so far as they are here or should be.
  List<Part> sidecarParts() throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Sidecar.Kind kind : Sidecar.Kind.values()) {
      Path file = path.resolve(kind.fileName());
      Optional<SplitRecord.Entry> entry = entry(kind.fileName());
      Optional<Manifest.Tensor> tensor = tensor(kind.tensorName());
      if (tensor.isPresent() && (entry.isPresent() || Files.exists(file))) {
        ByteRange range = tensor.get().inModel();
        parts.add(
            new Part(
                kind.fileName(),
                file,
                Placement.whole(range.length()),
                range.length(),
                Placement.of(List.of(range)),
                entry.map(SplitRecord.Entry::blake3).orElse(Manifest.UNKNOWN)));
      }
    }
    return parts;
  }

  /// The vision projector, if the model has one and it is here.
  Optional<Part> projectorPart() {
    Manifest.Mmproj mmproj = manifest().mmproj();
    Path file = path.resolve(ShardFiles.PROJECTOR);
    if (mmproj == null || !Files.exists(file)) {
      return Optional.empty();
    }
    Placement whole = Placement.whole(mmproj.sizeBytes());
    return Optional.of(
        new Part(ShardFiles.PROJECTOR, file, whole, mmproj.sizeBytes(), whole, mmproj.hash()));
  }

  /// What no shard covers and is not zero, if anything.
  Optional<Part> extraPart() {
    SplitRecord known = record;
    if (known == null || known.extra().isEmpty()) {
      return Optional.empty();
    }
    Path file = path.resolve(ShardFiles.EXTRA);
    Placement original = Placement.of(known.extra());
    if (known.linked() && source != null && !Files.exists(file)) {
      return Optional.of(
          new Part(
              ShardFiles.EXTRA,
              source,
              original,
              manifest().totalSizeBytes(),
              original,
              known.extraHash()));
    }
    return Optional.of(
        new Part(
            ShardFiles.EXTRA,
            file,
            Placement.whole(original.length()),
            original.length(),
            original,
            known.extraHash()));
  }

  /// The tensor of this name, wherever it is.
  Optional<Manifest.Tensor> tensor(String name) {
    return manifest().shards().stream()
        .flatMap(shard -> shard.tensors().stream())
        .filter(tensor -> tensor.name().equals(name))
        .findFirst();
  }

  private Optional<SplitRecord.Entry> entry(String name) {
    return record == null ? Optional.empty() : record.entry(name);
  }

  /// What the size of a part's file already tells, or null if it is right.
  static FileState.@Nullable SizeProblem sizeProblem(Part part) throws IOException {
    if (!Files.exists(part.file())) {
      return new FileState.Missing("there is no " + part.file());
    }
    if (!Files.isRegularFile(part.file())) {
      return new FileState.Missing(part.file() + " is not a regular file");
    }
    long size = Files.size(part.file());
    return size == part.fileBytes() ? null : new FileState.WrongSize(part.fileBytes(), size);
  }

  /// The digest that a small file was recorded with.
  Digest recorded(String name) {
    return entry(name).map(SplitRecord.Entry::blake3).orElse(Manifest.UNKNOWN);
  }
}

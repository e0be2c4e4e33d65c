package dev.computepool.publish.ollama.store;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.BusyException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FileRanges;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Descriptor;
import dev.computepool.publish.ollama.FileChangedException;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of models as Ollama keeps it: `blobs/sha256-…` and
/// `manifests/HOST/NAMESPACE/MODEL/TAG`.
///
/// A running server sees a model as soon as its manifest is there. The manifest comes last, and all
/// is made ready in `.computepool/` beside both folders: a server takes every file under the one
/// for a model, and deletes from the other, when it starts, what no manifest mentions for an hour.
public final class LocalStore {
  private static final String BLOBS = "blobs";
  private static final String MANIFESTS = "manifests";
  private static final String WORK = ".computepool";
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final long STEP = 32L << 20;

  private final Path root;

  /// @param root what `OLLAMA_MODELS` names, or {@link #defaultRoot}; it need not exist
  public LocalStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /// Where a user's models are unless `OLLAMA_MODELS` says otherwise.
  public static Path defaultRoot(Path home) {
    return home.resolve(".ollama").resolve("models");
  }

  public Path root() {
    return root;
  }

  /// Checks that models can be installed here: the store of a service belongs to the service's
  /// user.
  ///
  /// @throws NotDirectoryException if something else is in the way
  /// @throws AccessDeniedException if it is another user's
  public void requireWritable() throws IOException {
    for (String folder : List.of("", BLOBS, MANIFESTS)) {
      Path existing = existing(root.resolve(folder));
      if (!Files.isDirectory(existing)) {
        throw new NotDirectoryException(existing.toString());
      }
      if (!Files.isWritable(existing)) {
        throw new AccessDeniedException(existing.toString());
      }
    }
  }

  private static Path existing(Path path) {
    Path existing = path;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  /// Where a blob is, or would be.
  public Path blob(Digest digest) {
    return root.resolve(BLOBS).resolve("sha256-" + digest.hex());
  }

  /// The model of this name, if there is one.
  ///
  /// @throws FormatException if its manifest is damaged
  public Optional<Manifest> manifest(ModelName name) throws IOException {
    Path file = manifestFile(spelling(name));
    try {
      if (Files.size(file) > Manifest.MAX_BYTES) {
        throw new FormatException(
            file.toString(), new FormatException.Problem("", "is too large for a manifest"));
      }
      return Optional.of(Manifest.parse(file.toString(), Files.readAllBytes(file)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// The digest of the manifest that a name leads to now, if there is one.
  public Optional<Digest> current(ModelName name) throws IOException {
    return Optional.ofNullable(currentDigest(manifestFile(spelling(name))));
  }

  /// Finds out what installing a model takes. Nothing is changed.
  public StorePlan plan(Image image, ModelName name) throws IOException {
    ModelName spelled = spelling(name);
    Path manifest = manifestFile(spelled);
    List<Blob> present = new ArrayList<>();
    List<Blob> missing = new ArrayList<>();
    for (Blob blob : image.blobs()) {
      (isHere(blob.digest(), blob.size()) ? present : missing).add(blob);
    }
    return new StorePlan(spelled, image, manifest, currentDigest(manifest), present, missing);
  }

  /// Of the bytes alone: a manifest that is damaged is replaced like any other.
  private static @Nullable Digest currentDigest(Path manifest) throws IOException {
    try (FileChannel file = FileChannel.open(manifest, StandardOpenOption.READ);
        Progress.Step step = Progress.NONE.begin("", file.size(), Progress.Unit.BYTES)) {
      return Sha256.digest(manifest, file, 0, file.size(), step);
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  /// Whether a blob is here, as far as its size tells.
  public boolean has(Descriptor blob) throws IOException {
    return isHere(blob.digest(), blob.size());
  }

  private boolean isHere(Digest digest, long size) throws IOException {
    Path file = blob(digest);
    return Files.isRegularFile(file) && Files.size(file) == size;
  }

  private Path manifestFile(ModelName name) {
    return root.resolve(MANIFESTS)
        .resolve(name.host())
        .resolve(name.namespace())
        .resolve(name.model())
        .resolve(name.tag());
  }

  /// The name as the store has it already: to Ollama, case makes no difference.
  private ModelName spelling(ModelName name) throws IOException {
    Path folder = root.resolve(MANIFESTS);
    List<String> parts = new ArrayList<>();
    for (String part : List.of(name.host(), name.namespace(), name.model(), name.tag())) {
      String spelled = spelling(folder, part);
      parts.add(spelled);
      folder = folder.resolve(spelled);
    }
    return new ModelName(name.scheme(), parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  private static String spelling(Path folder, String part) throws IOException {
    if (Files.exists(folder.resolve(part)) || !Files.isDirectory(folder)) {
      return part;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(part::equalsIgnoreCase)
          .sorted()
          .findFirst()
          .orElse(part);
    }
  }

  /// Installs a model. Whatever happens, the store has the old model or the new one, and all the
  /// others.
  ///
  /// @throws dev.computepool.base.DiskFullException if the blobs do not fit
  /// @throws VerificationException if a file is not what its digest says
  public StoreResult install(StorePlan plan, Progress progress) throws IOException {
    if (plan.isUpToDate()) {
      return result(plan, false);
    }
    DiskSpace.require(root, plan.bytes());
    folders(root.resolve(BLOBS));
    Path work = folders(root.resolve(WORK));
    try {
      try (Progress.Step step = progress.begin("Installing", plan.bytes(), Progress.Unit.BYTES)) {
        for (Blob blob : plan.missing()) {
          write(blob, work, step);
        }
      }
      progress.cancellation().check();
      show(plan.image().manifest(), plan.manifest(), work);
    } finally {
      removeIfEmpty(work);
    }
    return result(plan, true);
  }

  private static StoreResult result(StorePlan plan, boolean changed) {
    return new StoreResult(
        plan.name(),
        plan.manifest(),
        plan.image().manifest().digest(),
        changed,
        changed ? plan.bytes() : 0);
  }

  private void write(Blob blob, Path work, Progress.Step step) throws IOException {
    blob.requireUnchanged();
    Path ready = work.resolve("sha256-" + blob.digest().hex());
    try (AtomicFile file = AtomicFile.replace(ready)) {
      Digest digest = fill(file, blob, step);
      if (!digest.equals(blob.digest())) {
        throw new VerificationException(
            source(blob), List.of("has SHA-256 %s, expected %s".formatted(digest, blob.digest())));
      }
      blob.requireUnchanged();
      file.commit();
    }
    place(ready, blob(blob.digest()));
  }

  private Digest fill(AtomicFile file, Blob blob, Progress.Step step) throws IOException {
    try {
      return switch (blob.content()) {
        case Blob.Content.Bytes bytes -> {
          file.write(ByteBuffer.wrap(bytes.bytes()));
          step.advance(blob.size());
          yield blob.digest();
        }
        case Blob.Content.InFile source -> copy(source.file(), blob.size(), file, step);
      };
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw DiskSpace.explain(e, root, blob.size());
    }
  }

  private static String source(Blob blob) {
    return blob.content() instanceof Blob.Content.InFile(Path file, FileTime _)
        ? file.toString()
        : blob.digestText();
  }

  /// Copies in the kernel, which shares blocks where it can, and hashes what was just read.
  private static Digest copy(Path source, long size, AtomicFile target, Progress.Step step)
      throws IOException {
    Sha256 hasher = Sha256.hasher();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 17, Math.max(1, size)));
    try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ);
        Progress.Step silent = Progress.NONE.begin("", size, Progress.Unit.BYTES)) {
      for (long at = 0; at < size; ) {
        long end = Math.min(size, at + STEP);
        FileRanges.append(source, from, at, end - at, target.channel(), silent);
        while (at < end) {
          buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
          int read = from.read(buffer, at);
          if (read < 0) {
            throw new FileChangedException(source);
          }
          hasher.update(buffer.flip());
          at += read;
          step.advance(read);
        }
      }
    }
    return hasher.digest();
  }

  /// Begins to take a model from elsewhere.
  public Incoming receive(ModelName name, Manifest manifest) throws IOException {
    folders(root.resolve(BLOBS));
    return new Incoming(spelling(name), manifest, folders(root.resolve(WORK)));
  }

  /// Fills a file, which may have the first bytes from an earlier run.
  @FunctionalInterface
  public interface Source {
    /// Completes and verifies it.
    void fill(FileChannel file) throws IOException;
  }

  /// A model that comes blob by blob. Until {@link #commit} nobody sees it.
  public final class Incoming implements Closeable {
    private final ModelName name;
    private final Manifest manifest;
    private final Path work;

    private Incoming(ModelName name, Manifest manifest, Path work) {
      this.name = name;
      this.manifest = manifest;
      this.work = work;
    }

    /// Takes a blob. What came of it before a failure is kept for the next run.
    ///
    /// @throws BusyException if another process fetches the same blob into this store
    public void accept(Descriptor blob, Source source) throws IOException {
      Path partial = work.resolve("incoming-" + blob.digest().hex());
      try (FileChannel file =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        if (!isLocked(file)) {
          throw new BusyException(blob(blob.digest()));
        }
        DiskSpace.require(root, blob.size() - Math.min(blob.size(), file.size()));
        try {
          source.fill(file);
        } catch (IOException e) {
          throw DiskSpace.explain(e, root, blob.size());
        }
        place(partial, blob(blob.digest()));
      }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
      try {
        return file.tryLock() != null;
      } catch (OverlappingFileLockException e) {
        return false; // another thread of this process has it
      }
    }

    /// Makes the model visible.
    ///
    /// @throws VerificationException if a blob is missing
    public void commit() throws IOException {
      show(manifest, manifestFile(name), work);
    }

    @Override
    public void close() throws IOException {
      removeIfEmpty(work);
    }
  }

  private void place(Path ready, Path target) throws IOException {
    permissions(ready, FILE);
    Files.move(ready, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Makes a model visible whose blobs are all here.
  private void show(Manifest manifest, Path target, Path work) throws IOException {
    touch(manifest);
    requireComplete(manifest, target);
    writeManifest(manifest, target, work);
    requireComplete(manifest, target);
  }

  /// A server that starts now deletes blobs that no manifest mentions and that are an hour old.
  private void touch(Manifest manifest) throws IOException {
    FileTime now = FileTime.from(Instant.now());
    for (Descriptor blob : manifest.blobs()) {
      touch(blob(blob.digest()), now);
    }
  }

  private static void touch(Path blob, FileTime now) throws IOException {
    try {
      Files.setLastModifiedTime(blob, now);
    } catch (FileSystemException _) {
      return; // another user's, or gone: whether all are there is looked at afterwards
    }
  }

  private void writeManifest(Manifest manifest, Path target, Path work) throws IOException {
    folders(target.getParent());
    Path ready = work.resolve("manifest-" + manifest.digest().hex());
    try (AtomicFile file = AtomicFile.replace(ready)) {
      file.write(ByteBuffer.wrap(manifest.bytes()));
      file.commit();
    }
    place(ready, target);
  }

  /// A server that started in between may have removed what it knew no manifest for.
  private void requireComplete(Manifest manifest, Path file) throws IOException {
    for (Descriptor blob : manifest.blobs()) {
      if (!has(blob)) {
        throw new VerificationException(
            file.toString(),
            List.of(
                "blob %s was removed by another program while the model was installed"
                    .formatted(blob.digestText())));
      }
    }
  }

  /// Makes folders that others can read, owned as the store is.
  private Path folders(@Nullable Path folder) throws IOException {
    if (folder == null) {
      throw new IllegalArgumentException("the store has no parent: " + root);
    }
    if (Files.isDirectory(folder)) {
      return folder;
    }
    folders(folder.getParent());
    try {
      Files.createDirectory(folder);
      permissions(folder, FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    return folder;
  }

  private void permissions(Path path, Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    view.setPermissions(permissions);
    // What root installs into the store of a service belongs to the service, who may delete it.
    UserPrincipal owner = Files.getOwner(existing(root));
    if (view.getOwner().getName().equals("root") && !owner.equals(view.getOwner())) {
      view.setOwner(owner);
    }
  }

  private static void removeIfEmpty(Path work) throws IOException {
    try {
      Files.deleteIfExists(work);
    } catch (DirectoryNotEmptyException _) {
      return; // another process is at work there
    }
  }
}

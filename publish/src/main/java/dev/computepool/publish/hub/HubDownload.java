package dev.computepool.publish.hub;

import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.InputFile;
import dev.computepool.base.Progress;
import dev.computepool.publish.hub.DownloadPlan.Item;
import dev.computepool.publish.hub.DownloadPlan.State;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Brings files of one commit of a repository, each verified while it comes and visible only then.
///
/// A run that was ended in whatever way is gone on with by the next.
public final class HubDownload {
  private static final int FILES = 4;

  private final Hub hub;

  public HubDownload(Hub hub) {
    this.hub = hub;
  }

  /// Finds out what there is to do: which files the revision has, and what of them is here.
  ///
  /// @throws HubException if there is no such repository or revision, or we may not have its files
  /// @throws FormatException if it has names that must not become files here
  public DownloadPlan plan(DownloadRequest request, Progress progress) throws IOException {
    Snapshot snapshot = hub.snapshot(request.repo(), request.revision());
    if (!snapshot.gated().equals("false")) {
      hub.checkReading(snapshot.id());
    }
    List<TreeEntry> entries = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (TreeEntry entry : hub.tree(snapshot.id(), snapshot.commit())) {
      if (Glob.selects(request.include(), request.exclude(), entry.path())) {
        entries.add(entry);
      } else {
        others.add(entry.path());
      }
    }
    entries.sort(Comparator.comparing(TreeEntry::path));
    Collections.sort(others);
    checkNames(snapshot, entries);
    return new DownloadPlan(request, snapshot, items(request, entries, progress), others);
  }

  private static void checkNames(Snapshot snapshot, List<TreeEntry> entries)
      throws FormatException {
    List<FormatException.Problem> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (TreeEntry entry : entries) {
      if (!RepoPath.isSafe(entry.path())) {
        problems.add(
            new FormatException.Problem(
                "", "'%s' must not become a file here".formatted(entry.path())));
      } else if (!seen.add(entry.path())) {
        problems.add(
            new FormatException.Problem("", "'%s' is there twice".formatted(entry.path())));
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException(snapshot.id().toString(), problems);
    }
  }

  private static List<Item> items(
      DownloadRequest request, List<TreeEntry> entries, Progress progress) throws IOException {
    long known = 0;
    for (TreeEntry entry : entries) {
      known += hasSize(target(request, entry), entry.size()) ? entry.size() : 0;
    }
    List<Item> items = Collections.synchronizedList(new ArrayList<>());
    Parallel cores = Parallel.cores();
    try (Progress.Step step = progress.begin("Checking", known, Progress.Unit.BYTES)) {
      List<Parallel.Task> tasks = new ArrayList<>();
      for (TreeEntry entry : entries) {
        tasks.add(
            group -> items.add(cores.limited(group, () -> item(request, entry, group.step(step)))));
      }
      cores.run(tasks);
    }
    return items.stream().sorted(Comparator.comparing(i -> i.entry().path())).toList();
  }

  private static Path target(DownloadRequest request, TreeEntry entry) {
    return request.directory().resolve(entry.path());
  }

  private static boolean hasSize(Path file, long size) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == size;
  }

  private static Item item(DownloadRequest request, TreeEntry entry, Progress.Step step)
      throws IOException {
    Path target = target(request, entry);
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Path partial = PartialFile.partialOf(target, entry);
      long resumed = Files.isRegularFile(partial) ? Files.size(partial) : 0;
      return new Item(entry, target, State.MISSING, resumed > entry.size() ? 0 : resumed);
    }
    boolean same =
        hasSize(target, entry.size())
            && entry.isOf(FileHashes.of(target, entry.size(), entry.isInGit(), step));
    return new Item(entry, target, same ? State.HERE : State.OTHER, 0);
  }

  /// Carries a plan out.
  ///
  /// @throws FileAlreadyExistsException if other files are there that may not be replaced; nothing
  ///     was brought then
  /// @throws dev.computepool.base.VerificationException if what came is not what it is to be
  public DownloadReport run(DownloadPlan plan, Progress progress) throws IOException {
    DownloadRequest request = plan.request();
    for (Item item : plan.items()) {
      if (item.state() == State.OTHER && !request.replace()) {
        throw new FileAlreadyExistsException(item.target().toString());
      }
      InputFile.requireNoFolder(item.target()); // which no file can replace
    }
    DiskSpace.require(request.directory(), plan.bytesToFetch());
    Files.createDirectories(request.directory());
    List<Item> pending = plan.pending();
    long total = pending.stream().mapToLong(i -> i.entry().size()).sum();
    FileTransfer transfer = new FileTransfer(hub, plan.snapshot());
    try (Progress.Step step = progress.begin("Downloading", total, Progress.Unit.BYTES)) {
      Parallel places = new Parallel(FILES);
      List<Parallel.Task> tasks = new ArrayList<>();
      for (Item item : pending) {
        tasks.add(
            group ->
                places.limited(
                    group,
                    () -> {
                      bring(transfer, request, item, group.step(step));
                      return item;
                    }));
      }
      places.run(tasks);
    }
    PartialFile.removeParts(plan.items().stream().map(Item::target).toList());
    return new DownloadReport(plan, pending, transfer.received());
  }

  private static void bring(
      FileTransfer transfer, DownloadRequest request, Item item, Progress.Step step)
      throws IOException {
    Path folder = Objects.requireNonNull(item.target().toAbsolutePath().getParent());
    // A link that was there already may lead out of the folder.
    if (!existing(folder).toRealPath().startsWith(request.directory().toRealPath())) {
      throw new IOException("%s leads out of %s".formatted(item.target(), request.directory()));
    }
    Files.createDirectories(folder);
    try (PartialFile file = PartialFile.open(item.target(), item.entry(), step)) {
      try {
        transfer.fetch(item.entry(), file, step);
      } catch (IOException e) {
        throw DiskSpace.explain(e, item.target(), item.entry().size() - file.length());
      }
      file.commit(request.replace());
    }
  }

  /// The nearest folder above, or the one itself, that is there.
  private static Path existing(Path folder) {
    Path existing = folder;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = Objects.requireNonNull(existing.getParent());
    }
    return existing;
  }
}

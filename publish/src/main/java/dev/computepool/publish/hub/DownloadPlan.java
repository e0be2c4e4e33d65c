package dev.computepool.publish.hub;

import java.nio.file.Path;
import java.util.List;

/// What a download would do.
///
/// @param snapshot the commit that all files are of
/// @param items one for each file that is wanted, in the order of their names
/// @param others names of files that are not wanted, in their order
public record DownloadPlan(
    DownloadRequest request, Snapshot snapshot, List<Item> items, List<String> others) {
  public DownloadPlan {
    items = List.copyOf(items);
    others = List.copyOf(others);
  }

  /// What is here of a file.
  public enum State {
    /// Nothing, or a part of it.
    MISSING,
    /// All of it, as its hash says.
    HERE,
    /// Another file of that name.
    OTHER
  }

  /// One file.
  ///
  /// @param target where it goes
  /// @param resumed bytes of it that an earlier run has brought
  public record Item(TreeEntry entry, Path target, State state, long resumed) {}

  /// What is to be brought.
  public List<Item> pending() {
    return items.stream().filter(i -> i.state() != State.HERE).toList();
  }

  /// Bytes of all files.
  public long totalBytes() {
    return items.stream().mapToLong(i -> i.entry().size()).sum();
  }

  /// Bytes that are still to come.
  public long bytesToFetch() {
    return pending().stream().mapToLong(i -> i.entry().size() - i.resumed()).sum();
  }
}

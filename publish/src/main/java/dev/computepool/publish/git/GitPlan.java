package dev.computepool.publish.git;

import dev.computepool.hash.Digest;
import dev.computepool.publish.hub.LfsUpload;
import dev.computepool.publish.hub.LocalFile;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a push would do.
///
/// @param items one for each file, in the order of paths
/// @param attributes lines that `.gitattributes` gets, for files that the remote does not know as
///     large yet
/// @param head the commit that the branch has; null if the branch is yet to be made
public record GitPlan(
    GitRequest request, List<Item> items, List<String> attributes, @Nullable String head) {
  public GitPlan {
    items = List.copyOf(items);
    attributes = List.copyOf(attributes);
  }

  /// What a file is to the branch.
  public enum State {
    /// There is no file of that name.
    NEW,
    /// There is another one of that name.
    CHANGED,
    /// It is there already.
    SAME
  }

  /// One file.
  ///
  /// @param size in bytes
  /// @param modified when it was read; whoever changes it meanwhile is found out
  /// @param sha256 of its content, under which the store has it; null for what git has itself
  public record Item(
      LocalFile local, long size, FileTime modified, @Nullable Digest sha256, State state) {
    public String path() {
      return local.path();
    }

    /// Whether it goes to the store of large files.
    public boolean isLarge() {
      return sha256 != null;
    }
  }

  /// What the large files are, by absolute path, for whoever plans again.
  public Map<Path, Digest> digests() {
    Map<Path, Digest> digests = new HashMap<>();
    for (Item item : items) {
      if (item.sha256() != null) {
        digests.put(item.local().file().toAbsolutePath().normalize(), item.sha256());
      }
    }
    return digests;
  }

  /// Whether all is there already, so that nothing is sent.
  public boolean isDone() {
    // Where the file of attributes is pushed itself, its item knows what becomes of it.
    boolean attributesDone =
        attributes.isEmpty()
            || items.stream().anyMatch(item -> item.path().equals(".gitattributes"));
    return attributesDone && items.stream().allMatch(item -> item.state() == State.SAME);
  }

  /// New or changed files that go to the store of large files. An empty one has nothing to store.
  List<LfsUpload.Item> large() {
    List<LfsUpload.Item> large = new ArrayList<>();
    for (Item item : items) {
      Digest sha256 = item.sha256();
      if (sha256 != null && item.size() > 0 && item.state() != State.SAME) {
        large.add(
            new LfsUpload.Item(
                item.local().file(), item.path(), item.size(), sha256, item.modified()));
      }
    }
    return large;
  }
}

package dev.computepool.publish.hub;

import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an upload would do.
///
/// @param items one for each file, in the order of their names
/// @param head the commit that was compared with; null if the repository or its branch is yet to be
///     made
/// @param repoExists whether the repository is there
public record UploadPlan(
    UploadRequest request, List<Item> items, @Nullable String head, boolean repoExists) {
  public UploadPlan {
    items = List.copyOf(items);
  }

  /// What a file is to the repository.
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
  /// @param sha256 of its content
  /// @param gitOid what git would call it, 40 hexadecimal digits; null for what is too large to be
  ///     there
  /// @param modified when it was hashed; whoever changes it meanwhile is found out
  public record Item(
      LocalFile local,
      long size,
      Digest sha256,
      @Nullable String gitOid,
      FileTime modified,
      State state) {
    public String path() {
      return local.path();
    }

    FileHashes hashes() {
      return new FileHashes(sha256, gitOid);
    }

    /// Checks that the file is what was hashed, as far as its size and time tell.
    ///
    /// @throws IOException if it is not
    void requireUnchanged() throws IOException {
      LocalFile.requireUnchanged(local.file(), size, modified);
    }
  }

  /// What is new or changed.
  public List<Item> pending() {
    return items.stream().filter(i -> i.state() != State.SAME).toList();
  }

  /// What the files are, by absolute path, for whoever plans again.
  public Map<Path, Digest> digests() {
    Map<Path, Digest> digests = new HashMap<>();
    items.forEach(
        item -> digests.put(item.local().file().toAbsolutePath().normalize(), item.sha256()));
    return digests;
  }

  /// Whether all is there already, so that nothing is sent.
  public boolean isDone() {
    return pending().isEmpty();
  }

  /// Bytes that are sent at most; what the Hub's store has already is not sent.
  public long bytesToSend() {
    return pending().stream().mapToLong(Item::size).sum();
  }
}

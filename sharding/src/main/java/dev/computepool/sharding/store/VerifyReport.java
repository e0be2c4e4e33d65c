package dev.computepool.sharding.store;

import dev.computepool.hash.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What verifying a directory has found out.
///
/// @param path of the directory
/// @param shards those that were looked at, in their order
/// @param files all others that were looked at
/// @param quarantined what was renamed, and to what
/// @param repaired names of the files that were written anew
/// @param sha256 of the whole model, if it was computed
/// @param notes what is worth knowing and no fault
/// @param bytesRead in all
/// @param allowUnverified whether a file whose digest nobody knows is good enough
public record VerifyReport(
    Path path,
    List<Shard> shards,
    List<Other> files,
    List<Quarantined> quarantined,
    List<String> repaired,
    @Nullable Digest sha256,
    List<String> notes,
    long bytesRead,
    boolean allowUnverified) {
  public VerifyReport {
    shards = List.copyOf(shards);
    files = List.copyOf(files);
    quarantined = List.copyOf(quarantined);
    repaired = List.copyOf(repaired);
    notes = List.copyOf(notes);
  }

  /// A shard.
  ///
  /// @param file its name in the directory
  public record Shard(int index, String file, FileState state) {}

  /// Another file.
  ///
  /// @param file its name in the directory
  public record Other(String file, FileState state) {}

  /// A file that was renamed, so that nobody takes it for good.
  public record Quarantined(Path from, Path to) {}

  /// Whether what is not as it must be could be made anew, as the shards that were looked at are.
  public boolean repairable() {
    return shards.stream().allMatch(shard -> shard.state() instanceof FileState.Ok)
        && files.stream()
            .filter(file -> !(file.state() instanceof FileState.Ok))
            .anyMatch(file -> ShardFiles.isDerived(file.file()));
  }

  /// Whether all that was looked at is as it must be.
  public boolean ok() {
    return Stream.concat(shards.stream().map(Shard::state), files.stream().map(Other::state))
        .allMatch(
            state ->
                switch (state) {
                  case FileState.Ok ok -> true;
                  case FileState.Unverified unverified -> allowUnverified;
                  case FileState.Missing missing -> false;
                  case FileState.WrongSize wrong -> false;
                  case FileState.Corrupt corrupt -> false;
                  case FileState.Broken broken -> false;
                  case FileState.Unreadable unreadable -> false;
                });
  }
}

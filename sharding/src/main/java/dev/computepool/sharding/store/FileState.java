package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.hash.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was found out about a file of a shard directory.
public sealed interface FileState {
  /// It is what its digest says.
  record Ok() implements FileState {}

  /// What its size alone tells.
  sealed interface SizeProblem extends FileState {}

  /// It is not there.
  ///
  /// @param why in words, with the path
  record Missing(String why) implements SizeProblem {}

  /// It was cut, or more was added: an interrupted transfer.
  record WrongSize(long expected, long actual) implements SizeProblem {}

  /// Its size is right and its bytes are not.
  ///
  /// @param actual digest of the bytes that are there, or null if only some of them were read
  /// @param damaged where, as far as a hash tree tells; empty if there is none
  record Corrupt(Digest expected, @Nullable Digest actual, List<Damage> damaged)
      implements FileState {
    public Corrupt {
      damaged = List.copyOf(damaged);
    }
  }

  /// It cannot be understood, or contradicts another file.
  ///
  /// @param why in words
  record Broken(String why) implements FileState {}

  /// The system does not let it be read, or it was cut or removed while it was.
  ///
  /// @param why in words
  record Unreadable(String why) implements FileState {}

  /// Nobody has said what its digest must be: neither good nor bad.
  record Unverified(String why) implements FileState {}

  /// Damaged bytes of a shard.
  ///
  /// @param range in the shard file, to the group of the hash tree
  /// @param tensors that lie in it
  record Damage(ByteRange range, List<String> tensors) {
    public Damage {
      tensors = List.copyOf(tensors);
    }
  }
}

package dev.computepool.publish.hub;

import dev.computepool.hash.Digest;
import org.jspecify.annotations.Nullable;

/// One file of a revision.
///
/// @param path as the repository has it: not to be trusted
/// @param size in bytes
/// @param gitOid the name of its git object, 40 hexadecimal digits; of a large file that of the
///     pointer, which says nothing of the content
/// @param sha256 of the content of a large file, null for what is stored in git
public record TreeEntry(String path, long size, String gitOid, @Nullable Digest sha256) {
  /// Whether its content is in git itself, and known by what git calls it.
  boolean isInGit() {
    return sha256 == null;
  }

  /// Whether these are the hashes of its content.
  boolean isOf(FileHashes hashes) {
    return sha256 == null ? gitOid.equals(hashes.gitOid()) : sha256.equals(hashes.sha256());
  }
}

/// Git remotes: a commit on top of a branch, with large files in the remote's LFS store.
///
/// {@link GitUpload} is the door. There is no work tree and no git program: what is there is
/// fetched without its history, pointers and small files become objects, and the branch is pushed.
package dev.computepool.publish.git;

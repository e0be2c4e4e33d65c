/// JGit as a library that leaves its surroundings alone.
package dev.computepool.base.git;

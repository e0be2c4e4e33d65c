/// What was done and what came of it, in a file that outlives the process: which step of a longer
/// work may be skipped, and which must be done again.
package dev.computepool.publish.journal;

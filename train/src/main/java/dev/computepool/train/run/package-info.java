/// Runs of training: their folder, what they write while they go on, and how they end and resume.
package dev.computepool.train.run;

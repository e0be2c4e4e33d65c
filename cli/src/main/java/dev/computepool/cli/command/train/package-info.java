/// `cp train` and the words under it.
package dev.computepool.cli.command.train;

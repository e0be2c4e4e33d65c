/// `cp imatrix`: which weights matter.
package dev.computepool.cli.command.imatrix;

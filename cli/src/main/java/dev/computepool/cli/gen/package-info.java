/// Completion scripts and manual pages, written from the command line's own description.
package dev.computepool.cli.gen;

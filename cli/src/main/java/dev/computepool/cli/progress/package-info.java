/// How long work looks while it runs: a bar on a terminal, a line now and then in a log.
package dev.computepool.cli.progress;

/// What surrounds the process: variables, streams, and the terminal with its width and colours.
package dev.computepool.cli.term;

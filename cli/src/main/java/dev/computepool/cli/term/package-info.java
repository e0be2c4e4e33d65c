/// The terminal as it is: which streams are one, how wide it is, whether colour is wanted.
package dev.computepool.cli.term;

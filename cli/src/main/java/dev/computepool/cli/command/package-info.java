/// The commands: one class each, whose fields are its options.
package dev.computepool.cli.command;

/// `cp convert`.
package dev.computepool.cli.command.convert;

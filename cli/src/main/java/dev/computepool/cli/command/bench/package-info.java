/// `cp bench`: what this machine can do.
package dev.computepool.cli.command.bench;

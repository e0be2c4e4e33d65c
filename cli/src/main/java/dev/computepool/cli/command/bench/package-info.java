/// `cp bench`: how fast this machine and these models are.
package dev.computepool.cli.command.bench;

/// `cp publish`.
package dev.computepool.cli.command.publish;

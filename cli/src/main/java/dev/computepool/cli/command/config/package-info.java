/// `cp config` and `cp completion`.
package dev.computepool.cli.command.config;

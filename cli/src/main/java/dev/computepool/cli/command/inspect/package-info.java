/// `cp inspect`: what a file or folder is, and what is in it.
package dev.computepool.cli.command.inspect;

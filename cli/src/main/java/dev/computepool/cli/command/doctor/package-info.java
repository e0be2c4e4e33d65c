/// `cp doctor`: what works here and what does not.
package dev.computepool.cli.command.doctor;

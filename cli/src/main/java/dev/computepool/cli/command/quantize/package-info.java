/// `cp quantize`: smaller models.
package dev.computepool.cli.command.quantize;

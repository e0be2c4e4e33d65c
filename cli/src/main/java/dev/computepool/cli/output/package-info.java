/// One record, shown as a table for people or as JSON for programs.
package dev.computepool.cli.output;

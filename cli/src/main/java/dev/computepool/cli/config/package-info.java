/// Settings: what can be set, where each value came from, and the files that hold them.
package dev.computepool.cli.config;

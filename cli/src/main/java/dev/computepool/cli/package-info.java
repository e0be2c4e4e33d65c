/// The program `cp`, also `computepool`: the only room that knows the terminal and the environment.
package dev.computepool.cli;

/// The Python of runtimes that need one: which it is, and what is installed in it.
package dev.computepool.train.python;

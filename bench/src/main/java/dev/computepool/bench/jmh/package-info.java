/// JMH as `cp bench` drives it: a Java process for each case, quiet, and to be given up.
package dev.computepool.bench.jmh;

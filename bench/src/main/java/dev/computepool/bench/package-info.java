/// What `cp bench` measures, and the developers' own JMH benchmarks beside it.
package dev.computepool.bench;

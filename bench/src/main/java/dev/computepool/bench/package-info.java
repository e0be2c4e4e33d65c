/// What `cp bench` measures. Not built yet.
package dev.computepool.bench;

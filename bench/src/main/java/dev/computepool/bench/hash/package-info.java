/// How fast files are hashed here, by kernel and threads.
package dev.computepool.bench.hash;

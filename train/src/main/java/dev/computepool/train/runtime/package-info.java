/// Who trains: the embedded runtime and others, behind the same few words.
package dev.computepool.train.runtime;

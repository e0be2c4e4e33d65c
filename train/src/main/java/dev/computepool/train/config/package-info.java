/// `computepool.train.yml`: what it says, read whole, and written with its explanation.
package dev.computepool.train.config;

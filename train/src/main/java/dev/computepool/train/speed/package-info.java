/// How fast this machine trains, as it was measured: what is kept of that, and what it says about
/// other models.
package dev.computepool.train.speed;

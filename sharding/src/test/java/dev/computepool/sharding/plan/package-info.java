/// What planning decides, against what nodes decide.
package dev.computepool.sharding.plan;

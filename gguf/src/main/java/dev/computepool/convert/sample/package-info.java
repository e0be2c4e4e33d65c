/// Models as hubs publish them, made up to try things on.
package dev.computepool.convert.sample;

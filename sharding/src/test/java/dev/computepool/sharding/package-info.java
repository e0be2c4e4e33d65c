/// Models made for the tests of this room, and the files that others have made.
package dev.computepool.sharding;

/// From what training leaves to what others can use: a plan of steps, each recorded with what it
/// read and what it made, so that a second run does only what is missing.
package dev.computepool.publish;

/// The packaged program from the outside: what its users, scripts and shells see of it.
///
/// {@link dev.computepool.tests.Cli} starts it as a real process. The other classes that are no
/// tests make what a test needs around it: a terminal, a small disk, a folder that is read-only, a
/// kill at a bad moment.
@org.jspecify.annotations.NullMarked
package dev.computepool.tests;

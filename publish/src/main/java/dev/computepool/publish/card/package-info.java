/// The model card: what a repository's `README.md` says, in its head for programs and below it for
/// people. It is made of facts that somebody wrote down or measured; what is not known is left out.
package dev.computepool.publish.card;

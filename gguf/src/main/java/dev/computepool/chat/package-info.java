/// Conversations, and how training data writes them: one JSON object a line, in one of four
/// formats.
package dev.computepool.chat;

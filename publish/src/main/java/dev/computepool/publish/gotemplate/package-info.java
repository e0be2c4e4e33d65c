/// Go's `text/template`, the part that Ollama's templates use, and Ollama's own way of feeding it.
///
/// {@link GoTemplate} is the language: a lexer, a parser that makes a tree of {@link Node}, and an
/// execution that walks it over {@link GoValue}s. {@link OllamaTemplate} is what Ollama does with
/// it: which variables there are, how messages are merged, and how older templates without
/// `.Messages` are run once a turn.
///
/// What is right is what Go does: `goldens.json`, made by a Go program, has its words.
///
/// @see <a href="https://pkg.go.dev/text/template">the language</a>
package dev.computepool.publish.gotemplate;

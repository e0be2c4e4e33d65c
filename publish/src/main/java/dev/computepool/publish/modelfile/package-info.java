/// What Ollama is told of a model: its Modelfile, its template in Go's language, its parameters.
///
/// {@link GoTemplates} is the door to templates: what a model's own chat template, which is Jinja,
/// comes to in Go's language, with the proof that both write the same; or why there is none. {@link
/// Modelfile} is the file, {@link ModelSettings} what of it follows from a model.
package dev.computepool.publish.modelfile;

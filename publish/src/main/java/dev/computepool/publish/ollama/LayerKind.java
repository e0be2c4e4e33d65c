package dev.computepool.publish.ollama;

/// What a layer of a model is.
public enum LayerKind {
  /// A GGUF file.
  MODEL("model"),
  /// A GGUF file with a LoRA.
  ADAPTER("adapter"),
  /// A GGUF file that makes embeddings of images.
  PROJECTOR("projector"),
  /// A Go template, without a newline at its end.
  TEMPLATE("template"),
  /// A system message.
  SYSTEM("system"),
  /// A JSON object of parameters.
  PARAMS("params"),
  /// A JSON array of turns with which each conversation begins.
  MESSAGES("messages"),
  /// The text of a license.
  LICENSE("license");

  private static final String PREFIX = "application/vnd.ollama.image.";

  private final String suffix;

  LayerKind(String suffix) {
    this.suffix = suffix;
  }

  /// As manifests write it, such as `application/vnd.ollama.image.model`.
  public String mediaType() {
    return PREFIX + suffix;
  }

  /// The last part of the media type, such as `model`.
  public String label() {
    return suffix;
  }
}

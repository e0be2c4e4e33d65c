package dev.computepool.cli.config;

/// An environment variable that is honoured although no setting belongs to it.
public enum OtherVariable {
  NO_COLOR("no colour, whatever the terminal can do"),
  CLICOLOR_FORCE("colour also where standard output is no terminal"),
  CI("progress as plain lines"),
  COLUMNS("how wide help is, instead of the terminal's width"),
  SOURCE_DATE_EPOCH("the date written into manifests, in seconds since 1970"),
  VALUESERP_API_KEY("the key of ValueSerp"),
  BRAVE_API_KEY("the key of Brave Search"),
  SERPER_API_KEY("the key of Serper"),
  INFERNET_PRIVATE_KEY("the secret key of an Infernet node, 64 hexadecimal digits"),
  OPENAI_API_KEY("the key of the server that --ask names"),
  HTTPS_PROXY("the HTTP proxy for https URLs; also in small letters, as the next two"),
  HTTP_PROXY("the HTTP proxy for http URLs"),
  NO_PROXY("hosts that are reached without a proxy, with commas between them"),
  HF_TOKEN("the token for Hugging Face; without it the file that 'hf auth login' writes has it"),
  HUGGING_FACE_HUB_TOKEN("the same under its old name; HF_TOKEN goes before it"),
  HUGGINGFACE_TOKEN("the same under a name that only this program reads, and last"),
  HF_TOKEN_PATH("the file with the token, instead of $HF_HOME/token"),
  HF_ENDPOINT("where Hugging Face's Hub is, instead of https://huggingface.co"),
  HF_HUB_OFFLINE("1 for not asking Hugging Face's Hub anything"),
  HF_HUB_ETAG_TIMEOUT("seconds that the Hub may say nothing when asked for files; default: 60"),
  HF_HUB_DOWNLOAD_TIMEOUT("seconds that nothing may come of a file of the Hub; default: 60"),
  HF_HUB_DISABLE_IMPLICIT_TOKEN("1 for not sending the token where files may be had without it"),
  HF_HUB_CACHE("the folder of Hugging Face's cache of models, instead of $HF_HOME/hub"),
  HF_HOME("where Hugging Face's cache is, instead of ~/.cache/huggingface"),
  OLLAMA_HOST("where Ollama's server is; default: http://127.0.0.1:11434"),
  OLLAMA_MODELS("where Ollama keeps its models, instead of ~/.ollama/models"),
  COMPUTEPOOL_REGISTRY_AUTH("USER:PASSWORD for another registry than Ollama's"),
  COMPUTEPOOL_GIT_TOKEN("the password, or the token, for the remote of publish --git"),
  COMPUTEPOOL_GIT_USER("the name that goes with it, where the remote asks for one"),
  GIT_AUTHOR_NAME("who makes commits, as for git"),
  GIT_AUTHOR_EMAIL("the address of who makes commits, as for git"),
  XDG_CACHE_HOME("where caches are, instead of ~/.cache"),
  XDG_CONFIG_HOME("where the user's settings are, instead of ~/.config"),
  COMPUTEPOOL_CONTROL_PLANE("where Infernet's control plane is"),
  COMPUTEPOOL_JAVA_HOME("the JDK that the launcher starts"),
  COMPUTEPOOL_JAVA_OPTS("more options for the Java virtual machine");

  private final String meaning;

  OtherVariable(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }
}

package dev.computepool.cli.config;

/// An environment variable that is honoured although no setting belongs to it.
public enum OtherVariable {
  NO_COLOR("no colour, whatever the terminal can do"),
  CLICOLOR_FORCE("colour also where standard output is no terminal"),
  CI("progress as plain lines"),
  SOURCE_DATE_EPOCH("the date written into manifests, in seconds since 1970"),
  XDG_CONFIG_HOME("where the user's settings are, instead of ~/.config"),
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

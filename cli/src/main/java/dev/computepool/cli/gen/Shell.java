package dev.computepool.cli.gen;

/// A shell that can complete our command line.
public enum Shell {
  BASH("computepool.bash"),
  ZSH("_computepool"),
  FISH("computepool.fish");

  private final String file;

  Shell(String file) {
    this.file = file;
  }

  /// The name that the shell expects its script to have.
  String file() {
    return file;
  }

  /// The script, for both names of the program.
  public String script() {
    return script(CommandTree.ofProgram());
  }

  String script(CommandTree program) {
    return switch (this) {
      case BASH -> BashScript.of(program);
      case ZSH -> ZshScript.of(program);
      case FISH -> FishScript.of(program);
    };
  }
}

package groovy.lang;

/// Nothing: a name that picocli looks for at each start, to know the closures of Groovy. That there
/// is none it would learn only after all jars of the class path were opened, which takes longer
/// than what most calls do.
public final class Closure {
  private Closure() {}
}

package dev.computepool.cli.option;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.util.Optional;
import picocli.CommandLine.Model.ArgSpec;

/// What options stand under in help and manual pages, in the order in which people need them there.
/// An option without a heading stands before all that have one.
public enum OptionHeading {
  PAGES("Where pages come from"),
  SEARCH("How is searched"),
  EXAMPLES("What is made of pages"),
  LEFT_OUT("What is left out"),
  QUESTIONS("Questions that a model writes"),
  FETCHING("How pages are fetched"),
  KEPT("What is fetched again"),
  ALLOWED("What may be fetched"),
  PLACES("Where it goes"),
  FILES("What is made"),
  STEPS("How it is done"),
  HUB("On Hugging Face's Hub"),
  OLLAMA("For Ollama"),
  CARD("What the card says"),
  COMPUTING("What computes");

  private final String text;

  OptionHeading(String text) {
    this.text = text;
  }

  /// The heading itself, without a colon.
  public String text() {
    return text;
  }

  /// The heading of an option: that of its field, else that of the class of its field.
  public static Optional<OptionHeading> of(ArgSpec option) {
    if (!(option.userObject() instanceof Field field)) {
      return Optional.empty();
    }
    return named(field).or(() -> named(field.getDeclaringClass()));
  }

  private static Optional<OptionHeading> named(AnnotatedElement element) {
    return Optional.ofNullable(element.getAnnotation(Under.class)).map(Under::value);
  }
}

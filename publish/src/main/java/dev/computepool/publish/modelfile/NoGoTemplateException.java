package dev.computepool.publish.modelfile;

import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import java.io.IOException;

/// That a model's chat template cannot be written as a Go template with certainty.
public final class NoGoTemplateException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;
  private final String why;

  NoGoTemplateException(String place, TemplateDecision.Refused refused) {
    super(place + " cannot be written in Go with certainty");
    this.refusal = refused.refusal();
    this.why = refused.why();
  }

  public Refusal refusal() {
    return refusal;
  }

  /// What the template does, or where both part.
  public String why() {
    return why;
  }
}

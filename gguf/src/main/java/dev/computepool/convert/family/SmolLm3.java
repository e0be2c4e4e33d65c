package dev.computepool.convert.family;

/// SmolLM 3: a Llama in which some blocks have no rotary positions, which llama.cpp knows by
/// itself.
final class SmolLm3 extends Llama {
  SmolLm3(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "smollm3";
  }
}

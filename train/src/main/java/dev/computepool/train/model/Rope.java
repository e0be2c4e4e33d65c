package dev.computepool.train.model;

import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Hyperparameters;
import java.util.ArrayList;
import java.util.List;

/// Rotary positions: the angle by which each pair of a head's dimensions turns from one token
/// to the next.
///
/// @param frequencies radians per token, half as many as a head has dimensions
record Rope(List<Float> frequencies) {
  Rope {
    frequencies = List.copyOf(frequencies);
  }

  /// Computed in single precision, as transformers does: the trained model knows no other angles.
  static Rope of(Hyperparameters rope, String place, int headSize, Problems problems) {
    double theta = rope.number("rope_theta").orElse(10_000);
    String type = rope.text("rope_type", "type").orElse("default");
    double partial = rope.number("partial_rotary_factor").orElse(1);
    if (partial != 1) {
      problems.add("config.json", place + " has partial_rotary_factor " + partial + ", not 1");
    }
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headSize;
      frequencies[i] = 1f / (float) Math.pow(theta, exponent);
    }
    switch (type) {
      case "default" -> {}
      case "linear" -> {
        float factor = (float) rope.requiredNumber("factor");
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= factor;
        }
      }
      case "llama3" -> stretch(frequencies, rope);
      default ->
          problems.add(
              "config.json", place + " has rope_type " + type + "; known: default, linear, llama3");
    }
    List<Float> list = new ArrayList<>();
    for (float frequency : frequencies) {
      list.add(frequency);
    }
    return new Rope(list);
  }

  /// Llama 3.1: slow turns are slowed down by a factor, fast ones stay, and between them it is
  /// gradual.
  private static void stretch(float[] frequencies, Hyperparameters rope) {
    double factor = rope.requiredNumber("factor");
    double low = rope.requiredNumber("low_freq_factor");
    double high = rope.requiredNumber("high_freq_factor");
    double context = rope.requiredNumber("original_max_position_embeddings");
    for (int i = 0; i < frequencies.length; i++) {
      double wavelength = 2 * Math.PI / frequencies[i];
      if (wavelength > context / low) {
        frequencies[i] = (float) (frequencies[i] / factor);
      } else if (wavelength >= context / high) {
        double smooth = (context / wavelength - low) / (high - low);
        frequencies[i] = (float) ((1 - smooth) * frequencies[i] / factor + smooth * frequencies[i]);
      }
    }
  }
}

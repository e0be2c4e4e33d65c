package dev.computepool.train.python;

import dev.computepool.train.config.Method;
import dev.computepool.train.config.TrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A package that Python must have.
///
/// @param name as pip knows it
/// @param least the oldest version that will do; empty for any
public record Requirement(String name, String least) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /// What the runtime of a configuration needs; nothing for runtimes without Python.
  public static List<Requirement> of(TrainConfig config) {
    List<Requirement> all = new ArrayList<>();
    switch (config.runtime()) {
      case DJL, COMMAND -> {
        return List.of();
      }
      case TRANSFORMERS -> all.addAll(library(config));
      case TRL -> {
        all.addAll(library(config));
        all.add(any("trl"));
        all.add(any("datasets"));
      }
      case UNSLOTH -> {
        all.addAll(library(config));
        all.add(any("trl"));
        all.add(any("datasets"));
        all.add(any("unsloth"));
      }
      case AXOLOTL -> {
        all.add(any("torch"));
        all.add(any("axolotl"));
      }
    }
    boolean of8Bits =
        switch (config.training().optimizer()) {
          case ADAMW, ADAFACTOR -> false;
          case ADAMW_8BIT, PAGED_ADAMW_8BIT -> true;
        };
    if (config.method() == Method.QLORA || of8Bits) {
      all.add(any("bitsandbytes"));
    }
    return all;
  }

  private static List<Requirement> library(TrainConfig config) {
    List<Requirement> all = new ArrayList<>();
    all.add(any("torch"));
    // The first in which from_pretrained knows dtype.
    all.add(new Requirement("transformers", "4.56"));
    all.add(any("accelerate"));
    if (config.method() != Method.FULL) {
      all.add(any("peft"));
    }
    return all;
  }

  private static Requirement any(String name) {
    return new Requirement(name, "");
  }

  /// Whether a version will do, such as `2.13.0+cpu`.
  boolean accepts(String version) {
    Matcher wanted = NUMBER.matcher(least);
    Matcher found = NUMBER.matcher(version);
    while (wanted.find()) {
      if (!found.find()) {
        return false;
      }
      int difference = Integer.compare(Integer.parseInt(found.group()), number(wanted));
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int number(Matcher matcher) {
    return Integer.parseInt(matcher.group());
  }

  /// As pip takes it, such as `transformers>=4.56`.
  String forPip() {
    return least.isEmpty() ? name : name + ">=" + least;
  }
}

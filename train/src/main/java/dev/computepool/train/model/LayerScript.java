package dev.computepool.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The text of a method that computes one layer.
///
/// The residual stream is a matrix with a row for each token. Sums go into the outputs of
/// linear modules where they are: no derivative needs these, and every copy that is not made is
/// memory and time.
final class LayerScript {
  private final ModelConfig config;
  private final Set<Projection> adapted;
  private final double scale;
  private final double dropout;
  private final List<String> weights = new ArrayList<>();
  private final ScriptText text = new ScriptText();
  private int factor;

  private LayerScript(ModelConfig config, Set<Projection> adapted, double scale, double dropout) {
    this.config = config;
    this.adapted = adapted;
    this.scale = scale;
    this.dropout = dropout;
    LayerNames.of(config).forEach(slot -> weights.add(slot.name()));
  }

  /// A method of a given name.
  ///
  /// @param adapted modules with factors; without any, the method takes none
  static String of(
      String name, ModelConfig config, Set<Projection> adapted, double scale, double dropout) {
    return new LayerScript(config, adapted, scale, dropout).method(name);
  }

  private String method(String name) {
    text.line(
        "  def %s(self, x: Tensor, W: List[Tensor],%s c: Tensor, s: Tensor, m: Optional[Tensor],"
            + " seed: int, train: bool) -> Tensor:",
        name, adapted.isEmpty() ? "" : " L: List[Tensor],");
    text.line("    length = torch.size(c, 2)");
    text.line("    rows = torch.size(x, 0) // length");
    if (!adapted.isEmpty() && dropout > 0) {
      // The same mask when a layer is computed again for its derivative.
      text.line("    if train:");
      text.line("      torch.manual_seed(seed)");
    }
    norm("h", "x", LayerNames.INPUT_NORM, config.hidden());
    heads("q", Projection.QUERY, config.heads(), LayerNames.QUERY_NORM);
    heads("k", Projection.KEY, config.keyHeads(), LayerNames.KEY_NORM);
    linear("v", Projection.VALUE, "h");
    text.line(
        "    v = v.view([rows, length, %d, %d]).transpose(1, 2)",
        config.keyHeads(), config.headSize());
    attend();
    text.line("    a = a.transpose(1, 2).reshape([-1, %d])", config.heads() * config.headSize());
    linear("o", Projection.OUTPUT, "a");
    if (config.family().normsOutputs()) {
      norm("o", "o", LayerNames.POST_ATTENTION_NORM, config.hidden());
      text.line("    x = torch.add_(o, x)");
      norm("h", "x", LayerNames.PRE_FEED_NORM, config.hidden());
    } else {
      text.line("    x = torch.add_(o, x)");
      norm("h", "x", LayerNames.POST_ATTENTION_NORM, config.hidden());
    }
    linear("g", Projection.GATE, "h");
    linear("u", Projection.UP, "h");
    text.line(
        config.family().isGemma()
            ? "    f = torch.gelu(g, approximate=\"tanh\") * u"
            : "    f = torch.silu(g) * u");
    linear("d", Projection.DOWN, "f");
    if (config.family().normsOutputs()) {
      norm("d", "d", LayerNames.POST_FEED_NORM, config.hidden());
    }
    text.line("    return torch.add_(d, x)");
    return text.toString();
  }

  private void heads(String name, Projection projection, int count, String norm) {
    linear(name, projection, "h");
    text.line("    %s = %s.view([rows, length, %d, %d])", name, name, count, config.headSize());
    if (config.family().normsHeads()) {
      norm(name, name, norm, config.headSize());
    }
    text.line("    %s = self.rotate(%s.transpose(1, 2), c, s)", name, name);
  }

  /// Gives each head of queries its own copy. With `enable_gqa` libtorch takes no fused kernel on
  /// the CPU, and keeps a matrix of length × length for every head.
  private void repeat(String name, int groups) {
    text.line(
        "    %s = %s.unsqueeze(2).expand([-1, -1, %d, -1, -1]).reshape([rows, %d, length, %d])",
        name, name, groups, config.heads(), config.headSize());
  }

  private void attend() {
    int groups = config.heads() / config.keyHeads();
    if (config.attentionCap() == 0) {
      if (groups > 1) {
        repeat("k", groups);
        repeat("v", groups);
      }
      text.line(
          "    a = torch.scaled_dot_product_attention(q, k, v, m, 0., m is None, scale=%s)",
          config.attentionScale());
      return;
    }
    // No fused kernel caps the products.
    text.line(
        "    q = q.reshape([rows, %d, %d, length, %d])",
        config.keyHeads(), groups, config.headSize());
    text.line("    p = torch.matmul(q, k.unsqueeze(2).transpose(3, 4))");
    text.line(
        "    p = torch.tanh(p * %s) * %s",
        config.attentionScale() / config.attentionCap(), config.attentionCap());
    text.line("    if m is not None:");
    text.line("      p = p + m.unsqueeze(1)");
    text.line("    a = torch.matmul(torch.softmax(p, -1), v.unsqueeze(2))");
    text.line("    a = a.reshape([rows, %d, length, %d])", config.heads(), config.headSize());
  }

  private void norm(String name, String input, String weight, int size) {
    text.line(
        "    %s = torch.rms_norm(%s, [%d], %s, %s)",
        name, input, size, normWeight(config, slot(weight)), config.normEpsilon());
  }

  static String normWeight(ModelConfig config, String slot) {
    return config.family().isGemma() ? slot + " + 1." : slot;
  }

  private void linear(String name, Projection projection, String input) {
    String bias = config.biases().on(projection) ? ", " + slot(projection.module() + ".bias") : "";
    text.line(
        "    %s = torch.linear(%s, %s%s)",
        name, input, slot(projection.module() + ".weight"), bias);
    if (adapted.contains(projection)) {
      text.line(
          "    %s",
          adapter(name, input, "L[" + factor + "]", "L[" + (factor + 1) + "]", scale, dropout));
      factor += 2;
    }
  }

  /// The text that adds the product of two factors to the output of a module.
  static String adapter(
      String name, String input, String a, String b, double scale, double dropout) {
    String seen = dropout > 0 ? "torch.dropout(%s, %s, train)".formatted(input, dropout) : input;
    return "%s = torch.addmm_(%s, torch.linear(%s, %s), torch.t(%s), beta=1, alpha=%s)"
        .formatted(name, name, seen, a, b, scale);
  }

  private String slot(String name) {
    int index = weights.indexOf(name);
    if (index < 0) {
      throw new IllegalStateException("a layer has no " + name);
    }
    return "W[" + index + "]";
  }
}

package dev.computepool.train.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The text of the script that computes a model: `gradients`, `evaluate` and `logits`.
///
/// One call of `gradients` is a whole forward and backward pass. Only positions with a label
/// reach the head, and these in runs of rows whose logits are forgotten as soon as their
/// derivative is known: with large vocabularies logits would take more memory than all the
/// rest.
final class ModelScript {
  private static final String BATCH = "ids: Tensor, pos: Tensor, seg: Tensor, ";
  private static final String LOSS = "idx: Tensor, tgt: Tensor, ";

  private final ModelConfig config;
  private final @Nullable Adaptation adaptation;
  private final boolean checkpointing;
  private final Map<String, String> layerMethods = new LinkedHashMap<>(); // text to name
  private final ScriptText text = new ScriptText();

  private ModelScript(ModelConfig config, @Nullable Adaptation adaptation, boolean checkpointing) {
    this.config = config;
    this.adaptation = adaptation;
    this.checkpointing = checkpointing;
  }

  /// The methods of the script.
  ///
  /// @param adaptation what is trained, or null to train all weights
  /// @param checkpointing whether layers are computed again for their derivatives instead of
  ///     being kept
  static String of(ModelConfig config, @Nullable Adaptation adaptation, boolean checkpointing) {
    return new ModelScript(config, adaptation, checkpointing).methods();
  }

  private String methods() {
    text.add(
        """
          def turns(self, pos: Tensor, frequencies: Tensor) -> List[Tensor]:
            a = (torch.to(pos.unsqueeze(-1), 6) * frequencies).unsqueeze(1)
            return [torch.cos(a), torch.sin(a)]
          def rotate(self, x: Tensor, c: Tensor, s: Tensor) -> Tensor:
            h = torch.chunk(x, 2, -1)
            return torch.cat([torch.addcmul(h[0] * c, h[1], s, value=-1), torch.addcmul(h[1] * c, h[0], s)], -1)
          def mask(self, seg: Tensor, length: int, window: int, always: bool) -> Optional[Tensor]:
            m = annotate(Optional[Tensor], None)
            packed = seg.dim() > 1
            narrow = window > 0 and length > window
            if packed or narrow or always:
              i = torch.arange(length, device=seg.device)
              ahead = i.unsqueeze(0) - i.unsqueeze(1)
              out = ahead > 0
              if narrow:
                out = torch.logical_or(out, ahead <= -window)
              if packed:
                out = torch.logical_or(out, seg.unsqueeze(2) != seg.unsqueeze(1)).unsqueeze(1)
              else:
                out = out.unsqueeze(0).unsqueeze(0)
              m = torch.masked_fill(torch.zeros_like(out, dtype=6), out, -float("inf"))
            return m
          def frozen(self, P: List[Tensor]) -> List[Tensor]:
            return [torch.detach(p) for p in P]
          def derive(self, y: Tensor, P: List[Tensor], by: Tensor) -> List[Tensor]:
            G = torch.grad([y], P, annotate(List[Optional[Tensor]], [by]))
            return [torch._unwrap_optional(g) for g in G]
        """);
    for (int layer = 0; layer < config.layers(); layer++) {
      layerMethod(layer);
    }
    embed();
    logitsOf();
    body();
    head();
    if (checkpointing) {
      gradientsAgain();
    } else {
      gradients();
    }
    evaluate();
    return text.toString();
  }

  private Set<Projection> adapted(int layer) {
    return adaptation == null ? EnumSet.noneOf(Projection.class) : adaptation.layers().get(layer);
  }

  private String layerMethod(int layer) {
    double scale = adaptation == null ? 0 : adaptation.scale();
    double dropout = adaptation == null ? 0 : adaptation.dropout();
    String method = LayerScript.of("@", config, adapted(layer), scale, dropout);
    String known = layerMethods.get(method);
    if (known != null) {
      return known;
    }
    String name = "layer" + layerMethods.size();
    layerMethods.put(method, name);
    text.add(method.replace("@", name));
    return name;
  }

  private String factors() {
    return adaptation == null ? "" : ", L: List[Tensor]";
  }

  private String factorsArgument() {
    return adaptation == null ? "" : ", L";
  }

  private int bodyFactors() {
    int count = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      count += adaptation == null ? 0 : adaptation.factors(layer);
    }
    return count;
  }

  /// The statement that computes a layer.
  private String call(int layer, String to, String from, String weights, String factors) {
    int perLayer = LayerNames.of(config).size();
    int before = 0;
    for (int i = 0; i < layer; i++) {
      before += adaptation == null ? 0 : adaptation.factors(i);
    }
    int own = adaptation == null ? 0 : adaptation.factors(layer);
    int turn = config.turnsAsSliding(layer) ? 2 : 0;
    return "%s = self.%s(%s, torch.slice(%s, %d, %d, 1),%s T[%d], T[%d], %s, seed + %d, train)"
        .formatted(
            to,
            layerMethod(layer),
            from,
            weights,
            layer * perLayer,
            (layer + 1) * perLayer,
            own == 0 ? "" : " torch.slice(%s, %d, %d, 1),".formatted(factors, before, before + own),
            turn,
            turn + 1,
            "m" + config.windows().get(layer),
            layer);
  }

  private void embed() {
    text.line("  def embed(self, ids: Tensor, E: Tensor) -> Tensor:");
    text.line("    x = torch.embedding(E, ids.view([-1]))");
    if (config.embeddingScale() != 1) {
      text.line("    x = x * %s", config.embeddingScale());
    }
    text.line("    return x");
  }

  private void logitsOf() {
    text.line("  def project(self, h: Tensor, E: Tensor%s, train: bool) -> Tensor:", headFactors());
    text.line("    z = torch.linear(h, E)");
    if (adaptation != null && adaptation.head()) {
      text.line(
          "    %s",
          LayerScript.adapter("z", "h", "H[0]", "H[1]", adaptation.scale(), adaptation.dropout()));
    }
    if (config.logitCap() != 0) {
      text.line("    z = torch.tanh(z * %s) * %s", 1 / config.logitCap(), config.logitCap());
    }
    text.line("    return z");
  }

  private boolean headLearns() {
    return adaptation == null || adaptation.head();
  }

  private String headFactors() {
    return adaptation != null && adaptation.head() ? ", H: List[Tensor]" : "";
  }

  private String headFactorsArgument() {
    return adaptation != null && adaptation.head()
        ? ", torch.slice(L, %d, %d, 1)".formatted(bodyFactors(), bodyFactors() + 2)
        : "";
  }

  private String headWeight() {
    return config.tied() ? "G[0]" : "G[2]";
  }

  /// What layers need besides weights: angles and masks.
  private void preparation() {
    text.line("    T = self.turns(pos, R[0])");
    if (config.slidingRope() != null) {
      text.line("    T = T + self.turns(pos, R[1])");
    }
    boolean always = config.attentionCap() != 0;
    for (int window : config.windows().stream().distinct().toList()) {
      text.line(
          "    m%d = self.mask(seg, torch.size(ids, 1), %d, %s)",
          window, window, always ? "True" : "False");
    }
  }

  private void body() {
    text.line(
        "  def body(self, %sseed: int, train: bool, R: List[Tensor], G: List[Tensor],"
            + " W: List[Tensor]%s) -> Tensor:",
        BATCH, factors());
    preparation();
    text.line("    x = self.embed(ids, G[0])");
    for (int layer = 0; layer < config.layers(); layer++) {
      text.line("    %s", call(layer, "x", "x", "W", "L"));
    }
    text.line("    return %s", lastNorm("x"));
  }

  private String lastNorm(String input) {
    return "torch.rms_norm(%s, [%d], %s, %s)"
        .formatted(
            input, config.hidden(), LayerScript.normWeight(config, "G[1]"), config.normEpsilon());
  }

  /// Loss and derivatives of the head: the sum over all rows, the derivative of what goes in,
  /// then those of what learns.
  private void head() {
    int rows = LogitPieces.rows(config.vocabulary());
    String parameters =
        adaptation == null ? "[E]" : headLearns() ? "H" : "annotate(List[Tensor], [])";
    text.line(
        "  def head(self, h: Tensor, tgt: Tensor, scale: Tensor, seed: int, E: Tensor%s) ->"
            + " List[Tensor]:",
        headFactors());
    text.line("    P = %s", parameters);
    text.line("    n = torch.size(h, 0)");
    text.line("    total = torch.zeros([], dtype=7, device=h.device)");
    text.line("    parts = annotate(List[Tensor], [])");
    text.line("    sums = [torch.zeros_like(p) for p in P]");
    if (adaptation != null && adaptation.head() && adaptation.dropout() > 0) {
      text.line("    torch.manual_seed(seed + %d)", config.layers());
    }
    text.line("    for i in range((n + %d) // %d):", rows - 1, rows);
    text.line("      e = min(i * %d + %d, n)", rows, rows);
    text.line(
        "      p = torch.requires_grad_(torch.detach(torch.slice(h, 0, i * %d, e, 1)), True)",
        rows);
    text.line("      z = self.project(p, E%s, True)", headFactors().isEmpty() ? "" : ", H");
    text.line(
        "      l = torch.cross_entropy_loss(z, torch.slice(tgt, 0, i * %d, e, 1), None, 2, -100,"
            + " 0.)",
        rows);
    text.line("      g = self.derive(l, [p] + P, scale)");
    text.line("      parts.append(g[0])");
    text.line("      for j in range(len(P)):");
    text.line("        torch.add_(sums[j], g[j + 1])");
    text.line("      total = total + torch.to(torch.detach(l), 7)");
    text.line("    return [total, torch.cat(parts, 0)] + sums");
  }

  private void gradientsHead() {
    text.line(
        "  def gradients(self, %s%sscale: Tensor, start: Tensor, R: List[Tensor], G: List[Tensor],"
            + " W: List[Tensor]%s) -> List[Tensor]:",
        BATCH, LOSS, factors());
    text.line("    seed = int(start)");
    text.line("    train = True");
  }

  private String headCall() {
    return "self.head(h, tgt, scale, seed, %s%s)".formatted(headWeight(), headFactorsArgument());
  }

  private void gradients() {
    gradientsHead();
    text.line("    x = self.body(%s)", "ids, pos, seg, seed, train, R, G, W" + factorsArgument());
    text.line("    h = torch.index_select(x, 0, idx)");
    text.line("    r = %s", headCall());
    if (adaptation == null) {
      text.line("    g = self.derive(h, [G[0], G[1]] + W, r[1])");
      join("g[0]", "g[1]", "torch.slice(g, 2, len(g), 1)");
    } else {
      text.line("    g = self.derive(h, torch.slice(L, 0, %d, 1), r[1])", bodyFactors());
      text.line("    return [r[0]] + g + torch.slice(r, 2, len(r), 1)");
    }
  }

  /// Returns the gradients of all weights in the order of G and then W.
  private void join(String embedding, String norm, String layers) {
    if (config.tied()) {
      text.line("    return [r[0], torch.add_(%s, r[2]), %s] + %s", embedding, norm, layers);
    } else {
      text.line("    return [r[0], %s, %s, r[2]] + %s", embedding, norm, layers);
    }
  }

  /// The same, with nothing kept of a layer but what went in.
  private void gradientsAgain() {
    gradientsHead();
    preparation();
    boolean full = adaptation == null;
    text.line("    F = self.frozen(%s)", full ? "W" : "L");
    text.line("    x0 = self.embed(ids, %s)", full ? "torch.detach(G[0])" : "G[0]");
    for (int layer = 0; layer < config.layers(); layer++) {
      text.line("    %s", call(layer, "x" + (layer + 1), "x" + layer, full ? "F" : "W", "F"));
    }
    text.line("    y = torch.requires_grad_(torch.detach(x%d), True)", config.layers());
    text.line("    h = torch.index_select(%s, 0, idx)", lastNorm("y"));
    text.line("    r = %s", headCall());
    text.line("    g = self.derive(h, [y]%s, r[1])", full ? " + [G[1]]" : "");
    if (full) {
      text.line("    gn = g[1]");
    }
    text.line("    d = g[0]");
    List<String> found = new ArrayList<>();
    int lowest = lowestLearning();
    for (int layer = config.layers() - 1; layer >= lowest; layer--) {
      again(layer, full || layer > lowest);
      found.addFirst("g" + layer);
    }
    String all =
        found.isEmpty()
            ? "annotate(List[Tensor], [])"
            : found.stream().collect(Collectors.joining(" + "));
    if (full) {
      text.line("    g = self.derive(self.embed(ids, G[0]), [G[0]], d)");
      join("g[0]", "gn", all);
    } else {
      text.line("    return [r[0]] + %s + torch.slice(r, 2, len(r), 1)", all);
    }
  }

  private int lowestLearning() {
    int layer = 0;
    while (layer < config.layers() && adaptation != null && adaptation.factors(layer) == 0) {
      layer++;
    }
    return layer;
  }

  private void again(int layer, boolean passesOn) {
    int perLayer = LayerNames.of(config).size();
    text.line(
        "    y = torch.requires_grad_(torch.detach(x%d), %s)", layer, passesOn ? "True" : "False");
    text.line("    %s", call(layer, "o", "y", "W", "L"));
    String parameters;
    if (adaptation == null) {
      parameters = "torch.slice(W, %d, %d, 1)".formatted(layer * perLayer, (layer + 1) * perLayer);
    } else if (adaptation.factors(layer) == 0) {
      parameters = "annotate(List[Tensor], [])";
    } else {
      int before = 0;
      for (int i = 0; i < layer; i++) {
        before += adaptation.factors(i);
      }
      parameters =
          "torch.slice(L, %d, %d, 1)".formatted(before, before + adaptation.factors(layer));
    }
    text.line("    g = self.derive(o, %s%s, d)", passesOn ? "[y] + " : "", parameters);
    if (passesOn) {
      text.line("    d = g[0]");
    }
    text.line("    g%d = torch.slice(g, %d, len(g), 1)", layer, passesOn ? 1 : 0);
  }

  private void evaluate() {
    int rows = LogitPieces.rows(config.vocabulary());
    text.line(
        "  def evaluate(self, %s%sR: List[Tensor], G: List[Tensor], W: List[Tensor]%s) -> Tensor:",
        BATCH, LOSS, factors());
    text.line("    x = self.body(ids, pos, seg, 0, False, R, G, W%s)", factorsArgument());
    text.line("    h = torch.index_select(x, 0, idx)");
    text.line("    n = torch.size(h, 0)");
    text.line("    total = torch.zeros([], dtype=7, device=h.device)");
    text.line("    for i in range((n + %d) // %d):", rows - 1, rows);
    text.line("      e = min(i * %d + %d, n)", rows, rows);
    text.line(
        "      z = self.project(torch.slice(h, 0, i * %d, e, 1), %s%s, False)",
        rows, headWeight(), headFactorsArgument());
    text.line(
        "      l = torch.cross_entropy_loss(z, torch.slice(tgt, 0, i * %d, e, 1), None, 2, -100,"
            + " 0.)",
        rows);
    text.line("      total = total + torch.to(l, 7)");
    text.line("    return total");
    text.line(
        "  def logits(self, %sR: List[Tensor], G: List[Tensor], W: List[Tensor]%s) -> Tensor:",
        BATCH, factors());
    text.line("    x = self.body(ids, pos, seg, 0, False, R, G, W%s)", factorsArgument());
    text.line("    return self.project(x, %s%s, False)", headWeight(), headFactorsArgument());
  }
}

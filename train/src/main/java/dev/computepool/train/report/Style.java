package dev.computepool.train.report;

/// How the page looks: on a screen, light or dark as its reader has it, and on paper.
final class Style {
  private static final String LIGHT =
      """
      --paper: #ffffff; --ink: #1d2329; --soft: #5b6570; --rule: #dde2e7; --box: #f5f7f9;
      --s0: #1f6fb5; --s1: #c2410c; --good: #18794e; --bad: #b42318; --doubt: #8a5a00;
      """;

  static final String CSS =
      """
      :root { %1$s }
      @media (prefers-color-scheme: dark) {
      :root {
      --paper: #14181c; --ink: #e4e8ec; --soft: #9aa5b1; --rule: #333b44; --box: #1d2329;
      --s0: #6cb2f0; --s1: #fb923c; --good: #5fcf94; --bad: #ff8a7d; --doubt: #e5b45a;
      }
      }
      @media print { :root { %1$s } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
      main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
      h1 { font-size: 1.6rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
      header p { margin: .2rem 0; overflow-wrap: anywhere; }
      code, pre { font: 13px/1.45 ui-monospace, monospace; }
      pre { margin: 0; padding: .6rem .8rem; background: var(--box); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
      .status { padding: .1rem .55rem; border: 1px solid; border-radius: 1rem; font-weight: 600; }
      .completed, .running { color: var(--good); }
      .failed, .died { color: var(--bad); }
      .stopped { color: var(--doubt); }
      .reason { color: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; }
      figure { margin: 1.4rem 0 0; break-inside: avoid; }
      figcaption { font-weight: 600; }
      .key { margin-left: 1rem; font-weight: 400; color: var(--soft); }
      .key::before { content: ""; display: inline-block; width: 1rem; border-top: 3px solid var(--c); margin-right: .35rem; vertical-align: middle; }
      .s0 { --c: var(--s0); }
      .s1 { --c: var(--s1); }
      svg { display: block; width: 100%%; height: auto; }
      svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
      .grid { stroke: var(--rule); }
      .line, .thin { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
      .thin { stroke-width: 1; stroke-dasharray: 4 3; }
      .mark { fill: var(--c); }
      .hit { fill: var(--c); opacity: 0; }
      .point:hover .hit { opacity: .8; }
      section { break-inside: auto; }
      table { width: 100%%; border-collapse: collapse; }
      th, td { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--rule); }
      th { width: 15rem; font-weight: 400; color: var(--soft); }
      th, td { overflow-wrap: anywhere; }
      tr, dt { break-inside: avoid; }
      h2, dt { break-after: avoid; }
      dt { margin-top: .7rem; color: var(--soft); }
      dd { margin: .2rem 0 0; }
      """
          .formatted(LIGHT);

  private Style() {}
}

#!/usr/bin/env bash
# How well and how fast pages become text: the four sets of ../shared/extraction, the best of its baselines beside ours,
# and the cost of a page as a multiple of Jsoup.parse of the same page. Needs python3 and a JDK 25; skips without the kit.
#
#   bench/extraction.sh [KIT]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kit=${1:-$root/../shared/extraction}
if [ ! -f "$kit/evaluate.py" ]; then
  echo "skipped: no extraction kit at $kit" >&2
  exit 0
fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
"$root/bin/computepool" --version >/dev/null
for set in articles readability docs web; do
  "$root/bin/computepool" train extract "$kit/$set/html" --ndjson -q >"$work/$set.ndjson" 2>/dev/null
  python3 - "$work/$set.ndjson" "$work/$set.json" <<'PY'
import json, sys
pages = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
json.dump({p["id"]: {"markdown": p.get("markdown", "")} for p in pages}, open(sys.argv[2], "w"))
PY
  python3 "$kit/evaluate.py" "$set" "$work/$set.json" --json "$work/$set.scores" >/dev/null
done
java=$(ls -d "${JAVA_HOME:-/nonexistent}"/bin/java /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1 || true)
"${java:-java}" -XX:+UseSerialGC -cp "$root/cli/target/lib/*" "$root/bench/ExtractionCost.java" \
  "$kit"/{articles,readability,docs,web}/html >"$work/cost"
python3 - "$work" "$kit/README.md" <<'PY'
import json, re, sys
work, readme = sys.argv[1:]
cost = open(work + "/cost").read().split("\n")
print("| set | system | F1 | P | R | | cost: median, p95, worst |")
print("|---|---|---|---|---|---|---|")
for set_, line in zip(["articles", "readability", "docs", "web"], cost):
    t = json.load(open(f"{work}/{set_}.scores"))["total"]
    more = ""
    if set_ == "docs":
        more = f"code {t['code_verbatim_page_mean']:.3f}, headings {t['headings_marked']:.3f}"
    if set_ == "web":
        more = f"with {t['with_rate']:.3f}, leak {t['without_rate']:.3f}"
    print(f"| {set_} | **ours** | {t['f1']:.3f} | {t['precision']:.3f} | {t['recall']:.3f} | {more} | {line.replace(' |', ',')} |")
    table = open(readme, encoding="utf-8").read().split(f"### {set_}\n")[1].split("\n\n")[0]
    rows = [r.strip("| ").split(" | ") for r in table.strip().split("\n")[2:]]
    for row in sorted(rows, key=lambda r: -float(r[1]))[:4]:
        rest = ""
        if set_ == "docs":
            rest = f"code {row[4]}, headings {row[7]}"
        if set_ == "web":
            rest = f"with {row[5]}, leak {row[6]}"
        print(f"| {set_} | {row[0]} | {row[1]} | {row[2]} | {row[3]} | {rest} | |")
PY

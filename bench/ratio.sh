#!/usr/bin/env bash
# Runs two commands in turn and prints a line of a Markdown table: the medians of their wall and CPU times, how
# they compare, and the ratio of the medians of wall time.
#
#   bench/ratio.sh RUNS NAME OURS THEIRS [BEFORE]
#
# OURS and THEIRS are shell commands; BEFORE is run, unmeasured, before each of them, and then SETTLE seconds (0) pass: a virtual
# machine gives the memory of a file that was removed back to its host only after some, and whoever is there before finds it still.
set -euo pipefail
runs=$1 name=$2 ours=$3 theirs=$4 before=${5:-:}
TIMEFORMAT='%R %U %S'

measure() { # COMMAND FILE: appends "wall cpu"
  bash -c "$before" >/dev/null 2>&1
  sleep "${SETTLE-0}"
  local times
  times=$({ time bash -c "$1" >/dev/null 2>&1; } 2>&1) || { echo "failed: $1" >&2; exit 1; }
  awk '{ print $1, $2 + $3 }' <<<"$times" >>"$2"
}
median() { # FILE COLUMN
  awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for ((i = 0; i < runs; i++)); do
  measure "$ours" "$work/ours"
  measure "$theirs" "$work/theirs"
done
a=$(median "$work/ours" 1) b=$(median "$work/theirs" 1)
ca=$(median "$work/ours" 2) cb=$(median "$work/theirs" 2)
worst=$(sort -n "$work/ours" | tail -1 | cut -d' ' -f1)
awk -v n="$name" -v a="$a" -v b="$b" -v ca="$ca" -v cb="$cb" -v w="$worst" \
  'BEGIN { printf "| %s | %.3f s (cpu %.2f, worst %.3f) | %.3f s (cpu %.2f) | %.2f | %.2f |\n", n, a, ca, w, b, cb, a / b, (cb > 0 ? ca / cb : 0) }'

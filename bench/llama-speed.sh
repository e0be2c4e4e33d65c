#!/bin/bash
# What does it cost to call llama.cpp from here? Whole runs of llama-quantize and `cp quantize`, tokens a
# second of llama-bench and `cp bench model`, whole runs of llama-imatrix, llama-perplexity and ours; in turn,
# the median of each, and the quotient.
#
#   bench/llama-speed.sh PEERS [RUNS] [SIZE]
#
# With BRIEF=1 only what has a target: quantizing and llama-bench.
# PEERS is what build-peers.sh made. Both sides use the library that was built there, so that only what is
# around it differs. RUNS is 9, SIZE of the model 500MB unless given.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peers=$(cd "${1:?usage: llama-speed.sh PEERS [RUNS] [SIZE]}" && pwd)
runs=${2-9} size=${3-500MB} threads=$(nproc)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp=$root/bin/computepool library=$peers/build/bin

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { sort -n "$1" | awk 'NR == 1 { a = $1 } END { print a "…" $1 }'; }
# Nobody works while the disk still writes what another left. A virtual machine gives the memory of files that were removed back to
# its host only after some seconds.
seconds() { sync; sleep "${SETTLE-3}"; local start=${EPOCHREALTIME/./}; "$@" >/dev/null 2>&1; echo "$(((${EPOCHREALTIME/./} - start) / 1000))" | awk '{ print $1 / 1000 }'; }

row() { # what theirs ours unit better
  awk -v what="$1" -v a="$(median "$2")" -v b="$(median "$3")" -v sa="$(spread "$2")" -v sb="$(spread "$3")" -v unit="$4" \
    'BEGIN { printf "| %s | %.3f %s (%s) | %.3f %s (%s) | %.3f |\n", what, a, unit, sa, b, unit, sb, b / a }'
}

echo "llama.cpp $("$cp" --version -v --json | sed -n 's/.*"version": "\(0[^"]*\)".*/\1/p' | tail -1), $threads threads, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
"$cp" gguf sample "$work/model.gguf" --size "$size" >/dev/null
echo "model: $(stat -c %s "$work/model.gguf") bytes, f16; $runs runs of each in turn"
echo
echo "| what | llama.cpp's tool | ours | ours / theirs |"
echo "|---|---:|---:|---:|"
cat "$work/model.gguf" >/dev/null
for type in Q4_K_M Q8_0; do
  for ((i = 0; i < runs; i++)); do
    seconds "$peers/bin/llama-quantize" "$work/model.gguf" "$work/out.gguf" $type "$threads" >>"$work/quantize-$type.theirs"
    sha256sum "$work/out.gguf" >"$work/sum"
    rm "$work/out.gguf"
    seconds "$cp" quantize "$work/model.gguf" "$work/out.gguf" --type $type --threads "$threads" --llama-lib "$library" \
      >>"$work/quantize-$type.ours"
    sha256sum -c --quiet "$work/sum"
    rm "$work/out.gguf"
  done
  row "quantize to $type" "$work/quantize-$type.theirs" "$work/quantize-$type.ours" s
done

"$cp" quantize "$work/model.gguf" "$work/small.gguf" --type q4_k_m >/dev/null
for ((i = 0; i < runs; i++)); do
  "$peers/bin/llama-bench" -m "$work/small.gguf" -p 128 -n 32 -r 2 -t "$threads" -o json 2>/dev/null |
    awk -F'[:,]' '/"avg_ts"/ { print $2 > ("'"$work"'/bench-" ++n) }'
  cat "$work/bench-1" >>"$work/pp.theirs"
  cat "$work/bench-2" >>"$work/tg.theirs"
  "$cp" bench model "$work/small.gguf" -p 128 -n 32 -r 2 -t "$threads" --llama-lib "$library" --json |
    awk -F'[:,]' '/"mean"/ { print $2 > ("'"$work"'/bench-" ++n) }'
  cat "$work/bench-1" >>"$work/pp.ours"
  cat "$work/bench-2" >>"$work/tg.ours"
done
row "pp128, tokens a second" "$work/pp.theirs" "$work/pp.ours" ""
row "tg32, tokens a second" "$work/tg.theirs" "$work/tg.ours" ""

[ -z "${BRIEF-}" ] || exit 0
# Whole runs over a text; both must say the same.
for ((i = 0; i < 12; i++)); do cat "$root/gguf/src/main/resources/dev/computepool/gguf/sample/corpus.txt"; done >"$work/text"
cd "$work" # imatrix records the name of its text
for ((i = 0; i < runs; i++)); do
  rm -f imatrix-*.gguf
  seconds "$peers/bin/llama-imatrix" -m small.gguf -f text -o imatrix-1.gguf -c 512 --chunks 4 -t "$threads" >>imatrix.theirs
  seconds "$cp" imatrix small.gguf -f text -o imatrix-2.gguf -c 512 --chunks 4 -t "$threads" --llama-lib "$library" >>imatrix.ours
  "$cp" gguf diff imatrix-1.gguf imatrix-2.gguf >diff || cat diff >&2
done
row "imatrix over 2048 tokens" imatrix.theirs imatrix.ours s
for ((i = 0; i < runs; i++)); do
  seconds "$peers/bin/llama-perplexity" -m small.gguf -f text -c 512 --chunks 4 -t "$threads" >>perplexity.theirs
  seconds "$cp" bench perplexity small.gguf -f text -c 512 --chunks 4 -t "$threads" --llama-lib "$library" >>perplexity.ours
done
row "perplexity over 2048 tokens" perplexity.theirs perplexity.ours s
echo
echo "perplexity: $("$peers/bin/llama-perplexity" -m small.gguf -f text -c 512 --chunks 4 -t "$threads" 2>&1 | sed -n 's/^.*Final estimate: //p') of theirs, $("$cp" bench perplexity small.gguf -f text -c 512 --chunks 4 -t "$threads" --llama-lib "$library" --json | sed -n 's/.*"perplexity": \([0-9.]*\).*/\1/p') of ours"

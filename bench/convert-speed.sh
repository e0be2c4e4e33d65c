#!/usr/bin/env bash
# Is converting a bf16 directory about as fast as copying it?
#
#   bench/convert-speed.sh WORK [GIB] [RUNS]
#
# Makes a Llama of GIB (default 2) GiB bf16 in WORK, in two parts, then alternates RUNS (default 7) times
#   copy     cat of all its parts into one file
#   convert  computepool convert --outtype auto (bf16 -> bf16)
#   f16      computepool convert --outtype f16
#   q8_0     computepool convert --outtype q8_0
# (with BRIEF=1 only the first two), SETTLE seconds (3) after the last output was removed: a virtual machine gives its memory back to
# the host meanwhile, and whoever is there before finds it still
# each ended by a sync of its output, and prints the median seconds of each, GiB/s of the source, and the speed of convert
# as a share of the copy's. The converter runs with a heap of 400 MB, and fails if that is too little. WORK needs room for
# twice the model. Ends with 1 if the share is less than 0.8.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mkdir -p "$1" && cd "$1" && pwd)
gib=${2:-2} runs=${3:-7}
java_home=${COMPUTEPOOL_JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}
model=$work/model-$gib
if [ ! -f "$model/made" ]; then
  "$java_home/bin/java" -Xmx400m -cp "$root/gguf/target/test-classes:$root/cli/target/computepool/lib/*" \
    dev.computepool.convert.tiny.LargeModel "$model" "$gib"
  touch "$model/made"
fi
bytes=$(cat "$model"/*.safetensors | wc -c)
now() { date +%s.%N; }
measure() { # NAME COMMAND...
  name=$1
  shift
  rm -f "$work/out"
  sync
  sleep "${SETTLE-3}"
  start=$(now)
  "$@"
  sync "$work/out"
  echo "$name $(echo "$(now) - $start" | bc -l)" >>"$work/times"
}
copy() { cat "$model"/*.safetensors >"$work/out"; }
convert() {
  JAVA_TOOL_OPTIONS=-Xmx400m "$root/bin/computepool" convert "$model" -o "$work/out" --outtype "$1" -q >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
}
: >"$work/times"
for ((run = 0; run < runs; run++)); do
  measure copy copy
  measure convert convert auto
  [ -n "${BRIEF-}" ] || measure f16 convert f16
  [ -n "${BRIEF-}" ] || measure q8_0 convert q8_0
done
rm -f "$work/out"
median() { grep "^$1 " "$work/times" | cut -d' ' -f2 | sort -n | sed -n "$((runs / 2 + 1))p"; }
grep -m1 'model name' /proc/cpuinfo || true
"$java_home/bin/java" -version 2>&1 | sed -n 2p
for name in copy convert $([ -n "${BRIEF-}" ] || echo f16 q8_0); do
  seconds=$(median $name)
  spread=$(grep "^$name " "$work/times" | cut -d' ' -f2 | sort -n | sed -n '1p;$p' | tr '\n' ' ')
  printf '%-8s median %.2f s of %s (%s) %.2f GiB/s\n' "$name" "$seconds" "$runs" "$spread" \
    "$(echo "$bytes / $seconds / 2^30" | bc -l)"
done
share=$(echo "$(median copy) / $(median convert)" | bc -l)
printf 'convert has %.2f of the speed of copy\n' "$share"
[ "$(echo "$share >= 0.8" | bc -l)" = 1 ]

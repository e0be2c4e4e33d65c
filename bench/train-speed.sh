#!/bin/bash
# How fast, and in how much memory, is LoRA here beside PyTorch with peft? Whole processes in turn on the same
# weights, batch, targets and threads, f32 with fused AdamW: the medians of a step, of the peak of memory, and of the
# time from the start of the process to the end of the second step; then with gradient checkpointing.
#
#   bench/train-speed.sh PYTHON [RUNS] [THREADS] [MODELS]
#
# PYTHON has torch, transformers and peft. RUNS is 5 unless given, THREADS the number of processors, MODELS '10M 100M'.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${1:?usage: train-speed.sh PYTHON [RUNS] [THREADS] [MODELS]} runs=${2-5} threads=${3-$(nproc)} models=${4-10M 100M}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java=$(ls -d "${JAVA_HOME:-/nonexistent}"/bin/java /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1 || true)
lib=$root/cli/target/computepool/lib
[ -f "$lib/torch/linux-x86_64/libtorch.so" ] || { echo "no PyTorch library in $lib: build first" >&2; exit 1; }
mkdir "$work/classes"
"${java}c" -cp "$lib/*" -d "$work/classes" "$root/bench/TrainSpeed.java"
"${java%java}jar" cf "$work/speed.jar" -C "$work/classes" .
"$python" "$root/bench/train-speed.py" --make "$work" >/dev/null 2>&1

# Ours starts from a cache of loaded classes, as the launcher starts every command; Python has its compiled modules from --make.
# Waiting threads sleep on both sides. Large pages are what the launcher asks for; to have them on the other side too, set
# the variable for this script.
export OMP_WAIT_POLICY=PASSIVE
options=(-Xmx64m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$work/speed.jar:$(printf '%s:' "$lib"/*.jar)")
ours() { GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$java" -XX:AOTCache="$work/speed.aot" "${options[@]}" TrainSpeed "$@" "$(date +%s%3N)"; }
theirs() { "$python" "$root/bench/train-speed.py" "$@" "$(date +%s%3N)" 2>/dev/null; }
"$java" -XX:AOTCacheOutput="$work/speed.aot" "${options[@]}" TrainSpeed "$work/10M" 4 256 3 "$threads" false 0 >"$work/cache.log" 2>&1 ||
  { cat "$work/cache.log" >&2; exit 1; }
median() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk 'NR == 1 { a = $1 } END { printf "%d…%d", a, $1 }'; }

echo "$("$java" -version 2>&1 | head -1), torch $("$python" -c 'import torch; print(torch.__version__)') on the other side, $threads threads, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
echo
echo "| model, checkpointing | | PyTorch + peft | ours | ours / theirs |"
echo "|---|---|---:|---:|---:|"
for model in $models; do
  steps=$([ $model = 10M ] && echo 20 || echo 8)
  for checkpointing in false true; do
    name=$model-$checkpointing
    for ((i = 0; i < runs; i++)); do
      theirs "$work/$model" 4 256 "$steps" "$threads" $checkpointing >>"$work/$name.theirs"
      ours "$work/$model" 4 256 "$steps" "$threads" $checkpointing >>"$work/$name.ours"
    done
    column=1
    for what in "ms a step" "ms of CPU a step" "peak MB" "ms to the second step"; do
      a=$(median "$work/$name.theirs" $column) b=$(median "$work/$name.ours" $column)
      awk -v n="$model, $checkpointing" -v what="$what" -v a="$a" -v b="$b" -v sa="$(spread "$work/$name.theirs" $column)" \
        -v sb="$(spread "$work/$name.ours" $column)" 'BEGIN { printf "| %s | %s | %.0f (%s) | %.0f (%s) | %.2f |\n", n, what, a, sa, b, sb, b / a }'
      column=$((column + 1))
    done
  done
done

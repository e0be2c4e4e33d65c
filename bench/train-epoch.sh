#!/bin/bash
# Useful tokens a second over an epoch of chats of mixed lengths: cp train run beside TRL's SFTTrainer with its defaults
# (batches of 8, padded, gradient checkpointing on), and without checkpointing. The same model of 9 M weights in f32, examples,
# LoRA, batch and threads, in turn; the tokens are the same on both sides, so the ratio is that of the times.
#
#   bench/train-epoch.sh PYTHON [RUNS] [THREADS]
#
# PYTHON has torch, transformers, peft, datasets and trl. RUNS is 5 unless given, THREADS the number of processors.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${1:?usage: train-epoch.sh PYTHON [RUNS] [THREADS]} runs=${2-5} threads=${3-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp=$root/bin/computepool
"$cp" gguf sample model --hugging-face --size 18MiB --quiet >/dev/null
"$python" "$root/bench/train-epoch.py" --make data.jsonl

ours() {
  rm -rf run
  "$cp" train init --model model --dataset data.jsonl --output run --set input.validation_split=0 --set training.epochs=1 \
    --set training.batch_size=8 --set training.gradient_accumulation_steps=1 --set training.max_seq_len=1024 \
    --set training.threads="$threads" --set training.gradient_checkpointing="$1" \
    --set lora.target_modules=all-linear --set lora.dropout=0 --quiet >/dev/null
  "$cp" train run run/computepool.train.yml --quiet --progress none >/dev/null
  "$python" - run/output/run-*/ <<'END'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1] + 'metrics.jsonl')]
print(f"{rows[-1]['elapsed_s']:.2f} {max(row['memory_bytes'] for row in rows) >> 20} {rows[-1]['loss']:.4f}")
END
}
theirs() { "$python" "$root/bench/train-epoch.py" model data.jsonl "$threads" "$1" 2>/dev/null | tail -1; }
median() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk 'NR == 1 { a = $1 } END { printf "%s…%s", a, $1 }'; }

for ((i = 0; i < runs; i++)); do
  theirs default >>theirs.default
  ours false >>ours.off
  theirs false >>theirs.off
done
a=$(median theirs.default 1) b=$(median ours.off 1) c=$(median theirs.off 1)
echo "$("$python" -c 'import trl, torch; print("trl", trl.__version__, "torch", torch.__version__)'), $threads threads, $runs runs, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
echo
echo "| an epoch of 120 chats | seconds | ours: times the tokens a second |"
echo "|---|---:|---:|"
echo "| cp train run, batches of 8 in buckets | $b ($(spread ours.off 1)) | |"
echo "| SFTTrainer, defaults | $a ($(spread theirs.default 1)) | $(awk "BEGIN { printf \"%.2f\", $a / $b }") |"
echo "| SFTTrainer without checkpointing | $c ($(spread theirs.off 1)) | $(awk "BEGIN { printf \"%.2f\", $c / $b }") |"

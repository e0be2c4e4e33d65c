#!/bin/bash
# Does `cp quantize` write what llama-quantize writes, of any model and with any option? Both quantize each model in
# each way, and whole files are compared; what one refuses the other has to refuse.
#
#   bench/quantize-differ.sh PEERS MODEL.gguf...
#
# PEERS is what build-peers.sh made. MODELs are of 16 or 32 bits; those that `cp convert` makes of make_families.py's are
# small and have every kind of tensor. Ends with 1 if anything differs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peers=$(cd "${1:?usage: quantize-differ.sh PEERS MODEL.gguf...}" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
equal=0 refused=0 different=0
cp=$root/bin/computepool

# compare MODEL TYPE OPTIONS...: in the work folder, for names are recorded in results.
compare() {
  local model=$1 type=$2 theirs=done ours=done
  shift 2
  rm -rf theirs ours
  mkdir theirs ours
  "$peers/bin/llama-quantize" "$@" "$model" theirs/out.gguf "$type" 2 >theirs.log 2>&1 || theirs=refused
  "$cp" quantize "$model" ours/out.gguf --type "$type" --threads 2 "$@" --quiet </dev/null >ours.log 2>&1 || ours=refused
  [ "$theirs" = done ] || rm -f theirs/* # it leaves what it began
  if [ "$theirs" = "$ours" ] && diff -r theirs ours >/dev/null; then
    if [ "$ours" = done ]; then equal=$((equal + 1)); else refused=$((refused + 1)); fi
  else
    different=$((different + 1))
    echo "different  $name  $type $*: theirs $theirs, ours $ours; $(tail -1 ours.log)"
  fi
}

cd "$work"
for path in "$@"; do
  path=$(cd "$OLDPWD" && realpath "$path")
  name=${path##*/}
  ln -sf "$path" model.gguf
  before=$different
  for type in Q8_0 Q4_K_M Q2_K IQ4_XS Q4_0 F16 BF16 F32 COPY; do compare model.gguf "$type"; done
  compare model.gguf Q4_K_M --pure
  compare model.gguf Q5_K_M --leave-output-tensor --prune-layers 0
  compare model.gguf Q6_K --tensor-type attn=q5_1 --token-embedding-type iq4_nl --override-kv some.key=int:7
  compare model.gguf IQ3_S
  compare model.gguf IQ2_XS
  # A file that does not say what it is: the library guesses.
  "$cp" gguf set model.gguf --remove general.file_type -o untyped.gguf >/dev/null 2>&1 && compare untyped.gguf COPY

  # Every type that can be quantized again.
  for type in Q8_0 Q4_1 Q5_K_S Q3_K_L IQ4_NL TQ2_0 Q2_K; do
    "$peers/bin/llama-quantize" model.gguf again.gguf "$type" 2 >log 2>&1 || continue
    compare again.gguf Q4_0 --allow-requantize
    compare again.gguf COPY
  done

  if "$peers/bin/llama-gguf-split" --split --split-max-tensors 9 model.gguf part >log 2>&1; then
    first=$(ls part-00001-of-*.gguf)
    compare "$first" Q4_K_S --keep-split
    compare "$first" Q8_0
    compare "$first" Q8_0 --keep-split --prune-layers 1
    rm part-*.gguf
    "$peers/bin/llama-gguf-split" --split --no-tensor-first-split --split-max-tensors 12 model.gguf part >log 2>&1
    compare "$(ls part-00001-of-*.gguf)" Q4_0 --keep-split
    rm part-*.gguf
  fi

  if "$peers/bin/llama-imatrix" -m model.gguf -f "$root/gguf/src/main/resources/dev/computepool/gguf/sample/corpus.txt" \
    -o imatrix.gguf -c 128 --chunks 4 -t 2 >log 2>&1; then
    for type in Q4_K_M Q2_K_S IQ2_XXS IQ1_M IQ3_XXS Q4_0; do compare model.gguf "$type" --imatrix imatrix.gguf; done
    compare model.gguf IQ2_M --imatrix imatrix.gguf --prune-layers 0
    rm imatrix.gguf
  fi
  rm -f ./*.gguf
  echo "$name: $([ "$before" = "$different" ] && echo "no difference" || echo "$((different - before)) different")"
done
echo "$equal equal, $refused refused by both, $different different"
[ "$different" = 0 ]

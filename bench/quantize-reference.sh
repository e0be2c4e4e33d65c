#!/bin/sh
# Does `cp quantize` write what llama-quantize writes? Every line of a list of hashes is made again:
# types, importance matrices, types of single tensors, pruned layers.
#
#   bench/quantize-reference.sh PEERS [LIST]
#
# PEERS is what build-peers.sh made (its models are quantized, its tools are not used), LIST a file of
# lines `SHA-256  TYPE [imatrix] [OPTIONS]`, where `refused` stands for a hash that there is none of.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
peers=$(cd "${1:?usage: quantize-reference.sh PEERS [LIST]}" && pwd)
list=${2-$root/../shared/reference/quantize-sha256.txt}
list=$(cd "$(dirname "$list")" && pwd)/${list##*/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
right=0 wrong=0

# The name of the importance matrix is stored in the result, so it is given as it was then: from its folder.
cd "$peers/models"
while read -r expected type options; do
  case $expected in '' | '#'*) continue ;; esac
  case $options in imatrix) options='--imatrix tiny-llama-imatrix.gguf' ;; esac
  rm -f "$work/out.gguf"
  # shellcheck disable=SC2086 # several options in one word
  if "$root/bin/computepool" quantize tiny-llama-f16.gguf "$work/out.gguf" --type "$type" --threads 2 $options \
    </dev/null >"$work/log" 2>&1; then
    actual=$(sha256sum "$work/out.gguf" | cut -d' ' -f1)
  else
    actual=refused
  fi
  if [ "$actual" = "$expected" ]; then
    right=$((right + 1))
    echo "equal   $type $options"
  else
    wrong=$((wrong + 1))
    echo "DIFFERS $type $options: $actual, expected $expected"
    cat "$work/log"
  fi
done <"$list"
echo "$right equal, $wrong different"
[ "$wrong" = 0 ] && [ "$right" -gt 0 ]

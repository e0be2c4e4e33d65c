#!/bin/sh
# Takes the hashes that QuantizedBytesTest compares with: what llama-quantize makes of the sample that
# `cp gguf sample --size 4MB` writes, for every type.
#
#   bench/quantize-hashes.sh PEERS >>gguf/src/test/resources/dev/computepool/llama/quantize/llama-quantize.txt
#
# PEERS is what build-peers.sh made; the lines that were there before have to be removed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
peers=$(cd "${1:?usage: quantize-hashes.sh PEERS}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

hash() { sha256sum "$1" | cut -d' ' -f1; }

"$root/bin/computepool" gguf sample sample.gguf --size 4MB >&2
echo "$(hash sample.gguf)  sample.gguf  itself"
for type in Q1_0 Q2_0 Q4_0 Q4_1 MXFP4_MOE Q5_0 Q5_1 IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ1_S IQ1_M TQ1_0 TQ2_0 Q2_K Q2_K_S \
  IQ3_XXS IQ3_S IQ3_M IQ3_XS Q3_K_S Q3_K_M Q3_K_L IQ4_NL IQ4_XS Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K Q8_0 F16 BF16 F32 COPY; do
  rm -f out.gguf
  if "$peers/bin/llama-quantize" sample.gguf out.gguf "$type" 2 >log 2>&1; then
    echo "$(hash out.gguf)  sample.gguf  $type"
  else
    echo "refused  sample.gguf  $type"
  fi
done

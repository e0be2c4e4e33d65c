#!/usr/bin/env bash
# Converts what llama.cpp's converter was given when its hashes were taken, and compares ours with each of them.
#
#   bench/convert-reference.sh PEERS [WORK]
#
# PEERS is the folder that ../shared/reference/build-peers.sh filled (`build-peers.sh PEERS python models`); WORK is where
# the models of make_families.py are made (900 MB) and results are written one at a time; default: a temporary folder.
# Ends with 1 if a line of reference-sha256.txt or families-sha256.txt differs or was not compared.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
shared=$(cd "$root/../shared/reference" && pwd)
peers=$(cd "$1" && pwd)
if [ $# -gt 1 ]; then
  work=$(mkdir -p "$2" && cd "$2" && pwd)
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
compared=0 different=0

# compare NAME EXPECTED ARGUMENTS...: what `convert ARGUMENTS` writes has that hash.
compare() {
  name=$1 expected=$2
  shift 2
  "$root/bin/computepool" convert "$@" -o "$work/out.gguf" --force --quiet >/dev/null
  actual=$(sha256sum "$work/out.gguf" | cut -d' ' -f1)
  rm "$work/out.gguf"
  compared=$((compared + 1))
  if [ "$actual" = "$expected" ]; then
    echo "equal      $name"
  else
    different=$((different + 1))
    echo "different  $name: $actual, the reference's is $expected"
  fi
}

while read -r expected name; do
  case $name in
    lora-f16.gguf)
      compare "$name" "$expected" "$peers/hf/tiny-llama2-lora" --base "$peers/hf/tiny-llama2" --outtype f16 ;;
    *)
      model=${name%.gguf}
      type=${model##*-}
      compare "$name" "$expected" "$peers/hf/${model%-*}" --outtype "$type" ;;
  esac
done <"$shared/reference-sha256.txt"

if [ ! -d "$work/families/falcon" ]; then
  PEERS=$peers "$peers/venv/bin/python" "$shared/make_families.py" "$work/families" 7 >"$work/families.log" 2>&1
fi
while read -r expected name; do
  compare "$name" "$expected" "$work/families/${name%.gguf}" --outtype auto
done < <(grep -v '^#' "$shared/families-sha256.txt")

echo "$compared compared, $different different"
[ "$different" = 0 ] && [ "$compared" = "$(cat "$shared"/{reference,families}-sha256.txt | grep -vc '^#')" ]

#!/usr/bin/env bash
# Everything in RESULTS.md under "Files": hashing, splitting, joining and starting, against the tools that do the
# same. Needs b3sum, python3, sha256sum, and llama-gguf-split on the path; 40 GB in the folder that is given.
#
#   bench/files-speed.sh FOLDER [RUNS] [PART...]
#
# PARTs are start, verify, split, join, gguf, cold and memory; all of them unless some are named.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$1 runs=${2:-9}
parts=" ${*:3} "
cp=$root/bin/computepool
ratio() { "$root/bench/ratio.sh" "$runs" "$@"; }
wanted() { [[ $parts = '  ' || $parts = *" $1 "* ]]; }
mkdir -p "$folder" && cd "$folder"

"$cp" --version -v
for size in 200MB 2GB 8GB; do
  [ -f "$size.gguf" ] || "$cp" gguf sample "$size.gguf" --size "$size" --type q8_0 -q >/dev/null
done
echo '| work | ours | peer | wall, ours : peer | CPU, ours : peer |'
echo '|---|---|---|---|---|'

if wanted start; then
  ratio '`cp --version` : `python3 -c pass`' "$cp --version" 'python3 -c pass'
  "$cp" gguf sample tiny.gguf --force -q >/dev/null
  ratio '`cp gguf info` : `python3 -c pass`' "$cp gguf info tiny.gguf" 'python3 -c pass'
fi

if wanted verify; then for size in 200MB 2GB 8GB; do
  "$cp" shard split "$size.gguf" --id "$size" --force -q >/dev/null 2>&1
  cat "$size"/* >/dev/null
  ratio "verify $size : \`b3sum\`" "$cp shard verify $size" "b3sum $size/*.bin"
  [ "$size" = 8GB ] || rm -r "$size"
done; fi

if wanted split; then for size in 2GB 8GB; do
  ratio "split $size : \`cp\`, \`b3sum\`" "$cp shard split $size.gguf --id new" \
    "/bin/cp $size.gguf copy && b3sum copy" "rm -rf new copy; cat $size.gguf"
done; fi
rm -rf new copy

if wanted join; then
  [ -d 8GB ] || "$cp" shard split 8GB.gguf --id 8GB -q >/dev/null 2>&1
  ratio 'join 8GB : `cp`, `b3sum`' "$cp shard join 8GB -o new" \
    '/bin/cp 8GB.gguf copy && b3sum copy' 'rm -rf new copy; cat 8GB/*.bin'
fi
rm -rf new copy 8GB

if wanted gguf; then
  ratio 'gguf split 2GB : `llama-gguf-split`' "$cp gguf split 2GB.gguf ours --max-tensors 64" \
    'llama-gguf-split --split --split-max-tensors 64 2GB.gguf theirs' 'rm -f ours-0* theirs-0*; cat 2GB.gguf'
  rm -f ours-0* theirs-0*
  "$cp" gguf split 2GB.gguf parts --max-tensors 64 -q >/dev/null
  first=$(ls parts-00001-of-*)
  ratio 'gguf merge 2GB : `llama-gguf-split`' "$cp gguf merge $first ours" \
    "llama-gguf-split --merge $first theirs" 'rm -f ours theirs; cat parts-0*'
  rm -f ours theirs parts-0*
fi

if wanted cold; then
  "$cp" shard split 2GB.gguf --id 2GB --force -q >/dev/null 2>&1
  for ((i = 0; i < 50; i++)); do
    "$root/bench/ratio.sh" 1 x "$cp shard verify 2GB" true | awk -F'[| ]+' '{ print $3 }'
  done | sort -n | awk '{ v[NR] = $1 } END { m = (v[25] + v[26]) / 2; printf "| 50 cold runs of verify 2GB | median %.3f s | worst %.3f s | %.2f | |\n", m, v[50], v[50] / m }'
fi

if wanted memory; then for size in 2GB 8GB; do
  for call in "split $size.gguf --id memory --force" 'verify memory'; do
    peak=$(/usr/bin/env python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$cp" shard $call)
    echo "| resident memory, ${call%% *} $size | $((peak / 1024)) MiB | | | |"
  done
  rm -r memory
done; fi

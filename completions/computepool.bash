# bash completion for computepool and for cp, its short name; needs bash 4 or later.
#
# Generated from the program's own command line: see CONTRIBUTING.md before changing it.

# Sets what can follow the command "$1": the commands below it, or its options without (flags) and
# with a value (valued).
_computepool_describe() {
  commands= flags='-h --help --json -q --quiet -v --verbose --offline' valued='--progress --color'
  case $1 in
    '') commands='quickstart help shard gguf inspect convert quantize imatrix train models publish bench doctor config completion' flags='-h --help -V --version' valued= ;;
    'quickstart') flags+=' --keep --no-keep' ;;
    'help') ;;
    'shard') commands='split info verify join' flags='-h --help' valued= ;;
    'shard split') flags+=' --sha256 --link --whole --strict -n --dry-run --force' valued+=' -o --output --shard-size --id --hf-source --manifest-quant --threads' ;;
    'shard info') flags+=' --tensors' valued+=' --shard-size' ;;
    'shard verify') flags+=' --deep --quarantine --repair --allow-unverified' valued+=' --shards --range --threads' ;;
    'shard join') flags+=' --allow-unverified -n --dry-run --force' valued+=' -o --output --threads' ;;
    'gguf') commands='info tensors get set diff check template split merge sample' flags='-h --help' valued= ;;
    'gguf info') ;;
    'gguf tensors') ;;
    'gguf get') ;;
    'gguf set') flags+=' -n --dry-run --force' valued+=' --text --remove -o --output' ;;
    'gguf diff') flags+=' --no-data' ;;
    'gguf check') flags+=' --no-data' ;;
    'gguf template') flags+=' --add-generation-prompt --go' valued+=' --name --messages --tools --bos --eos' ;;
    'gguf split') flags+=' --no-tensor-first-split -n --dry-run --force' valued+=' --max-size --split-max-size --max-tensors --split-max-tensors --threads' ;;
    'gguf merge') flags+=' -n --dry-run --force' valued+=' -o --output' ;;
    'gguf sample') flags+=' --tied --rope-factors --hugging-face --force' valued+=' --arch --type --size --name --seed' ;;
    'inspect') flags+=' --tensors' ;;
    'convert') flags+=' --no-tensor-first-split -n --dry-run --force' valued+=' -o --output --outfile --outtype --base --name --model-name --split-max-size --split-max-tensors --threads' ;;
    'quantize') flags+=' --pure --allow-requantize --leave-output-tensor --keep-split -n --dry-run --force' valued+=' --type --imatrix --output-tensor-type --token-embedding-type --tensor-type --override-kv --prune-layers --llama-lib -t --threads' ;;
    'imatrix') flags+=' --process-output --parse-special --force' valued+=' -o --output -f --file -c --ctx-size -b --batch-size -ub --ubatch-size --chunks -ngl --n-gpu-layers --llama-lib -t --threads' ;;
    'train') commands='data extract check format init run status logs stop resume list report merge' flags='-h --help' valued= ;;
    'train data') flags+=' --refresh --retry-failed --ignore-robots --ignore-opt-outs -n --dry-run --force' valued+=' --query --num --domains --search --search-url --search-language --search-country --urls --sitemap --warc --path --repo --max-pages --max-sitemaps --delay --max-delay --per-host --retries --timeout --max-page-size --max-age --cache --allow-private --resolve --user-agent --format --style --min-chars --max-chars --max-tokens --tokenizer --overflow --languages --near-duplicates --mask --decontaminate --validation --ask --ask-model --ask-parallel --ask-timeout -o --out --output' ;;
    'train extract') flags+=' --refresh --retry-failed --ignore-robots --ignore-opt-outs --ndjson' valued+=' --delay --max-delay --per-host --retries --timeout --max-page-size --max-age --cache --allow-private --resolve --user-agent' ;;
    'train check') flags+=' --fix --force' valued+=' --from --tokenizer --context --near-duplicates -o --output --threads' ;;
    'train format') flags+=' --force' valued+=' -o --output --to --from --threads' ;;
    'train init') flags+=' --schema -n --dry-run' valued+=' -o --output --from --model --dataset --set' ;;
    'train run') flags+=' --local -n --dry-run' valued+=' --config' ;;
    'train status') flags+=' -f --follow' valued+=' --output' ;;
    'train logs') flags+=' -f --follow --metrics --events' valued+=' --output --tail' ;;
    'train stop') flags+=' --wait' valued+=' --output' ;;
    'train resume') valued+=' --output' ;;
    'train list') valued+=' --output' ;;
    'train report') flags+=' --force' valued+=' --output -o --out' ;;
    'train merge') flags+=' -n --dry-run --force' valued+=' --base -o --output --threads' ;;
    'models') commands='download' flags='-h --help' valued= ;;
    'models download') flags+=' -n --dry-run --force' valued+=' --include --exclude --revision -o --output' ;;
    'publish') flags+=' --skip-hf --private --pr --skip-ollama --insecure --install --modelfile-only --no-template --adapter-only --gguf-only -n --dry-run --force' valued+=' --hf --revision --message --ollama --registry --ollama-key --template --to --git --git-branch --swarm --quant --base --imatrix --name --redo --work --card --card-template --readme --license --base-model --dataset --language --tag --write-card-template --llama-lib -t --threads' ;;
    'bench') commands='hash gpu train model perplexity' flags='-h --help' valued= ;;
    'bench hash') valued+=' --size --threads --kernel -r --repetitions' ;;
    'bench gpu') flags+=' --markdown --no-save' valued+=' --sizes --bytes --device -t --threads -r --repetitions' ;;
    'bench train') flags+=' --markdown --no-save' valued+=' --size --shapes --checkpointing --rank --targets --device -t --threads -r --repetitions' ;;
    'bench model') flags+=' --markdown' valued+=' -p --n-prompt -n --n-gen -r --repetitions -b --batch-size -ub --ubatch-size -ngl --n-gpu-layers --llama-lib -t --threads' ;;
    'bench perplexity') valued+=' -f --file -c --ctx-size -b --batch-size -ub --ubatch-size --chunks -ngl --n-gpu-layers --llama-lib -t --threads' ;;
    'doctor') valued+=' --llama-lib' ;;
    'config') commands='list get set' flags='-h --help' valued= ;;
    'config list') flags+=' --origin' ;;
    'config get') ;;
    'config set') flags+=' --local' ;;
    'completion') ;;
    *) flags= valued= ;;
  esac
}

# Sets what the value of an option, or the argument at a place, can be: "$1" is a command with the
# name of the option, or with the place counted from 1.
_computepool_values() {
  words= files= help=
  case $1 in
    'shard split -o' | 'shard split --output' | 'shard verify 1' | 'shard join 1' | \
    'convert --base' | 'convert 1' | 'train data --path' | 'train data --repo' | \
    'train data --cache' | 'train extract --cache' | 'train init --model' | \
    'train status --output' | 'train logs --output' | 'train stop --output' | \
    'train resume --output' | 'train list --output' | 'train list 1' | \
    'train report --output' | 'train merge --base' | 'train merge -o' | \
    'train merge --output' | 'models download -o' | 'models download --output' | \
    'publish --to' | 'publish --swarm' | 'publish --base' | 'publish --work' | 'publish 1') files=none ;;
    'shard split --shard-size' | 'shard split --id' | 'shard split --hf-source' | \
    'shard split --threads' | 'shard info --shard-size' | 'shard verify --shards' | \
    'shard verify --range' | 'shard verify --threads' | 'shard join --threads' | \
    'gguf get 2' | 'gguf set --text' | 'gguf set --remove' | 'gguf template --name' | \
    'gguf template --bos' | 'gguf template --eos' | 'gguf split --max-size' | \
    'gguf split --split-max-size' | 'gguf split --max-tensors' | \
    'gguf split --split-max-tensors' | 'gguf split --threads' | 'gguf sample --size' | \
    'gguf sample --name' | 'gguf sample --seed' | 'convert --name' | \
    'convert --model-name' | 'convert --split-max-size' | 'convert --split-max-tensors' | \
    'convert --threads' | 'quantize --tensor-type' | 'quantize --override-kv' | \
    'quantize --prune-layers' | 'quantize -t' | 'quantize --threads' | 'imatrix -c' | \
    'imatrix --ctx-size' | 'imatrix -b' | 'imatrix --batch-size' | 'imatrix -ub' | \
    'imatrix --ubatch-size' | 'imatrix --chunks' | 'imatrix -ngl' | \
    'imatrix --n-gpu-layers' | 'imatrix -t' | 'imatrix --threads' | 'train data --query' | \
    'train data --num' | 'train data --domains' | 'train data --search' | \
    'train data --search-url' | 'train data --search-language' | \
    'train data --search-country' | 'train data --sitemap' | 'train data --max-pages' | \
    'train data --max-sitemaps' | 'train data --delay' | 'train data --max-delay' | \
    'train data --per-host' | 'train data --retries' | 'train data --timeout' | \
    'train data --max-page-size' | 'train data --max-age' | 'train data --allow-private' | \
    'train data --resolve' | 'train data --user-agent' | 'train data --min-chars' | \
    'train data --max-chars' | 'train data --max-tokens' | 'train data --languages' | \
    'train data --near-duplicates' | 'train data --validation' | 'train data --ask-model' | \
    'train data --ask-parallel' | 'train data --ask-timeout' | 'train extract --delay' | \
    'train extract --max-delay' | 'train extract --per-host' | 'train extract --retries' | \
    'train extract --timeout' | 'train extract --max-page-size' | \
    'train extract --max-age' | 'train extract --allow-private' | \
    'train extract --resolve' | 'train extract --user-agent' | 'train check --context' | \
    'train check --near-duplicates' | 'train check --threads' | 'train format --threads' | \
    'train init --set' | 'train status 1' | 'train logs --tail' | 'train logs 1' | \
    'train stop 1' | 'train resume 1' | 'train report 1' | 'train merge --threads' | \
    'models download --include' | 'models download --exclude' | \
    'models download --revision' | 'models download 1' | 'publish --hf' | \
    'publish --revision' | 'publish --message' | 'publish --ollama' | 'publish --registry' | \
    'publish --git' | 'publish --git-branch' | 'publish --name' | 'publish --redo' | \
    'publish --license' | 'publish --base-model' | 'publish --dataset' | \
    'publish --language' | 'publish --tag' | 'publish -t' | 'publish --threads' | \
    'bench hash --size' | 'bench hash --threads' | 'bench hash -r' | \
    'bench hash --repetitions' | 'bench gpu --sizes' | 'bench gpu --bytes' | \
    'bench gpu -t' | 'bench gpu --threads' | 'bench gpu -r' | 'bench gpu --repetitions' | \
    'bench train --size' | 'bench train --shapes' | 'bench train --rank' | \
    'bench train --targets' | 'bench train -t' | 'bench train --threads' | \
    'bench train -r' | 'bench train --repetitions' | 'bench model -p' | \
    'bench model --n-prompt' | 'bench model -n' | 'bench model --n-gen' | 'bench model -r' | \
    'bench model --repetitions' | 'bench model -b' | 'bench model --batch-size' | \
    'bench model -ub' | 'bench model --ubatch-size' | 'bench model -ngl' | \
    'bench model --n-gpu-layers' | 'bench model -t' | 'bench model --threads' | \
    'bench perplexity -c' | 'bench perplexity --ctx-size' | 'bench perplexity -b' | \
    'bench perplexity --batch-size' | 'bench perplexity -ub' | \
    'bench perplexity --ubatch-size' | 'bench perplexity --chunks' | \
    'bench perplexity -ngl' | 'bench perplexity --n-gpu-layers' | 'bench perplexity -t' | \
    'bench perplexity --threads' | 'config set 2') ;;
    'shard split --manifest-quant') words='compatible exact' ;;
    'shard split 1' | 'shard info 1' | 'shard join -o' | 'shard join --output' | \
    'gguf info 1' | 'gguf tensors 1' | 'gguf get 1' | 'gguf set -o' | 'gguf set --output' | \
    'gguf set 1' | 'gguf diff 1' | 'gguf diff 2' | 'gguf check 1' | 'gguf split 1' | \
    'gguf merge -o' | 'gguf merge --output' | 'gguf merge 1' | 'gguf sample 1' | \
    'convert -o' | 'convert --output' | 'convert --outfile' | 'quantize 1' | 'quantize 2' | \
    'imatrix 1' | 'train data --ask' | 'bench model 1' | 'bench perplexity 1') files='gguf' ;;
    'gguf template --messages' | 'gguf template --tools') files='json' ;;
    'gguf template 1') files='gguf jinja' ;;
    'gguf split 2' | 'inspect 1' | 'quantize --imatrix' | 'quantize --llama-lib' | \
    'imatrix -o' | 'imatrix --output' | 'imatrix -f' | 'imatrix --file' | \
    'imatrix --llama-lib' | 'train data --urls' | 'train data --warc' | \
    'train data --tokenizer' | 'train data --decontaminate' | 'train check --tokenizer' | \
    'train check -o' | 'train check --output' | 'train format -o' | \
    'train format --output' | 'train init --from' | 'train init --dataset' | \
    'train run --config' | 'train run 1' | 'train merge 1' | 'publish --ollama-key' | \
    'publish --template' | 'publish --imatrix' | 'publish --card' | \
    'publish --card-template' | 'publish --write-card-template' | 'publish --llama-lib' | \
    'bench hash 1' | 'bench train 1' | 'bench model --llama-lib' | 'bench perplexity -f' | \
    'bench perplexity --file' | 'bench perplexity --llama-lib' | 'doctor --llama-lib') files=any ;;
    'gguf sample --arch') words='llama qwen2 gemma2 phi3 gpt2' ;;
    'gguf sample --type') words='f32 f16 bf16 q8_0' ;;
    'convert --outtype') words='auto f32 f16 bf16 q8_0' ;;
    'quantize --type') words='q1_0 q2_0 q4_0 q4_1 mxfp4_moe q5_0 q5_1 iq2_xxs iq2_xs iq2_s iq2_m iq1_s iq1_m tq1_0 tq2_0 q2_k q2_k_s iq3_xxs iq3_s iq3_m iq3_xs q3_k_s q3_k_m q3_k q3_k_l iq4_nl iq4_xs q4_k_s q4_k_m q4_k q5_k_s q5_k_m q5_k q6_k q8_0 f16 bf16 f32 copy' ;;
    'quantize --output-tensor-type' | 'quantize --token-embedding-type') words='f32 f16 q4_0 q4_1 q5_0 q5_1 q8_0 q8_1 q2_k q3_k q4_k q5_k q6_k q8_k iq2_xxs iq2_xs iq3_xxs iq1_s iq4_nl iq3_s iq2_s iq4_xs i8 i16 i32 i64 f64 iq1_m bf16 tq1_0 tq2_0 mxfp4 nvfp4 q1_0 q2_0' ;;
    'train data --format' | 'train check --from' | 'train format --to' | \
    'train format --from') words='chatml alpaca sharegpt text' ;;
    'train data --style') words='section title question' ;;
    'train data --overflow') words='split cut' ;;
    'train data --mask') words='secrets emails ips' ;;
    'train data -o' | 'train data --out' | 'train data --output' | 'train check 1' | \
    'train format 1') files='jsonl' ;;
    'train init -o' | 'train init --output') files='yml' ;;
    'train report -o' | 'train report --out') files='html' ;;
    'publish --quant') words='q1_0 q2_0 q4_0 q4_1 mxfp4_moe q5_0 q5_1 iq2_xxs iq2_xs iq2_s iq2_m iq1_s iq1_m tq1_0 tq2_0 q2_k q2_k_s iq3_xxs iq3_s iq3_m iq3_xs q3_k_s q3_k_m q3_k q3_k_l iq4_nl iq4_xs q4_k_s q4_k_m q4_k q5_k_s q5_k_m q5_k q6_k q8_0 f16 bf16 f32' ;;
    'publish --readme') words='keep generate' ;;
    'bench hash --kernel') words='scalar lanes vector' ;;
    'bench gpu --device' | 'bench train --device') words='cpu cuda' ;;
    'bench train --checkpointing') words='both off on' ;;
    'config get 1' | 'config set 1') words='color crawl.cache llama.lib offline progress python search.key search.service search.url shard.size threads' ;;
    'completion 1') words='bash zsh fish' ;;
    'help '[1-9]*) help=1 ;;
    'gguf set '[1-9]*) ;;
    'train extract '[1-9]*) files='html' ;;
    *' --progress') words='auto plain none' ;;
    *' --color') words='auto always never' ;;
  esac
}

# Completes the words after the program's name.
_computepool() {
  local IFS=$' \t\n'
  local commands flags valued words files help
  local path='' option='' literal='' glued='' prefix='' i word
  local -a line=() arguments=()
  COMPREPLY=()

  # readline has cut the line at each "=" and ":"; here they belong to the word.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $word && $word != *[!=:]* && i -gt 1 ]]; then
      line[${#line[@]} - 1]+=$word glued=1
    elif [[ -n $glued ]]; then
      line[${#line[@]} - 1]+=$word glued=
    else
      line+=("$word")
    fi
  done
  local last=$((${#line[@]} - 1))
  local current=${line[last]}
  # What readline keeps of the current word, and so must not be in the answers.
  local kept=${current%"${COMP_WORDS[COMP_CWORD]}"}
  [[ -n $glued ]] && kept=$current

  _computepool_describe ''
  for word in "${line[@]:0:last}"; do
    if [[ -n $option ]]; then
      option=
    elif [[ -n $literal || $word != -?* ]]; then
      if [[ -z $commands ]]; then
        arguments+=("$word")
      elif [[ " $commands " == *" $word "* ]]; then
        path+=${path:+ }$word
        _computepool_describe "$path"
      else
        return
      fi
    elif [[ $word == -- ]]; then
      literal=1
    elif [[ " $valued " == *" $word "* ]]; then
      option=$word
    fi
  done

  if [[ -z $option && -z $literal && $current == --*=* ]]; then
    option=${current%%=*} prefix=${current%%=*}= current=${current#*=}
  fi
  if [[ -n $option ]]; then
    _computepool_values "$path $option"
  elif [[ -z $literal && $current == -* ]]; then
    words="$flags $valued" files= help=
  elif [[ -n $commands ]]; then
    words=$commands files= help=
  else
    _computepool_values "$path $((${#arguments[@]} + 1))"
  fi
  if [[ -n $help ]]; then
    _computepool_describe "${arguments[*]}"
    words=$commands
    [[ ${#arguments[@]} == 0 ]] && words+=' exit-codes'
  fi

  if [[ -n $files ]]; then
    _computepool_files "$current" "$files"
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
  COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
  [[ -n $kept ]] && COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}

# Adds the folders that begin with "$1" as it was typed, and the files whose names end with one of
# the suffixes "$2"; if there are none, or for "any", all files; for "none" no files.
_computepool_files() {
  local typed=$1 suffixes=$2 plain='' tilde='' undo='' file suffix option
  local -a found=() others=()
  case $typed in
    \'*) plain=${typed#\'} ;;
    \"*) plain=${typed#\"} ;;
    *)
      while [[ $typed == *\\* ]]; do
        plain+=${typed%%\\*}
        typed=${typed#*\\}
        plain+=${typed:0:1}
        typed=${typed:1}
      done
      plain+=$typed
      [[ $plain == '~/'* ]] && tilde='~/' plain=$HOME/${plain:2}
      ;;
  esac
  for option in nullglob failglob; do
    shopt -q $option && undo+=" $option"
  done
  shopt -s nullglob
  shopt -u failglob
  for file in "$plain"*; do
    if [[ -d $file ]]; then
      found+=("$file")
      continue
    fi
    for suffix in $suffixes; do
      [[ $suffix == any || ${file,,} == *."$suffix" ]] && found+=("$file")
    done
    others+=("$file")
  done
  shopt -u nullglob
  [[ -n $undo ]] && shopt -s $undo
  if [[ ${#found[@]} == 0 && $suffixes != none ]]; then
    found=("${others[@]}")
  fi
  [[ -n $tilde ]] && found=("${found[@]/#"$HOME/"/$tilde}")
  COMPREPLY+=("${found[@]}")
  compopt -o filenames 2>/dev/null
}

# Completes cp: a first word of ours begins a command of ours, any other call is the system's.
_computepool_cp() {
  local IFS=$' \t\n'
  local commands flags valued
  _computepool_describe ''
  if [[ $1 == */* && ! -e ${1%/*}/computepool ]]; then
    _computepool_system_cp "$@"
  elif ((COMP_CWORD > 1)); then
    if [[ " $commands $flags " == *" ${COMP_WORDS[1]} "* ]]; then
      compopt +o bashdefault +o default 2>/dev/null
      _computepool "$@"
    else
      _computepool_system_cp "$@"
    fi
  else
    _computepool_system_cp "$@"
    if [[ ${COMP_WORDS[1]} == -* ]]; then
      COMPREPLY+=($(compgen -W "$flags" -- "${COMP_WORDS[1]}"))
    else
      [[ ${#COMPREPLY[@]} == 0 ]] && _computepool_files "${COMP_WORDS[1]}" any
      COMPREPLY+=($(compgen -W "$commands" -- "${COMP_WORDS[1]}"))
    fi
  fi
}

# Completes cp as it was completed before this file was read; with nothing to say, readline offers
# files. The earlier completion may run its program to learn the options: that must not be ours.
_computepool_system_cp() {
  local program=cp folder
  local -a folders
  COMPREPLY=()
  IFS=: read -ra folders <<<"$PATH"
  for folder in "${folders[@]}"; do
    if [[ -x $folder/cp && ! -e $folder/computepool ]]; then
      program=$folder/cp
      break
    fi
  done
  if [[ -n $_computepool_earlier_cp ]] && declare -F "$_computepool_earlier_cp" >/dev/null; then
    "$_computepool_earlier_cp" "$program" "${@:2}"
  fi
}

: "${_computepool_earlier_cp:=}"
if [[ $(complete -p cp 2>/dev/null) =~ ' -F '([^ ]+) && ${BASH_REMATCH[1]} != _computepool_cp ]]; then
  _computepool_earlier_cp=${BASH_REMATCH[1]}
fi

complete -F _computepool computepool
complete -o bashdefault -o default -F _computepool_cp cp

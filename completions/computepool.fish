# fish completion for computepool and for cp, its short name; needs fish 3.4 or later.
#
# Generated from the program's own command line: see CONTRIBUTING.md before changing it.

# The words that can follow a command.
function __computepool_commands
    switch "$argv"
        case ''
            string split ' ' -- 'quickstart help shard gguf inspect convert quantize imatrix train models publish bench doctor config completion'
        case 'shard'
            string split ' ' -- 'split info verify join'
        case 'gguf'
            string split ' ' -- 'info tensors get set diff check template split merge sample'
        case 'train'
            string split ' ' -- 'data extract check format init run status logs stop resume list report merge'
        case 'models'
            string split ' ' -- 'download'
        case 'bench'
            string split ' ' -- 'hash gpu train model perplexity'
        case 'config'
            string split ' ' -- 'list get set'
    end
end

# The options of a command that take a value.
function __computepool_valued
    string split ' ' -- '--progress --color'
    switch "$argv"
        case 'shard split'
            string split ' ' -- '-o --output --shard-size --id --hf-source --manifest-quant --threads'
        case 'shard info'
            string split ' ' -- '--shard-size'
        case 'shard verify'
            string split ' ' -- '--shards --range --threads'
        case 'shard join'
            string split ' ' -- '-o --output --threads'
        case 'gguf set'
            string split ' ' -- '--text --remove -o --output'
        case 'gguf template'
            string split ' ' -- '--name --messages --tools --bos --eos'
        case 'gguf split'
            string split ' ' -- '--max-size --split-max-size --max-tensors --split-max-tensors --threads'
        case 'gguf merge'
            string split ' ' -- '-o --output'
        case 'gguf sample'
            string split ' ' -- '--arch --type --size --name --seed'
        case 'convert'
            string split ' ' -- '-o --output --outfile --outtype --base --name --model-name --split-max-size --split-max-tensors --threads'
        case 'quantize'
            string split ' ' -- '--type --imatrix --output-tensor-type --token-embedding-type --tensor-type --override-kv --prune-layers --llama-lib -t --threads'
        case 'imatrix'
            string split ' ' -- '-o --output -f --file -c --ctx-size -b --batch-size -ub --ubatch-size --chunks -ngl --n-gpu-layers --llama-lib -t --threads'
        case 'train data'
            string split ' ' -- '--query --num --domains --search --search-url --search-language --search-country --urls --sitemap --warc --path --repo --max-pages --max-sitemaps --delay --max-delay --per-host --retries --timeout --max-page-size --max-age --cache --allow-private --resolve --user-agent --format --style --min-chars --max-chars --max-tokens --tokenizer --overflow --languages --near-duplicates --mask --decontaminate --validation --ask --ask-model --ask-parallel --ask-timeout -o --out --output'
        case 'train extract'
            string split ' ' -- '--delay --max-delay --per-host --retries --timeout --max-page-size --max-age --cache --allow-private --resolve --user-agent'
        case 'train check'
            string split ' ' -- '--from --tokenizer --context --near-duplicates -o --output --threads'
        case 'train format'
            string split ' ' -- '-o --output --to --from --threads'
        case 'train init'
            string split ' ' -- '-o --output --from --model --dataset --set'
        case 'train run'
            string split ' ' -- '--config'
        case 'train status'
            string split ' ' -- '--output'
        case 'train logs'
            string split ' ' -- '--output --tail'
        case 'train stop'
            string split ' ' -- '--output'
        case 'train resume'
            string split ' ' -- '--output'
        case 'train list'
            string split ' ' -- '--output'
        case 'train report'
            string split ' ' -- '--output -o --out'
        case 'train merge'
            string split ' ' -- '--base -o --output --threads'
        case 'models download'
            string split ' ' -- '--include --exclude --revision -o --output'
        case 'publish'
            string split ' ' -- '--hf --revision --message --ollama --registry --ollama-key --template --to --git --git-branch --swarm --quant --base --imatrix --name --redo --work --card --card-template --readme --license --base-model --dataset --language --tag --write-card-template --llama-lib -t --threads'
        case 'bench hash'
            string split ' ' -- '--size --threads --kernel -r --repetitions'
        case 'bench gpu'
            string split ' ' -- '--sizes --bytes --device -t --threads -r --repetitions'
        case 'bench train'
            string split ' ' -- '--size --shapes --checkpointing --rank --targets --device -t --threads -r --repetitions'
        case 'bench model'
            string split ' ' -- '-p --n-prompt -n --n-gen -r --repetitions -b --batch-size -ub --ubatch-size -ngl --n-gpu-layers --llama-lib -t --threads'
        case 'bench perplexity'
            string split ' ' -- '-f --file -c --ctx-size -b --batch-size -ub --ubatch-size --chunks -ngl --n-gpu-layers --llama-lib -t --threads'
        case 'doctor'
            string split ' ' -- '--llama-lib'
    end
end

# Prints what the next argument of the command that was read can be.
function __computepool_values
    set -l place (math (count $__computepool_arguments) + 1)
    switch "$__computepool_command $place"
        case 'shard split 1'
            __computepool_files gguf
        case 'shard info 1'
            __computepool_files gguf
        case 'shard verify 1'
            __computepool_files /
        case 'shard join 1'
            __computepool_files /
        case 'gguf info 1'
            __computepool_files gguf
        case 'gguf tensors 1'
            __computepool_files gguf
        case 'gguf get 1'
            __computepool_files gguf
        case 'gguf set 1'
            __computepool_files gguf
        case 'gguf diff 1'
            __computepool_files gguf
        case 'gguf diff 2'
            __computepool_files gguf
        case 'gguf check 1'
            __computepool_files gguf
        case 'gguf template 1'
            __computepool_files gguf jinja
        case 'gguf split 1'
            __computepool_files gguf
        case 'gguf split 2'
            __computepool_files
        case 'gguf merge 1'
            __computepool_files gguf
        case 'gguf sample 1'
            __computepool_files gguf
        case 'inspect 1'
            __computepool_files
        case 'convert 1'
            __computepool_files /
        case 'quantize 1'
            __computepool_files gguf
        case 'quantize 2'
            __computepool_files gguf
        case 'imatrix 1'
            __computepool_files gguf
        case 'train check 1'
            __computepool_files jsonl
        case 'train format 1'
            __computepool_files jsonl
        case 'train run 1'
            __computepool_files
        case 'train list 1'
            __computepool_files /
        case 'train merge 1'
            __computepool_files
        case 'publish 1'
            __computepool_files /
        case 'bench hash 1'
            __computepool_files
        case 'bench train 1'
            __computepool_files
        case 'bench model 1'
            __computepool_files gguf
        case 'bench perplexity 1'
            __computepool_files gguf
        case 'config get 1'
            string split ' ' -- 'color crawl.cache llama.lib offline progress python search.key search.service search.url shard.size threads'
        case 'config set 1'
            string split ' ' -- 'color crawl.cache llama.lib offline progress python search.key search.service search.url shard.size threads'
        case 'completion 1'
            string split ' ' -- 'bash zsh fish'
        case 'help *'
            __computepool_commands $__computepool_arguments
            test $place = 1; and string split ' ' -- 'exit-codes'
        case 'gguf set *'
            
        case 'train extract *'
            __computepool_files html
    end
end

# Reads the words before the cursor: the command that they call (`none` if it is the system's cp, or
# does not exist) and its arguments so far. Reads a line once, however many conditions ask.
function __computepool_read
    set -l words (commandline -opc)
    test "$words" = "$__computepool_line"; and return
    set -g __computepool_line $words
    set -g __computepool_command
    set -g __computepool_arguments
    if string match -q '*/*' -- $words[1]; and not test -e (dirname -- $words[1])/computepool
        set __computepool_command none
        return
    end
    set -l commands (__computepool_commands)
    set -l valued
    set -l is_value
    for word in $words[2..]
        if set -q is_value[1]
            set is_value
        else if not set -q commands[1]
            if contains -- $word $valued
                set is_value 1
            else if not string match -qr '^-.' -- $word
                set -a __computepool_arguments $word
            end
        else if contains -- $word $commands
            set -a __computepool_command $word
            set commands (__computepool_commands $__computepool_command)
            set valued (__computepool_valued $__computepool_command)
        else if not contains -- $word -h --help -V --version
            set __computepool_command none
            return
        end
    end
end

# Whether the words before the cursor call the command `$argv`; without one, whether none is called.
function __computepool_at
    __computepool_read
    test "$__computepool_command" = "$argv"
end

# Whether they call a command that has options of its own.
function __computepool_at_leaf
    __computepool_at none; and return 1
    set -l commands (__computepool_commands $__computepool_command)
    not set -q commands[1]
end

# Whether they call a command of ours, so that files are offered only where it takes one.
function __computepool_at_command
    __computepool_read
    not contains -- "$__computepool_command" '' none
end

# Whether they call the system's cp, or nothing yet.
function __computepool_at_system
    not __computepool_at_command
end

# Prints folders, and the files whose names end with one of the suffixes: all files if there are no
# suffixes or none of the names has one, no files if the suffix is `/`.
function __computepool_files
    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l files (complete -C "__computepool_nothing $token")
    if not set -q argv[1]
        printf '%s\n' $files
        return
    end
    set -l some (string match -ri -- '.*(?:/|\.(?:'(string join '|' $argv)'))$' $files)
    if set -q some[1]; or test "$argv" = /
        printf '%s\n' $some
    else
        printf '%s\n' $files
    end
end

# What fish offers for cp stays, for calls that are the system's. It may ask the program which one it
# is: that must not be ours.
begin
    set -lx PATH (for folder in $PATH
        test -e $folder/computepool; or echo $folder
    end)
    complete -C 'cp -' >/dev/null
    if not string length -q (complete -c cp)
        # This file is being read as that of cp.
        for file in $fish_complete_path/cp.fish
            if test -e $file; and not string match -q '*__computepool*' <$file
                source $file
                break
            end
        end
    end
    set -l earlier (complete -c cp | string match -vr '__computepool_at\b|__computepool_at_(leaf|command)')
    complete -c cp -e
    string replace -r '^complete (?!.*__computepool_at_system)' \
        'complete -n __computepool_at_system ' -- $earlier | source
end

complete -c computepool -e
complete -c computepool -f
complete -c cp -n __computepool_at_command -f
for program in computepool cp
    complete -c $program -n '__computepool_at' -a quickstart -d 'Take a tour of the pipeline on a tiny model, offline'
    complete -c $program -n '__computepool_at' -a help -d 'Explain a command, the exit codes, or the settings'
    complete -c $program -n '__computepool_at' -a shard -d 'Split a GGUF model into verified shards, and join them again'
    complete -c $program -n '__computepool_at' -a gguf -d 'Look into, change, compare, check, split and merge GGUF files'
    complete -c $program -n '__computepool_at' -a inspect -d 'Say what a file or folder is, and show what is in it'
    complete -c $program -n '__computepool_at' -a convert -d 'Convert a Hugging Face model or adapter to GGUF'
    complete -c $program -n '__computepool_at' -a quantize -d 'Make a model smaller'
    complete -c $program -n '__computepool_at' -a imatrix -d 'Measure which weights matter for a text'
    complete -c $program -n '__computepool_at' -a train -d 'Make datasets, train models on them, and look after runs'
    complete -c $program -n '__computepool_at' -a models -d 'Bring models from Hugging Face'
    complete -c $program -n '__computepool_at' -a publish -d 'Merge, convert, quantize and publish a model, step by step'
    complete -c $program -n '__computepool_at' -a bench -d 'Measure what this machine can do'
    complete -c $program -n '__computepool_at' -a doctor -d 'Check what works here, and what to do if not'
    complete -c $program -n '__computepool_at' -a config -d 'Show and change settings'
    complete -c $program -n '__computepool_at' -a completion -d 'Print the script that completes our commands in a shell'
    complete -c $program -n '__computepool_at' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at' -s V -l version -d 'Print the version; with -v, what it runs on; with --json, as JSON'
    complete -c $program -n '__computepool_at quickstart' -l keep -l no-keep -d 'Keep the folder to play with; --no-keep removes it at the end'
    complete -c $program -n '__computepool_at shard' -a split -d 'Split a GGUF model into layer-aligned, hashed shards'
    complete -c $program -n '__computepool_at shard' -a info -d 'Show shards, their layers and hashes, and which are here'
    complete -c $program -n '__computepool_at shard' -a verify -d 'Hash shards again and name what is damaged'
    complete -c $program -n '__computepool_at shard' -a join -d 'Rebuild the original model from its shards, bit for bit'
    complete -c $program -n '__computepool_at shard' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at shard split' -s o -l output -x -a '(__computepool_files /)' -d 'Where the directory of the model appears; default: the working directory'
    complete -c $program -n '__computepool_at shard split' -l shard-size -x -d 'What one shard aims at; default: 512MiB, as public swarms cut'
    complete -c $program -n '__computepool_at shard split' -l id -x -d 'The model\'s id and its directory\'s name; default: from the file\'s name'
    complete -c $program -n '__computepool_at shard split' -l sha256 -d 'Record the SHA-256 of the original too, as hubs publish it'
    complete -c $program -n '__computepool_at shard split' -l link -d 'Index the model where it is: no shard is copied, the model must stay'
    complete -c $program -n '__computepool_at shard split' -l whole -d 'One shard that is the GGUF file itself'
    complete -c $program -n '__computepool_at shard split' -l hf-source -x -d 'Where on Hugging Face the file comes from, for nodes that fetch the rest'
    complete -c $program -n '__computepool_at shard split' -l manifest-quant -x -a 'compatible exact' -d 'Quantization in the manifest: compatible with older nodes, or exact'
    complete -c $program -n '__computepool_at shard split' -l strict -d 'What a node would not load is an error'
    complete -c $program -n '__computepool_at shard split' -l threads -x -d 'Threads that hash'
    complete -c $program -n '__computepool_at shard split' -s n -l dry-run -d 'Show what would be written, and write nothing'
    complete -c $program -n '__computepool_at shard split' -l force -d 'Replace a directory of that name'
    complete -c $program -n '__computepool_at shard info' -l tensors -d 'Show which tensor is in which shard'
    complete -c $program -n '__computepool_at shard info' -l shard-size -x -d 'For a model: what one shard aims at; default: 512MiB'
    complete -c $program -n '__computepool_at shard verify' -l shards -x -d 'Only these shards, such as 0,3-5'
    complete -c $program -n '__computepool_at shard verify' -l range -x -d 'Only bytes A up to B (not included) of the original file'
    complete -c $program -n '__computepool_at shard verify' -l deep -d 'Also hold the files against each other, and prove a recorded SHA-256'
    complete -c $program -n '__computepool_at shard verify' -l quarantine -d 'Rename damaged files, so that no node takes them for good'
    complete -c $program -n '__computepool_at shard verify' -l repair -d 'Write lost or damaged hash trees and sidecars anew, from shards that are ok'
    complete -c $program -n '__computepool_at shard verify' -l allow-unverified -d 'A file whose hash nobody knows is good enough'
    complete -c $program -n '__computepool_at shard verify' -l threads -x -d 'Threads that hash'
    complete -c $program -n '__computepool_at shard join' -s o -l output -x -a '(__computepool_files gguf)' -d 'The file to write'
    complete -c $program -n '__computepool_at shard join' -l allow-unverified -d 'Use shards whose hash nobody knows, and do without a damaged computepool.json'
    complete -c $program -n '__computepool_at shard join' -l threads -x -d 'Threads that hash'
    complete -c $program -n '__computepool_at shard join' -s n -l dry-run -d 'Check that all is there, and write nothing'
    complete -c $program -n '__computepool_at shard join' -l force -d 'Replace the file if it exists'
    complete -c $program -n '__computepool_at gguf' -a info -d 'Show what a GGUF file says about itself'
    complete -c $program -n '__computepool_at gguf' -a tensors -d 'List the tensors of a GGUF file'
    complete -c $program -n '__computepool_at gguf' -a get -d 'Print one metadata value of a GGUF file'
    complete -c $program -n '__computepool_at gguf' -a set -d 'Change metadata of a GGUF file'
    complete -c $program -n '__computepool_at gguf' -a diff -d 'Compare two GGUF files key by key and tensor by tensor'
    complete -c $program -n '__computepool_at gguf' -a check -d 'Find what is wrong with a GGUF model'
    complete -c $program -n '__computepool_at gguf' -a template -d 'Show a chat template, or the text it makes of a conversation'
    complete -c $program -n '__computepool_at gguf' -a split -d 'Split a GGUF file into a set that llama.cpp loads'
    complete -c $program -n '__computepool_at gguf' -a merge -d 'Merge a set that llama.cpp loads into one GGUF file'
    complete -c $program -n '__computepool_at gguf' -a sample -d 'Make a model with random weights, to try things on'
    complete -c $program -n '__computepool_at gguf' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at gguf set' -l text -x -d 'Set a key to the text of a file; repeatable'
    complete -c $program -n '__computepool_at gguf set' -l remove -x -d 'Remove a key; repeatable'
    complete -c $program -n '__computepool_at gguf set' -s o -l output -x -a '(__computepool_files gguf)' -d 'Write a new file, and leave this one as it is'
    complete -c $program -n '__computepool_at gguf set' -s n -l dry-run -d 'Show what would change, and write nothing'
    complete -c $program -n '__computepool_at gguf set' -l force -d 'Replace OUT.gguf if it exists'
    complete -c $program -n '__computepool_at gguf diff' -l no-data -d 'Compare keys, types and shapes, and do not read the tensors'
    complete -c $program -n '__computepool_at gguf check' -l no-data -d 'Do not read the tensors'
    complete -c $program -n '__computepool_at gguf template' -l name -x -d 'Which of several templates; default: the usual one, or with tools that for them'
    complete -c $program -n '__computepool_at gguf template' -l messages -x -a '(__computepool_files json)' -d 'The conversation to make a text of'
    complete -c $program -n '__computepool_at gguf template' -l tools -x -a '(__computepool_files json)' -d 'The tools that the model may call, a list of their JSON schemas'
    complete -c $program -n '__computepool_at gguf template' -l add-generation-prompt -d 'End with what the assistant\'s answer begins with'
    complete -c $program -n '__computepool_at gguf template' -l bos -x -d 'The token that begins a text; default: the model\'s'
    complete -c $program -n '__computepool_at gguf template' -l eos -x -d 'The token that ends a text; default: the model\'s'
    complete -c $program -n '__computepool_at gguf template' -l go -d 'Show it as a Go template for Ollama, which is proven to write the same; what differs beyond usual conversations is told'
    complete -c $program -n '__computepool_at gguf split' -l max-size -l split-max-size -x -d 'Tensor bytes of a part at most'
    complete -c $program -n '__computepool_at gguf split' -l max-tensors -l split-max-tensors -x -d 'Tensors of a part at most; default without a size: 128'
    complete -c $program -n '__computepool_at gguf split' -l no-tensor-first-split -d 'The first part holds the metadata alone'
    complete -c $program -n '__computepool_at gguf split' -s n -l dry-run -d 'Show the parts, and write nothing'
    complete -c $program -n '__computepool_at gguf split' -l threads -x -d 'Parts that are written at once'
    complete -c $program -n '__computepool_at gguf split' -l force -d 'Replace parts that exist'
    complete -c $program -n '__computepool_at gguf merge' -s o -l output -x -a '(__computepool_files gguf)' -d 'The file to write'
    complete -c $program -n '__computepool_at gguf merge' -s n -l dry-run -d 'Check the set, and write nothing'
    complete -c $program -n '__computepool_at gguf merge' -l force -d 'Replace the file if it exists'
    complete -c $program -n '__computepool_at gguf sample' -l arch -x -a 'llama qwen2 gemma2 phi3 gpt2' -d 'Architecture: llama (default), qwen2, gemma2, phi3 or gpt2'
    complete -c $program -n '__computepool_at gguf sample' -l type -x -a 'f32 f16 bf16 q8_0' -d 'Type of the matrices: f32, f16 (default), bf16 or q8_0'
    complete -c $program -n '__computepool_at gguf sample' -l size -x -d 'At most this large, and hardly smaller; default: about 1 MiB'
    complete -c $program -n '__computepool_at gguf sample' -l tied -d 'The output uses the matrix of the embedding'
    complete -c $program -n '__computepool_at gguf sample' -l rope-factors -d 'With factors for the rotary frequencies'
    complete -c $program -n '__computepool_at gguf sample' -l name -x -d 'What general.name says'
    complete -c $program -n '__computepool_at gguf sample' -l seed -x -d 'Another seed gives other weights'
    complete -c $program -n '__computepool_at gguf sample' -l hugging-face -d 'Write a folder as hubs publish models, to try \'convert\' and \'train run\' on: a Llama in bf16, tiny unless there is a --size'
    complete -c $program -n '__computepool_at gguf sample' -l force -d 'Replace the file if it exists'
    complete -c $program -n '__computepool_at inspect' -l tensors -d 'List the tensors too'
    complete -c $program -n '__computepool_at convert' -s o -l output -l outfile -x -a '(__computepool_files gguf)' -d 'The file to write'
    complete -c $program -n '__computepool_at convert' -l outtype -x -a 'auto f32 f16 bf16 q8_0' -d 'Type of most tensors: auto (as in the source, 16 bits), f32, f16, bf16 or q8_0; default: auto, of an adapter f32'
    complete -c $program -n '__computepool_at convert' -l base -x -a '(__computepool_files /)' -d 'Of an adapter: the model it was trained for; its config.json is enough'
    complete -c $program -n '__computepool_at convert' -l name -l model-name -x -d 'The model\'s name; default: from its card, its files or its folder'
    complete -c $program -n '__computepool_at convert' -l split-max-size -x -d 'Tensor bytes of one file at most; the rest goes on in further files'
    complete -c $program -n '__computepool_at convert' -l split-max-tensors -x -d 'Tensors of one file at most'
    complete -c $program -n '__computepool_at convert' -l no-tensor-first-split -d 'The first of several files holds the metadata alone'
    complete -c $program -n '__computepool_at convert' -l threads -x -d 'Threads that convert'
    complete -c $program -n '__computepool_at convert' -s n -l dry-run -d 'Show what would be written, and write nothing'
    complete -c $program -n '__computepool_at convert' -l force -d 'Replace a file of that name'
    complete -c $program -n '__computepool_at quantize' -l type -x -a 'q1_0 q2_0 q4_0 q4_1 mxfp4_moe q5_0 q5_1 iq2_xxs iq2_xs iq2_s iq2_m iq1_s iq1_m tq1_0 tq2_0 q2_k q2_k_s iq3_xxs iq3_s iq3_m iq3_xs q3_k_s q3_k_m q3_k q3_k_l iq4_nl iq4_xs q4_k_s q4_k_m q4_k q5_k_s q5_k_m q5_k q6_k q8_0 f16 bf16 f32 copy' -d 'What most tensors become, such as q4_k_m, q8_0 or bf16'
    complete -c $program -n '__computepool_at quantize' -l imatrix -r -F -d 'Importance matrix of \'cp imatrix\' or llama-imatrix, .gguf or .dat'
    complete -c $program -n '__computepool_at quantize' -l output-tensor-type -x -a 'f32 f16 q4_0 q4_1 q5_0 q5_1 q8_0 q8_1 q2_k q3_k q4_k q5_k q6_k q8_k iq2_xxs iq2_xs iq3_xxs iq1_s iq4_nl iq3_s iq2_s iq4_xs i8 i16 i32 i64 f64 iq1_m bf16 tq1_0 tq2_0 mxfp4 nvfp4 q1_0 q2_0' -d 'What output.weight becomes'
    complete -c $program -n '__computepool_at quantize' -l token-embedding-type -x -a 'f32 f16 q4_0 q4_1 q5_0 q5_1 q8_0 q8_1 q2_k q3_k q4_k q5_k q6_k q8_k iq2_xxs iq2_xs iq3_xxs iq1_s iq4_nl iq3_s iq2_s iq4_xs i8 i16 i32 i64 f64 iq1_m bf16 tq1_0 tq2_0 mxfp4 nvfp4 q1_0 q2_0' -d 'What the token embeddings become'
    complete -c $program -n '__computepool_at quantize' -l tensor-type -x -d 'What tensors become whose name the pattern is found in; repeatable'
    complete -c $program -n '__computepool_at quantize' -l override-kv -x -d 'Metadata of the result; TYPE is int, float, bool or str; repeatable'
    complete -c $program -n '__computepool_at quantize' -l prune-layers -x -d 'Layers that are left out'
    complete -c $program -n '__computepool_at quantize' -l pure -d 'One type for all tensors instead of the type\'s mixture'
    complete -c $program -n '__computepool_at quantize' -l allow-requantize -d 'Quantize also what is quantized already, which loses more'
    complete -c $program -n '__computepool_at quantize' -l leave-output-tensor -d 'Leave output.weight as it is'
    complete -c $program -n '__computepool_at quantize' -l keep-split -d 'Write as many files as the model has'
    complete -c $program -n '__computepool_at quantize' -s n -l dry-run -d 'Only show what each tensor becomes and how large the result is'
    complete -c $program -n '__computepool_at quantize' -l force -d 'Replace the result if it is there already'
    complete -c $program -n '__computepool_at quantize' -l llama-lib -r -F -d 'A llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at quantize' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at imatrix' -s o -l output -r -F -d 'Where the matrix goes, in GGUF form'
    complete -c $program -n '__computepool_at imatrix' -l process-output -d 'Measure output.weight too'
    complete -c $program -n '__computepool_at imatrix' -l parse-special -d 'Take \'</s>\' and the like in the text as tokens, not as letters'
    complete -c $program -n '__computepool_at imatrix' -l force -d 'Replace the matrix if it is there already'
    complete -c $program -n '__computepool_at imatrix' -s f -l file -r -F -d 'The text, in UTF-8'
    complete -c $program -n '__computepool_at imatrix' -s c -l ctx-size -x -d 'Tokens of one chunk of the text; default: 512'
    complete -c $program -n '__computepool_at imatrix' -s b -l batch-size -x -d 'Tokens decoded in one call, a multiple of -c or less; 2048'
    complete -c $program -n '__computepool_at imatrix' -o ub -l ubatch-size -x -d 'Tokens computed at once; default: 512'
    complete -c $program -n '__computepool_at imatrix' -l chunks -x -d 'Use only so many chunks; 0 for all, the default'
    complete -c $program -n '__computepool_at imatrix' -o ngl -l n-gpu-layers -x -d 'Layers that go to graphics processors; -1 for all, the default'
    complete -c $program -n '__computepool_at imatrix' -l llama-lib -r -F -d 'A llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at imatrix' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at train' -a data -d 'Make a dataset of pages from the web, a folder or a repository'
    complete -c $program -n '__computepool_at train' -a extract -d 'Show the main content of web pages as Markdown'
    complete -c $program -n '__computepool_at train' -a check -d 'Find every problem of a configuration or a dataset'
    complete -c $program -n '__computepool_at train' -a format -d 'Write a dataset in another format'
    complete -c $program -n '__computepool_at train' -a init -d 'Write a configuration to begin with, every key explained'
    complete -c $program -n '__computepool_at train' -a run -d 'Train a model on examples: LoRA adapters, or all of a small model'
    complete -c $program -n '__computepool_at train' -a status -d 'Show how a run is, and how its loss went'
    complete -c $program -n '__computepool_at train' -a logs -d 'Print what a run said, its metrics or its events'
    complete -c $program -n '__computepool_at train' -a stop -d 'Ask a run to save itself and stop'
    complete -c $program -n '__computepool_at train' -a resume -d 'Go on with a run that was stopped, killed or failed'
    complete -c $program -n '__computepool_at train' -a list -d 'List the runs in a folder and how they are'
    complete -c $program -n '__computepool_at train' -a report -d 'Write a run as one page of HTML, with plots'
    complete -c $program -n '__computepool_at train' -a merge -d 'Merge a LoRA adapter into the model it is for'
    complete -c $program -n '__computepool_at train' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at train data' -l query -x -d 'Search for these words'
    complete -c $program -n '__computepool_at train data' -l num -x -d 'Results wanted of the search; default: 30'
    complete -c $program -n '__computepool_at train data' -l domains -x -d 'Only pages on these hosts, or below them'
    complete -c $program -n '__computepool_at train data' -l search -x -d 'Who searches: valueserp, brave, serper, searxng or infernet'
    complete -c $program -n '__computepool_at train data' -l search-url -x -d 'Where the search service is: your own SearXNG, a control plane of Infernet'
    complete -c $program -n '__computepool_at train data' -l search-language -x -d 'Language to search in, such as en'
    complete -c $program -n '__computepool_at train data' -l search-country -x -d 'Country to search from, such as us'
    complete -c $program -n '__computepool_at train data' -l urls -r -F -d 'Pages whose URLs are in a file, one on a line; - for standard input'
    complete -c $program -n '__computepool_at train data' -l sitemap -x -d 'Pages that a sitemap lists; of a site, those its robots.txt names'
    complete -c $program -n '__computepool_at train data' -l warc -r -F -d 'Pages in a web archive'
    complete -c $program -n '__computepool_at train data' -l path -x -a '(__computepool_files /)' -d 'HTML, Markdown and text in a folder'
    complete -c $program -n '__computepool_at train data' -l repo -x -a '(__computepool_files /)' -d 'The documentation in a git repository'
    complete -c $program -n '__computepool_at train data' -l max-pages -x -d 'Pages of one sitemap at most; default: 10000'
    complete -c $program -n '__computepool_at train data' -l max-sitemaps -x -d 'Sitemaps of one site that are read at most; default: 1000'
    complete -c $program -n '__computepool_at train data' -l delay -x -d 'Time between two requests to a host, at least; default: 500ms'
    complete -c $program -n '__computepool_at train data' -l max-delay -x -d 'The most that a robots.txt may ask for; default: 30s'
    complete -c $program -n '__computepool_at train data' -l per-host -x -d 'Requests to a host at the same time; default: 1'
    complete -c $program -n '__computepool_at train data' -l retries -x -d 'How often a failed request is made again; default: 3'
    complete -c $program -n '__computepool_at train data' -l timeout -x -d 'Time for one page, to its last byte; default: 60s'
    complete -c $program -n '__computepool_at train data' -l max-page-size -x -d 'Larger pages are left out; default: 5MiB'
    complete -c $program -n '__computepool_at train data' -l max-age -x -d 'Pages fetched within this time are not asked for again; default: 1d'
    complete -c $program -n '__computepool_at train data' -l refresh -d 'Ask anew for all that is kept: whether pages have changed, what is found by a search, in sitemaps and in repositories'
    complete -c $program -n '__computepool_at train data' -l retry-failed -d 'Try again what failed within the last hour: pages, robots.txt, searches'
    complete -c $program -n '__computepool_at train data' -l cache -x -a '(__computepool_files /)' -d 'Where fetched pages are kept; default: the setting crawl.cache'
    complete -c $program -n '__computepool_at train data' -l allow-private -x -d 'Hosts whose addresses need not be public, as HOST, HOST:PORT or * for all; this machine and its network are otherwise not reached'
    complete -c $program -n '__computepool_at train data' -l resolve -x -d 'Use this address for a host instead of asking for it'
    complete -c $program -n '__computepool_at train data' -l ignore-robots -d 'Fetch also what robots.txt forbids'
    complete -c $program -n '__computepool_at train data' -l ignore-opt-outs -d 'Use also pages marked noindex, noai, noml or tdm-reservation, or reserved by tdmrep.json'
    complete -c $program -n '__computepool_at train data' -l user-agent -x -d 'What to tell servers we are, and robots.txt by which name; name yourself for large crawls'
    complete -c $program -n '__computepool_at train data' -l format -x -a 'chatml alpaca sharegpt text' -d 'How examples are written: chatml (default), alpaca, sharegpt or text'
    complete -c $program -n '__computepool_at train data' -l style -x -a 'section title question' -d 'What the user says: section (default), title or question'
    complete -c $program -n '__computepool_at train data' -l min-chars -x -d 'Shorter texts are joined or left out; default: 200'
    complete -c $program -n '__computepool_at train data' -l max-chars -x -d 'Longer texts are parted; default: 4000'
    complete -c $program -n '__computepool_at train data' -l max-tokens -x -d 'The same in tokens of --tokenizer'
    complete -c $program -n '__computepool_at train data' -l tokenizer -r -F -d 'A tokenizer.json, or the folder of a model that has one'
    complete -c $program -n '__computepool_at train data' -l overflow -x -a 'split cut' -d 'A paragraph that is too long is split (default) or cut'
    complete -c $program -n '__computepool_at train data' -l languages -x -d 'Leave out pages known to be in another language, such as en,de'
    complete -c $program -n '__computepool_at train data' -l near-duplicates -x -d 'Texts this similar count as one, 0.5 to 1; default: 0.8'
    complete -c $program -n '__computepool_at train data' -l mask -x -a 'secrets emails ips' -d 'Black out secrets, emails, ips'
    complete -c $program -n '__computepool_at train data' -l decontaminate -r -F -d 'Leave out what is in these files, such as a test set'
    complete -c $program -n '__computepool_at train data' -l validation -x -d 'Share of the sources to set aside, such as 0.1; default: none'
    complete -c $program -n '__computepool_at train data' -l ask -x -a '(__computepool_files gguf)' -d 'A model that writes the question for each text: a server or a file'
    complete -c $program -n '__computepool_at train data' -l ask-model -x -d 'The model\'s name at the server'
    complete -c $program -n '__computepool_at train data' -l ask-parallel -x -d 'Questions asked of the server at a time; default: 4'
    complete -c $program -n '__computepool_at train data' -l ask-timeout -x -d 'Time for one question at a server; default: 5m'
    complete -c $program -n '__computepool_at train data' -s o -l out -l output -x -a '(__computepool_files jsonl)' -d 'The file to write; card and report stand beside it'
    complete -c $program -n '__computepool_at train data' -s n -l dry-run -d 'Show which pages would be fetched; only searches, sitemaps, robots.txt and tdmrep.json are'
    complete -c $program -n '__computepool_at train data' -l force -d 'Replace files of that name'
    complete -c $program -n '__computepool_at train extract' -l delay -x -d 'Time between two requests to a host, at least; default: 500ms'
    complete -c $program -n '__computepool_at train extract' -l max-delay -x -d 'The most that a robots.txt may ask for; default: 30s'
    complete -c $program -n '__computepool_at train extract' -l per-host -x -d 'Requests to a host at the same time; default: 1'
    complete -c $program -n '__computepool_at train extract' -l retries -x -d 'How often a failed request is made again; default: 3'
    complete -c $program -n '__computepool_at train extract' -l timeout -x -d 'Time for one page, to its last byte; default: 60s'
    complete -c $program -n '__computepool_at train extract' -l max-page-size -x -d 'Larger pages are left out; default: 5MiB'
    complete -c $program -n '__computepool_at train extract' -l max-age -x -d 'Pages fetched within this time are not asked for again; default: 1d'
    complete -c $program -n '__computepool_at train extract' -l refresh -d 'Ask anew for all that is kept: whether pages have changed, what is found by a search, in sitemaps and in repositories'
    complete -c $program -n '__computepool_at train extract' -l retry-failed -d 'Try again what failed within the last hour: pages, robots.txt, searches'
    complete -c $program -n '__computepool_at train extract' -l cache -x -a '(__computepool_files /)' -d 'Where fetched pages are kept; default: the setting crawl.cache'
    complete -c $program -n '__computepool_at train extract' -l allow-private -x -d 'Hosts whose addresses need not be public, as HOST, HOST:PORT or * for all; this machine and its network are otherwise not reached'
    complete -c $program -n '__computepool_at train extract' -l resolve -x -d 'Use this address for a host instead of asking for it'
    complete -c $program -n '__computepool_at train extract' -l ignore-robots -d 'Fetch also what robots.txt forbids'
    complete -c $program -n '__computepool_at train extract' -l ignore-opt-outs -d 'Use also pages marked noindex, noai, noml or tdm-reservation, or reserved by tdmrep.json'
    complete -c $program -n '__computepool_at train extract' -l user-agent -x -d 'What to tell servers we are, and robots.txt by which name; name yourself for large crawls'
    complete -c $program -n '__computepool_at train extract' -l ndjson -d 'Print one line of JSON for each page'
    complete -c $program -n '__computepool_at train check' -l from -x -a 'chatml alpaca sharegpt text' -d 'The dataset\'s format: CHATML, ALPACA, SHAREGPT, TEXT; default: that of its first line'
    complete -c $program -n '__computepool_at train check' -l tokenizer -r -F -d 'Count tokens with this tokenizer.json, or that of this model folder'
    complete -c $program -n '__computepool_at train check' -l context -x -d 'The most tokens an example may have, without those of a chat template'
    complete -c $program -n '__computepool_at train check' -l near-duplicates -f -d 'Find examples that say nearly the same: this share of what they say, 0.5 to 1; default: 0.8'
    complete -c $program -n '__computepool_at train check' -l fix -d 'Put right what can be without changing what is said'
    complete -c $program -n '__computepool_at train check' -s o -l output -r -F -d 'With --fix: the file to write; default: DATA.jsonl itself'
    complete -c $program -n '__computepool_at train check' -l force -d 'Replace a file of that name'
    complete -c $program -n '__computepool_at train check' -l threads -x -d 'Threads that read lines'
    complete -c $program -n '__computepool_at train format' -s o -l output -r -F -d 'The file to write'
    complete -c $program -n '__computepool_at train format' -l to -x -a 'chatml alpaca sharegpt text' -d 'Its format: CHATML, ALPACA, SHAREGPT, TEXT'
    complete -c $program -n '__computepool_at train format' -l from -x -a 'chatml alpaca sharegpt text' -d 'The format of IN.jsonl; default: that of its first line'
    complete -c $program -n '__computepool_at train format' -l force -d 'Replace a file of that name'
    complete -c $program -n '__computepool_at train format' -l threads -x -d 'Threads that read lines'
    complete -c $program -n '__computepool_at train init' -s o -l output -x -a '(__computepool_files yml)' -d 'Where to write it; default: computepool.train.yml in this folder'
    complete -c $program -n '__computepool_at train init' -l from -r -F -d 'Take the settings of this run, or of this configuration'
    complete -c $program -n '__computepool_at train init' -l model -x -a '(__computepool_files /)' -d 'The model to start from: a folder, or ORG/NAME on Hugging Face'
    complete -c $program -n '__computepool_at train init' -l dataset -r -F -d 'The examples to learn from'
    complete -c $program -n '__computepool_at train init' -l set -x -d 'Set a key as the file would, such as training.epochs=3; repeatable'
    complete -c $program -n '__computepool_at train init' -l schema -d 'Write the JSON Schema beside it, by which editors complete and check it'
    complete -c $program -n '__computepool_at train init' -s n -l dry-run -d 'Print the file instead of writing it'
    complete -c $program -n '__computepool_at train run' -l config -r -F -d 'The same as CONFIG'
    complete -c $program -n '__computepool_at train run' -l local -d 'Train on this machine, which is also what happens without it'
    complete -c $program -n '__computepool_at train run' -s n -l dry-run -d 'Check all that \'train check\' does, and train nothing'
    complete -c $program -n '__computepool_at train status' -l output -x -a '(__computepool_files /)' -d 'The folder that runs are in; default: ./output'
    complete -c $program -n '__computepool_at train status' -s f -l follow -d 'Look again until the run ends'
    complete -c $program -n '__computepool_at train logs' -l output -x -a '(__computepool_files /)' -d 'The folder that runs are in; default: ./output'
    complete -c $program -n '__computepool_at train logs' -s f -l follow -d 'Go on with what comes, until the run ends'
    complete -c $program -n '__computepool_at train logs' -l metrics -d 'The metrics instead'
    complete -c $program -n '__computepool_at train logs' -l events -d 'The events instead'
    complete -c $program -n '__computepool_at train logs' -l tail -x -d 'Begin with the last N lines'
    complete -c $program -n '__computepool_at train stop' -l output -x -a '(__computepool_files /)' -d 'The folder that runs are in; default: ./output'
    complete -c $program -n '__computepool_at train stop' -l wait -d 'Wait until it has stopped'
    complete -c $program -n '__computepool_at train resume' -l output -x -a '(__computepool_files /)' -d 'The folder that runs are in; default: ./output'
    complete -c $program -n '__computepool_at train list' -l output -x -a '(__computepool_files /)' -d 'The same as an option'
    complete -c $program -n '__computepool_at train report' -l output -x -a '(__computepool_files /)' -d 'The folder that runs are in; default: ./output'
    complete -c $program -n '__computepool_at train report' -s o -l out -x -a '(__computepool_files html)' -d 'The file to write; default: report.html in the run\'s folder'
    complete -c $program -n '__computepool_at train report' -l force -d 'Replace a file of that name'
    complete -c $program -n '__computepool_at train merge' -l base -x -a '(__computepool_files /)' -d 'The model that it was trained for'
    complete -c $program -n '__computepool_at train merge' -s o -l output -x -a '(__computepool_files /)' -d 'The folder to write the merged model to'
    complete -c $program -n '__computepool_at train merge' -l threads -x -d 'Threads that compute'
    complete -c $program -n '__computepool_at train merge' -s n -l dry-run -d 'Show what would be written, and write nothing'
    complete -c $program -n '__computepool_at train merge' -l force -d 'Replace a folder of that name'
    complete -c $program -n '__computepool_at models' -a download -d 'Download files of a repository, verified and resumable'
    complete -c $program -n '__computepool_at models' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at models download' -l include -x -d 'Only files of such names; * stands for anything; repeatable'
    complete -c $program -n '__computepool_at models download' -l exclude -x -d 'No files of such names; repeatable'
    complete -c $program -n '__computepool_at models download' -l revision -x -d 'A branch, tag or commit, or refs/pr/N; default: main'
    complete -c $program -n '__computepool_at models download' -s o -l output -x -a '(__computepool_files /)' -d 'The folder for the files; default: NAME'
    complete -c $program -n '__computepool_at models download' -s n -l dry-run -d 'Show which files would be fetched, and fetch none'
    complete -c $program -n '__computepool_at models download' -l force -d 'Replace other files of these names'
    complete -c $program -n '__computepool_at publish' -l hf -x -d 'A repository of Hugging Face\'s Hub, made if it is not there'
    complete -c $program -n '__computepool_at publish' -l skip-hf -d 'Leave the Hub out, though --hf names a repository'
    complete -c $program -n '__computepool_at publish' -l private -d 'A repository that is made is for members only'
    complete -c $program -n '__computepool_at publish' -l revision -x -d 'The branch of the Hub\'s repository; default: main'
    complete -c $program -n '__computepool_at publish' -l pr -d 'Open a pull request on the Hub instead of a commit'
    complete -c $program -n '__computepool_at publish' -l message -x -d 'Message of the commit; its first line is the summary'
    complete -c $program -n '__computepool_at publish' -l ollama -x -d 'A model of Ollama\'s registry; without a tag each type gets its own'
    complete -c $program -n '__computepool_at publish' -l skip-ollama -d 'Leave Ollama out, though --ollama names a model'
    complete -c $program -n '__computepool_at publish' -l registry -x -d 'The address of another registry than Ollama\'s, with its http or https'
    complete -c $program -n '__computepool_at publish' -l insecure -d 'Speak http to a registry that is on another machine'
    complete -c $program -n '__computepool_at publish' -l install -d 'Put the model of --ollama into Ollama\'s folder here, instead of its registry'
    complete -c $program -n '__computepool_at publish' -l ollama-key -r -F -d 'The key that is linked to your account; default: ~/.ollama/id_ed25519'
    complete -c $program -n '__computepool_at publish' -l modelfile-only -d 'Make the files and the Modelfile, and send nothing anywhere'
    complete -c $program -n '__computepool_at publish' -l template -r -F -d 'A Go template of your own, instead of one that is made of the model\'s'
    complete -c $program -n '__computepool_at publish' -l no-template -d 'No Go template: Ollama 0.30 and later render the model\'s own'
    complete -c $program -n '__computepool_at publish' -l to -x -a '(__computepool_files /)' -d 'A plain folder with all files and their SHA256SUMS'
    complete -c $program -n '__computepool_at publish' -l git -x -d 'A git remote with LFS, reached by https; COMPUTEPOOL_GIT_TOKEN lets us in'
    complete -c $program -n '__computepool_at publish' -l git-branch -x -d 'The branch of the git remote; default: main'
    complete -c $program -n '__computepool_at publish' -l swarm -x -a '(__computepool_files /)' -d 'The data folder of a SwarmLLM node, which gets the model in shards'
    complete -c $program -n '__computepool_at publish' -l quant -x -a 'q1_0 q2_0 q4_0 q4_1 mxfp4_moe q5_0 q5_1 iq2_xxs iq2_xs iq2_s iq2_m iq1_s iq1_m tq1_0 tq2_0 q2_k q2_k_s iq3_xxs iq3_s iq3_m iq3_xs q3_k_s q3_k_m q3_k q3_k_l iq4_nl iq4_xs q4_k_s q4_k_m q4_k q5_k_s q5_k_m q5_k q6_k q8_0 f16 bf16 f32' -d 'GGUF files to make, such as q4_k_m, q8_0 or f16; repeatable'
    complete -c $program -n '__computepool_at publish' -l base -x -a '(__computepool_files /)' -d 'Of an adapter: its model; default: the one that its files name'
    complete -c $program -n '__computepool_at publish' -l imatrix -r -F -d 'Importance matrix for the smallest types'
    complete -c $program -n '__computepool_at publish' -l name -x -d 'What files are called; default: as the run or the folder'
    complete -c $program -n '__computepool_at publish' -l adapter-only -d 'Publish an adapter as it is, instead of merging it into its model'
    complete -c $program -n '__computepool_at publish' -l gguf-only -d 'Publish GGUF files without the weights that they were made of'
    complete -c $program -n '__computepool_at publish' -s n -l dry-run -d 'Show the steps with their sizes and what is there already; write nothing'
    complete -c $program -n '__computepool_at publish' -l redo -x -d 'Do a step again, and all that depends on it; repeatable'
    complete -c $program -n '__computepool_at publish' -l work -x -a '(__computepool_files /)' -d 'Where results and the journal are kept; default: \'publish\' in the run, else beside DIR'
    complete -c $program -n '__computepool_at publish' -l force -d 'Replace a folder that was there before'
    complete -c $program -n '__computepool_at publish' -l card -r -F -d 'A card of your own, as it is'
    complete -c $program -n '__computepool_at publish' -l card-template -r -F -d 'A template for the card\'s text; --write-card-template has one to begin with'
    complete -c $program -n '__computepool_at publish' -l readme -x -a 'keep generate' -d 'Text of a card that DIR has: keep (default), or generate a new one'
    complete -c $program -n '__computepool_at publish' -l license -x -d 'Licence, as the Hub calls it'
    complete -c $program -n '__computepool_at publish' -l base-model -x -d 'What it was made of, on the Hub; default: as its files tell'
    complete -c $program -n '__computepool_at publish' -l dataset -x -d 'What it was trained on, on the Hub; repeatable'
    complete -c $program -n '__computepool_at publish' -l language -x -d 'What it speaks, such as en; default: as the dataset\'s report tells'
    complete -c $program -n '__computepool_at publish' -l tag -x -d 'Further tags'
    complete -c $program -n '__computepool_at publish' -l write-card-template -r -F -d 'Write our template of cards, to be edited, and do nothing else'
    complete -c $program -n '__computepool_at publish' -l llama-lib -r -F -d 'A llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at publish' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at bench' -a hash -d 'Measure how fast files are hashed'
    complete -c $program -n '__computepool_at bench' -a gpu -d 'Measure what the GPU, or the CPU in its place, computes and moves'
    complete -c $program -n '__computepool_at bench' -a train -d 'Measure how fast a model learns, by the shape of its batches'
    complete -c $program -n '__computepool_at bench' -a model -d 'Measure prompt processing and generation'
    complete -c $program -n '__computepool_at bench' -a perplexity -d 'Measure how well a model predicts a text'
    complete -c $program -n '__computepool_at bench' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at bench hash' -l size -x -d 'Size of the temporary file; default: 256MiB'
    complete -c $program -n '__computepool_at bench hash' -l threads -x -d 'Threads beside one; default: one a processor'
    complete -c $program -n '__computepool_at bench hash' -l kernel -x -a 'scalar lanes vector' -d 'Only BLAKE3 with these inner loops: scalar, lanes or vector'
    complete -c $program -n '__computepool_at bench hash' -s r -l repetitions -x -d 'Measurements of a second each; default: 5'
    complete -c $program -n '__computepool_at bench gpu' -l sizes -x -d 'Rows of the matrices; default: 512,1024,2048'
    complete -c $program -n '__computepool_at bench gpu' -l bytes -x -d 'Size of what is copied and read; default: 256MiB'
    complete -c $program -n '__computepool_at bench gpu' -l device -x -a 'cpu cuda' -d 'What computes: cpu or cuda; default: cuda if PyTorch\'s library has it'
    complete -c $program -n '__computepool_at bench gpu' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at bench gpu' -s r -l repetitions -x -d 'Measurements of a second each, or longer; default: 5'
    complete -c $program -n '__computepool_at bench gpu' -l markdown -d 'Print the table as Markdown'
    complete -c $program -n '__computepool_at bench gpu' -l no-save -d 'Keep no file with what was measured'
    complete -c $program -n '__computepool_at bench train' -l size -x -d 'Parameters of the random model: 10M, 100M or 1B; default: 10M'
    complete -c $program -n '__computepool_at bench train' -l shapes -x -d 'Batches to measure; default: 1x256,4x256,4x512'
    complete -c $program -n '__computepool_at bench train' -l checkpointing -x -a 'both off on' -d 'Whether layers are computed again for their gradients: on, off or both (default)'
    complete -c $program -n '__computepool_at bench train' -l rank -x -d 'Rank of the adapter; default: 16'
    complete -c $program -n '__computepool_at bench train' -l targets -x -d 'Modules that it adapts, with commas between; default: all-linear'
    complete -c $program -n '__computepool_at bench train' -l device -x -a 'cpu cuda' -d 'What computes: cpu or cuda; default: cuda if PyTorch\'s library has it'
    complete -c $program -n '__computepool_at bench train' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at bench train' -s r -l repetitions -x -d 'Measurements of a second each, or longer; default: 5'
    complete -c $program -n '__computepool_at bench train' -l markdown -d 'Print the table as Markdown'
    complete -c $program -n '__computepool_at bench train' -l no-save -d 'Keep no file with what was measured'
    complete -c $program -n '__computepool_at bench model' -s p -l n-prompt -x -d 'Tokens of the prompt; 0 leaves it out; default: 512'
    complete -c $program -n '__computepool_at bench model' -s n -l n-gen -x -d 'Tokens generated; 0 leaves that out; default: 128'
    complete -c $program -n '__computepool_at bench model' -s r -l repetitions -x -d 'Repetitions, after one that does not count; default: 5'
    complete -c $program -n '__computepool_at bench model' -s b -l batch-size -x -d 'Tokens decoded in one call; default: 2048'
    complete -c $program -n '__computepool_at bench model' -o ub -l ubatch-size -x -d 'Tokens computed at once; default: 512'
    complete -c $program -n '__computepool_at bench model' -l markdown -d 'Print the table as Markdown'
    complete -c $program -n '__computepool_at bench model' -o ngl -l n-gpu-layers -x -d 'Layers that go to graphics processors; -1 for all, the default'
    complete -c $program -n '__computepool_at bench model' -l llama-lib -r -F -d 'A llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at bench model' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at bench perplexity' -s f -l file -r -F -d 'The text, in UTF-8'
    complete -c $program -n '__computepool_at bench perplexity' -s c -l ctx-size -x -d 'Tokens of one chunk of the text; default: 512'
    complete -c $program -n '__computepool_at bench perplexity' -s b -l batch-size -x -d 'Tokens decoded in one call, a multiple of -c or less; 2048'
    complete -c $program -n '__computepool_at bench perplexity' -o ub -l ubatch-size -x -d 'Tokens computed at once; default: 512'
    complete -c $program -n '__computepool_at bench perplexity' -l chunks -x -d 'Use only so many chunks; 0 for all, the default'
    complete -c $program -n '__computepool_at bench perplexity' -o ngl -l n-gpu-layers -x -d 'Layers that go to graphics processors; -1 for all, the default'
    complete -c $program -n '__computepool_at bench perplexity' -l llama-lib -r -F -d 'A llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at bench perplexity' -s t -l threads -x -d 'Threads that compute; default: the setting \'threads\', or one a core'
    complete -c $program -n '__computepool_at doctor' -l llama-lib -r -F -d 'Look at a llama.cpp library of your own: its file, or the folder that holds it'
    complete -c $program -n '__computepool_at config' -a list -d 'Show every setting and where it came from'
    complete -c $program -n '__computepool_at config' -a get -d 'Print one setting'
    complete -c $program -n '__computepool_at config' -a set -d 'Write one setting to a file'
    complete -c $program -n '__computepool_at config' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at config list' -l origin -d 'Show where each value came from'
    complete -c $program -n '__computepool_at config set' -l local -d 'Write ./computepool.yml instead of the user\'s file'
    complete -c $program -n __computepool_at_leaf -s h -l help -d 'Show this help and exit'
    complete -c $program -n __computepool_at_leaf -l json -d 'Print the result as one JSON document'
    complete -c $program -n __computepool_at_leaf -s q -l quiet -d 'Only results, warnings and errors'
    complete -c $program -n __computepool_at_leaf -s v -l verbose -d 'More detail; twice for stack traces'
    complete -c $program -n __computepool_at_leaf -l progress -x -a 'auto plain none' -d 'Progress as a bar or lines (auto), plain lines, or none'
    complete -c $program -n __computepool_at_leaf -l color -x -a 'auto always never' -d 'Colour: auto, always or never'
    complete -c $program -n __computepool_at_leaf -l offline -d 'Never use the network; what needs it fails at once'
    complete -c $program -n __computepool_at_leaf -a '(__computepool_values)'
end

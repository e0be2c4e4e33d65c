# fish completion for computepool and for cp, its short name; needs fish 3.4 or later.
#
# Generated from the program's own command line: see CONTRIBUTING.md before changing it.

# The words that can follow a command.
function __computepool_commands
    switch "$argv"
        case ''
            string split ' ' -- 'gguf config completion help'
        case 'gguf'
            string split ' ' -- 'info tensors get'
        case 'config'
            string split ' ' -- 'list get set'
    end
end

# The options of a command that take a value.
function __computepool_valued
    string split ' ' -- '--progress --color'
    switch "$argv"
    end
end

# Prints what the next argument of the command that was read can be.
function __computepool_values
    set -l place (math (count $__computepool_arguments) + 1)
    switch "$__computepool_command $place"
        case 'gguf info 1'
            __computepool_files gguf
        case 'gguf tensors 1'
            __computepool_files gguf
        case 'gguf get 1'
            __computepool_files gguf
        case 'config get 1'
            string split ' ' -- 'color offline progress shard.size threads'
        case 'config set 1'
            string split ' ' -- 'color offline progress shard.size threads'
        case 'completion 1'
            string split ' ' -- 'bash zsh fish'
        case 'help *'
            __computepool_commands $__computepool_arguments
            test $place = 1; and string split ' ' -- 'exit-codes'
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
    complete -c $program -n '__computepool_at' -a gguf -d 'Look into GGUF files'
    complete -c $program -n '__computepool_at' -a config -d 'Show and change settings'
    complete -c $program -n '__computepool_at' -a completion -d 'Print the script that completes our commands in a shell'
    complete -c $program -n '__computepool_at' -a help -d 'Explain a command, the exit codes, or the settings'
    complete -c $program -n '__computepool_at' -s h -l help -d 'Show this help and exit'
    complete -c $program -n '__computepool_at' -s V -l version -d 'Print the version; with -v, what it runs on; with --json, as JSON'
    complete -c $program -n '__computepool_at gguf' -a info -d 'Show what a GGUF file says about itself'
    complete -c $program -n '__computepool_at gguf' -a tensors -d 'List the tensors of a GGUF file'
    complete -c $program -n '__computepool_at gguf' -a get -d 'Print one metadata value of a GGUF file'
    complete -c $program -n '__computepool_at gguf' -s h -l help -d 'Show this help and exit'
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

#compdef computepool cp
#
# zsh completion for computepool and for cp, its short name.
#
# Generated from the program's own command line: see CONTRIBUTING.md before changing it.

_computepool() {
  local curcontext=$curcontext ret=1
  local program=${(Q)words[1]}
  local short
  [[ $program:t == cp ]] && short=1

  if [[ -n $short && $program == */* && ! -e $program:h/computepool ]]; then
    __computepool_system_cp
  elif (( CURRENT > 2 )); then
    if __computepool_has "$words[2]" $_computepool_commands; then
      __computepool_descend _computepool
    elif [[ -n $short && $words[2] != (@ROOT_NAMES@) ]]; then
      __computepool_system_cp
    fi
  else
    _describe -t commands 'computepool command' _computepool_commands && ret=0
    if [[ -z $short && $PREFIX == -* ]]; then
      _arguments \
@ROOT@ && ret=0
    fi
    [[ -n $short ]] && __computepool_system_cp && ret=0
    return ret
  fi
}

# Whether "$1" is one of the commands that follow, each written as NAME:DESCRIPTION.
__computepool_has() {
  local word=$1
  shift
  (( ${@[(I)${(b)word}:*]} ))
}

# Goes to the command at words[2], which "$1" is the function of.
__computepool_descend() {
  local parent=$1
  shift words
  (( CURRENT-- ))
  curcontext="${curcontext%:*}-$words[1]:"
  ${parent}_${words[1]//-/_}
}

# Completes a command that is followed by another: "$1" is its function, then what can follow.
__computepool_group() {
  local parent=$1
  shift
  local -a commands=("$@")
  if (( CURRENT > 2 )); then
    __computepool_has "$words[2]" $commands && __computepool_descend $parent
  elif [[ $PREFIX == -* ]]; then
    _arguments '(- *)'{-h,--help}'[Show this help and exit]'
  else
    _describe -t commands "$words[1] command" commands
  fi
}

# Completes a command that does something: its own options and arguments, and those of every one.
__computepool_leaf() {
  _arguments -S "$@" \
@GLOBAL@
}

# Completes what "help" explains.
__computepool_help() {
  local -a topics=(@TOPICS@)
  local list=_computepool_${words[2]//-/_}_commands
  if (( CURRENT == 2 )); then
    _describe -t commands command _computepool_commands -- topics
  elif __computepool_has "$words[2]" $_computepool_commands && (( ${(P)#list} )); then
    _describe -t commands "$words[2] command" $list
  fi
}

# Completes cp as zsh itself does. It asks the program which one it is: that must not be ours.
__computepool_system_cp() {
  local folder
  local -a words=("$words[@]")
  for folder in $path; do
    if [[ -x $folder/cp && ! -e $folder/computepool ]]; then
      words[1]=$folder/cp
      break
    fi
  done
  if (( $+functions[_cp] )); then
    _cp
  else
    _files
  fi
}

@COMMANDS@
if [[ $funcstack[1] == _computepool ]]; then
  _computepool "$@"
else
  compdef _computepool computepool cp
fi

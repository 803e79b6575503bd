/**
 * Completes `kubectl-ha` in bash 3.2 (macOS) and later, without the package bash-completion. What is typed is never
 * evaluated. Bash breaks words at `=` and `:`; they are put together again where nothing stands between.
 */
export const BASH = `# bash completion for kubectl-ha: source <(kubectl-ha completion bash)

_kubectl_ha() {
  local rest=\${COMP_LINE:0:COMP_POINT} words=() last=-1 head= piece gap i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    gap=\${rest%%[^[:space:]]*}
    rest=\${rest#"$gap"}
    ((i == COMP_CWORD)) && piece=$rest
    if [[ $last -ge 0 && -z $gap ]]; then
      head=\${words[last]}
      words[last]+=$piece
    else
      head=
      last=$((last + 1))
      words[last]=$piece
    fi
    rest=\${rest#"$piece"}
  done
  # The word that readline replaces begins after the break.
  [[ $piece == [=:]* ]] && head+=\${piece:0:1}

  local flag= out line directive=0 values=() abouts=() longest=0 width
  [[ \${words[last]} == -*=* ]] && flag=\${words[last]%%=*}=
  for ((i = 1; i <= last; i++)); do
    words[i]=\${words[i]//[\\"\\'\\\\]/}
  done
  out=$("\${words[0]/#\\~\\//$HOME/}" __complete "\${words[@]:1}" 2>/dev/null) || return
  while IFS= read -r line; do
    case $line in
      :[0-9]*) directive=\${line#:} ;;
      ?*)
        piece=$flag\${line%%$'\\t'*}
        values+=("\${piece#"$head"}")
        [[ $line == *$'\\t'* ]] && abouts+=("\${line#*$'\\t'}") || abouts+=("")
        ((\${#values[\${#values[@]} - 1]} > longest)) && longest=\${#values[\${#values[@]} - 1]}
        ;;
    esac
  done <<<"$out"

  if [[ $(type -t compopt) == builtin ]]; then
    ((directive & 2)) && compopt -o nospace
    ((directive & 4)) && compopt +o default
  fi
  COMPREPLY=()
  for ((i = 0; i < \${#values[@]}; i++)); do
    # 37 and 42: what is replied goes into the line as it is, one after the other. Else several are a list to read.
    if ((\${#values[@]} == 1)) || [[ $COMP_TYPE == 37 || $COMP_TYPE == 42 ]]; then
      printf -v piece %q "\${values[i]}"
    elif [[ -n \${abouts[i]} ]]; then
      width=$((\${COLUMNS:-80} - longest - 4))
      printf -v piece "%-\${longest}s  (%s)" "\${values[i]}" "\${abouts[i]:0:width > 8 ? width : 8}"
    else
      piece=\${values[i]}
    fi
    COMPREPLY+=("$piece")
  done
}
complete -o default -F _kubectl_ha kubectl-ha
`;

/** Completes `kubectl-ha` in zsh 5: sourced, or as `_kubectl-ha` in a folder of fpath. */
export const ZSH = `#compdef kubectl-ha
# zsh completion for kubectl-ha: source <(kubectl-ha completion zsh)

_kubectl-ha() {
  local -a lines candidates spaceless
  local line directive=0
  lines=("\${(@f)$("\${\${(Q)words[1]}/#\\~\\//$HOME/}" __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      (:<->) directive=\${line#:} ;;
      (*$'\\t'*) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      (?*) candidates+=("\${line//:/\\\\:}") ;;
    esac
  done
  # Of --flag=value the candidates take the place of the value.
  [[ $PREFIX == -*=* ]] && compset -P 1 '*='
  (( directive & 2 )) && spaceless=(-S '')
  if (( $#candidates )); then
    _describe -t kubectl-ha kubectl-ha candidates $spaceless
  elif (( directive & 4 )); then
    return 1
  else
    _files
  fi
}
if [[ $funcstack[1] == _kubectl-ha ]]; then
  _kubectl-ha
else
  compdef _kubectl-ha kubectl-ha
fi
`;

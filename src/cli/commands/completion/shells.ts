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

/** Completes `kubectl-ha` in fish 3: sourced, or as a file of fish's completions. */
export const FISH = `# fish completion for kubectl-ha: kubectl-ha completion fish | source

function __kubectl_ha_candidates
    set -l words (commandline -opc)
    set -l typed (string unescape -- (commandline -ct))
    test (count $typed) -eq 0; and set typed ''
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l lines ($program __complete $words[2..-1] "$typed" 2>/dev/null)
    test (count $lines) -gt 0; or return
    # Of --flag=value the candidates take the place of the value.
    set -l flag (string match -r -- '^-[^=]*=' $typed)
    set -q flag[1]; or set flag ''
    if test (count $lines) -gt 1
        printf '%s\\n' $flag$lines[1..-2]
    else if test "$lines[1]" = ':0'
        printf '%s\\n' $flag(__fish_complete_path (string replace -r -- '^-[^=]*=' '' $typed))
    end
end

complete -c kubectl-ha -e
complete -c kubectl-ha -f -a '(__kubectl_ha_candidates)'
`;

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

/** Completes `kubectl-ha` in PowerShell 5.1 and later. */
export const POWERSHELL = `# PowerShell completion for kubectl-ha: kubectl-ha completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'kubectl-ha' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program, $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if (-not $program) { return }
    # Before 7.3 an empty argument reaches a program only as two quotes.
    $empty = if ($PSNativeCommandArgumentPassing -in 'Standard', 'Windows') { '' } else { '""' }
    $typed = if ($wordToComplete) { $wordToComplete } else { $empty }
    $lines = @(& $program __complete @words $typed 2>$null)
    if ($lines.Count -eq 0) { return }
    # Of --flag=value the candidates take the place of the value.
    $flag = if ($wordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    $candidates = @($lines | Select-Object -SkipLast 1)
    # Without a candidate PowerShell goes on with names of files, which an empty one prevents.
    if ($candidates.Count -eq 0 -and $lines[-1] -ne ':0') { return '' }
    foreach ($line in $candidates) {
        $value, $about = $line -split "\`t", 2
        $text = "$flag$value"
        if ($text -match '[^\\w./:=,@+-]') { $text = "'" + ($text -replace "'", "''") + "'" }
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
`;

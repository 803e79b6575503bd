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

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

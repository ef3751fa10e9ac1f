# PowerShell completion for pscli, generated: see `pscli completion install powershell`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

Register-ArgumentCompleter -Native -CommandName pscli -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $table = @{
@TABLE@
    }
    $common = [ordered]@{
@COMMON@
    }
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or
            ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.Extent.Text } })
    $program = "$($words[0])"
    $current = "$wordToComplete".Trim("'", '"')
    $place = ''; $taking = ''; $plain = $false
    $profileName = '-'; $actAs = '-' # Windows PowerShell drops empty arguments
    $given = @()
    function Get-Options($of) {
        $all = [ordered]@{}
        foreach ($key in $table[$of].Options.Keys) { $all[$key] = $table[$of].Options[$key] }
        if ($table[$of].Runs) { foreach ($key in $common.Keys) { $all[$key] = $common[$key] } }
        $all
    }
    $options = Get-Options ''
    foreach ($word in ($words | Select-Object -Skip 1)) {
        if ($taking) {
            if ($taking -eq '--profile') { $profileName = $word }
            if ($taking -eq '--as') { $actAs = $word }
            $taking = ''
        } elseif (-not $plain -and $word -ceq '--') {
            $plain = $true
        } elseif (-not $plain -and $word -match '^(--[^=]+)=(.*)$') {
            if ($Matches[1] -eq '--profile') { $profileName = $Matches[2] }
            if ($Matches[1] -eq '--as') { $actAs = $Matches[2] }
        } elseif (-not $plain -and $word -match '^-.') {
            if ($options.Contains($word) -and $null -ne $options[$word][0]) { $taking = $word }
        } elseif ($given.Count -eq 0 -and $table[$place].Commands.Contains($word)) {
            $place = "$place $word".Trim()
            $options = Get-Options $place
        } else {
            $given += $word
        }
    }
    $prefix = ''
    if (-not $taking -and -not $plain -and $current -match '^(--[^=]+)=') {
        $taking = $Matches[1]; $prefix = "$taking="
    }
    $offered = [ordered]@{}
    $kind = ''
    if ($taking) {
        if ($options.Contains($taking)) { $kind = "$($options[$taking][0])" }
    } elseif (-not $plain -and $current.StartsWith('-')) {
        foreach ($key in $options.Keys) { $offered[$key] = $options[$key][1] }
    } elseif ($given.Count -eq 0 -and $table[$place].Commands.Count) {
        $offered = $table[$place].Commands
    } else {
        $kinds = @($table[$place].Arguments)
        $number = $given.Count
        if ($kinds.Count -and $number -ge $kinds.Count -and "$($kinds[-1])".EndsWith('...')) {
            $number = $kinds.Count - 1
        }
        if ($number -lt $kinds.Count) { $kind = ($kinds[$number] -replace '\.\.\.$', '') }
    }
    if ($kind -ceq '@file') { return }
    if ($kind.StartsWith('@')) {
        foreach ($value in @($null | & $program _complete $kind.Substring(1) $profileName $actAs @given 2>$null)) {
            $offered["$prefix$value"] = $value
        }
    } elseif ($kind) {
        foreach ($value in $kind.Split(',')) { $offered["$prefix$value"] = $value }
    }
    foreach ($key in $offered.Keys) {
        if (-not $key.StartsWith($current)) { continue }
        $text = if ($key -match '^[\w.=,@+-]+$') { $key } else { "'" + $key.Replace("'", "''") + "'" }
        $about = if ($offered[$key]) { $offered[$key] } else { $key }
        [System.Management.Automation.CompletionResult]::new($text, $key, 'ParameterValue', $about)
    }
}

# fish completion for pscli, generated: see `pscli completion install fish`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

function __pscli_commands # commands after these words, with what they do
    switch "$argv[1]"
@COMMANDS@
    end
end

function __pscli_options # options of the command of these words, with values and what they do
    switch "$argv[1]"
@OPTIONS@
    end
end

function __pscli_common # options of every command
@COMMON@
end

function __pscli_arguments # what the arguments of the command of these words can be
    switch "$argv[1]"
@ARGUMENTS@
    end
end

function __pscli_values # what a kind of value can be: nothing, closed words, files, the desk's
    set -l kind $argv[1]
    set -l prefix $argv[2]
    switch "$kind"
        case ''
        case @file
            set -l current (commandline -ct)
            for path in (__fish_complete_path (string replace -- "$prefix" '' $current))
                printf '%s\n' "$prefix$path"
            end
        case '@*'
            set -l asked (string sub -s 2 -- $kind)
            for value in ($argv[3] _complete $asked "$argv[4]" "$argv[5]" $argv[6..-1] </dev/null 2>/dev/null)
                printf '%s\n' "$prefix$value"
            end
        case '*'
            for value in (string split , -- $kind)
                printf '%s\n' "$prefix$value"
            end
    end
end

function __pscli_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l place ''
    set -l taking ''
    set -l plain ''
    set -l profile ''
    set -l act_as ''
    set -l given
    set -l options (__pscli_options '')
    set -l commands (__pscli_commands '')
    for word in $words[2..-1]
        if test -n "$taking"
            test $taking = --profile; and set profile $word
            test $taking = --as; and set act_as $word
            set taking ''
        else if test -z "$plain" -a "x$word" = x--
            set plain 1
        else if test -z "$plain"; and string match -q -- '--*=*' $word
            set -l pair (string split -m 1 = -- $word)
            test $pair[1] = --profile; and set profile $pair[2]
            test $pair[1] = --as; and set act_as $pair[2]
        else if test -z "$plain"; and string match -q -- '-?*' $word
            string match -q -- "$word=*" $options; and set taking $word
        else if test (count $given) -eq 0; and string match -q -- "$word"\t'*' $commands
            set place (string trim -- "$place $word")
            set options (__pscli_options $place)
            set commands (__pscli_commands $place)
        else
            set -a given $word
        end
    end
    set -l prefix ''
    if test -z "$taking" -a -z "$plain"; and string match -q -- '--*=*' $current
        set taking (string split -m 1 = -- $current)[1]
        set prefix "$taking="
    end
    set -l kind
    if test -n "$taking"
        set -l option (string match -- "$taking=*" $options)[1]
        set kind (string replace -- "$taking=" '' (string split \t -- $option)[1])
    else if test -z "$plain"; and string match -q -- '-*' $current
        string replace -r '=[^\t]*' '' -- $options
        return
    else if test (count $given) -eq 0 -a (count $commands) -gt 0
        printf '%s\n' $commands
        return
    else
        set -l kinds (__pscli_arguments $place)
        set -l number (math (count $given) + 1)
        if test $number -gt (count $kinds); and string match -q -- '*...' "$kinds[-1]"
            set number (count $kinds)
        end
        set kind (string replace -r '^-|\.\.\.$' '' -a -- "$kinds[$number]")
    end
    __pscli_values "$kind" "$prefix" "$program" "$profile" "$act_as" $given
end

complete -c pscli -e
complete -c pscli -f -k -a '(__pscli_complete)'

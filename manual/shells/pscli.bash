# bash completion for pscli, generated: see `pscli completion install bash`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

_pscli_command() {  # commands, options and arguments after these words
@COMMON@
  commands='' options='' arguments=''
  case $1 in
@TABLE@
  esac
}

_pscli_note() {  # an option's value that says where the desk is
  case $1 in
    --profile) profile=$2 ;;
    --as) act_as=$2 ;;
  esac
}

_pscli_split() {  # the line up to the cursor as words without their quotes; the last is current
  local line=${COMP_LINE:0:COMP_POINT} word='' open='' started='' i character
  words=()
  for ((i = 0; i < ${#line}; i++)); do
    character=${line:i:1}
    case $open$character in
      [[:blank:]]) [[ -n $started ]] && words+=("$word"); word='' started='' ;;
      \'|\") open=$character started=1 ;;
      "''"|'""') open='' ;;
      \\*|'"\') ((i += 1)); word+=${line:i:1} started=1 ;;
      *) word+=$character started=1 ;;
    esac
  done
  words+=("$word")
  quote=$open
}

_pscli_offer() {  # each of these lines that goes on what was typed
  local value shown strip=${current%"${current##*[=:@]}"}
  [[ $COMP_WORDBREAKS == *[=:@]* ]] || strip=''
  while IFS= read -r value; do
    [[ -n $value && $prefix$value == "$current"* ]] || continue
    value=$prefix$value
    value=${value#"$strip"}
    if [[ -z $quote ]]; then
      printf -v shown '%q' "$value"
      [[ $value == *[!A-Za-z0-9.,_@%+=:/-]* ]] && value=$shown
    fi
    COMPREPLY+=("$value")
  done
}

_pscli_values() {  # what a kind of value can be: nothing, closed words, files, or the desk's
  case $1 in
    '') ;;
    @file)
      compopt -o default 2>/dev/null || # readline's own, which knows quotes and tildes
        _pscli_offer < <(compgen -f -- "${current#"$prefix"}")
      ;;
    @*)
      compopt -o nosort 2>/dev/null # the newest ticket first, where bash can
      _pscli_offer < <(
        "$program" _complete "${1#@}" "$profile" "$act_as" "${given[@]}" </dev/null 2>/dev/null
      )
      ;;
    *)
      [[ $1 == *= ]] && compopt -o nospace 2>/dev/null # keys, which their values follow
      _pscli_offer <<<"${1//,/$'\n'}"
      ;;
  esac
}

_pscli() {
  local IFS=$' \t\n' program=${1/#\~/$HOME} commands options arguments quote
  local place='' taking='' plain='' profile='' act_as='' prefix='' word option name
  local -a words given=()
  COMPREPLY=()
  _pscli_split
  local current=${words[${#words[@]}-1]} i
  _pscli_command ''
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $taking ]]; then
      _pscli_note "$taking" "$word"
      taking=''
    elif [[ -z $plain && $word == -- ]]; then
      plain=1
    elif [[ -z $plain && $word == --*=* ]]; then
      _pscli_note "${word%%=*}" "${word#*=}"
    elif [[ -z $plain && $word == -?* ]]; then
      [[ " $options " == *" $word="* ]] && taking=$word
    elif [[ ${#given[@]} -eq 0 && " $commands " == *" $word "* ]]; then
      place="${place:+$place }$word"
      _pscli_command "$place"
    else
      given+=("$word")
    fi
  done
  if [[ -z $taking && -z $plain && $current == --*=* ]]; then
    taking=${current%%=*}
    prefix="$taking="
  fi
  if [[ -n $taking ]]; then
    for option in $options; do
      [[ $option == "$taking="* ]] && _pscli_values "${option#*=}"
    done
  elif [[ -z $plain && $current == -* ]]; then
    for option in $options; do
      name=${option%%=*}
      [[ $name == "$current"* ]] && COMPREPLY+=("$name")
    done
  elif [[ ${#given[@]} -eq 0 && -n $commands ]]; then
    _pscli_offer <<<"${commands// /$'\n'}"
  else
    local -a kinds
    read -ra kinds <<<"$arguments"
    i=${#given[@]}
    if ((${#kinds[@]} && i >= ${#kinds[@]})) && [[ ${kinds[${#kinds[@]}-1]} == *... ]]; then
      i=$((${#kinds[@]} - 1))
    fi
    name=${kinds[i]:-}
    name=${name#-}
    _pscli_values "${name%...}"
  fi
}

complete -F _pscli pscli

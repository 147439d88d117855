# Completion of psa-host for bash. Commands and options stand here in full, and tests/packaging/completion.py compares them
# with --help. Names of connections and ids of plugins are not completed: only the user of psa-host may ask for them, and
# where it does not run, asking would open its store.

# _psa_host_words COMMAND: the words that may follow it.
_psa_host_words() {
    local edit="--file --plugin --set --secret --unset --default"
    local flags="--json --verbose --timeout"
    local record="--record --replay"
    case $1 in
        "") echo "run serve connection ticket plugins keys token audit backup store config --config --version" ;;
        run) echo "--until-idle" ;;
        connection) echo "add set test list show remove choices" ;;
        "connection add" | "connection set") echo "$edit" ;;
        "connection test") echo "$edit $flags $record" ;;
        "connection list" | "connection show") echo "--json" ;;
        "connection choices") echo "--query --depends-on $flags $record" ;;
        ticket) echo "create list show retry link discard" ;;
        "ticket create")
            echo "--connection --title --description --company --contact --priority --status --queue --category --assignee" \
                "--device --due-at --field --file --dry-run --key --wait $flags $record"
            ;;
        "ticket list") echo "--state --connection --psa-ticket --limit --json" ;;
        "ticket show") echo "--reference --connection $flags $record" ;;
        "ticket retry") echo "--verify-first --json" ;;
        "ticket link") echo "--json" ;;
        "ticket discard") echo "--reason --json" ;;
        plugins) echo "list describe diff reload replay" ;;
        "plugins list" | "plugins describe" | "plugins diff") echo "--json" ;;
        "plugins replay") echo "--recording --connection --plugin $flags" ;;
        keys) echo "generate list rotate" ;;
        "keys list") echo "--json" ;;
        token) echo "add list remove" ;;
        "token add") echo "--scope --expires --json" ;;
        "token list") echo "--json" ;;
        audit) echo "--connection --ticket --psa-ticket --limit --json" ;;
        store) echo "restored" ;;
        config) echo "check" ;;
    esac
}

# _psa_host_values COMMAND OPTION: what the option takes: words, FILE, or NONE where nobody can say; empty = no value.
_psa_host_values() {
    case $2 in
        --state) echo "ready sending retry_at held unknown needs_review done dead cancelled open attention" ;;
        --scope) echo "submit read admin" ;;
        --config | --file | --plugin | --record | --replay | --recording) echo FILE ;;
        --connection) [[ $1 == audit || $1 == "ticket list" ]] && echo NONE || echo FILE ;;
        --json | --verbose | --until-idle | --dry-run | --verify-first | --version | --help | -h) ;;
        -*) echo NONE ;;
    esac
}

# _psa_host_takes_file COMMAND: is an argument of it a file?
_psa_host_takes_file() {
    case $1 in
        backup | "keys generate" | "connection test" | "connection choices" | "plugins describe" | "plugins diff") ;;
        *) false ;;
    esac
}

# What may stand where the cursor is.
_psa_host() {
    local current=${COMP_WORDS[COMP_CWORD]} command="" value="" word words options="--help" others=""
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        words=$(_psa_host_words "$command")
        if [[ -n $value ]]; then
            value=""
        elif [[ $word == -* ]]; then
            value=$(_psa_host_values "$command" "$word")
        elif [[ " $words " == *" $word "* ]]; then
            command+="${command:+ }$word"
        fi
    done
    for word in $(_psa_host_words "$command"); do
        if [[ $word == -* ]]; then options+=" $word"; else others+=" $word"; fi
    done
    [[ -n $value || $current == -* ]] || ! _psa_host_takes_file "$command" || value=FILE
    if [[ $value == FILE ]]; then
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    if [[ $value == NONE ]]; then
        words=""
    elif [[ -n $value ]]; then
        words=$value
    elif [[ $current == -* || -z $others ]]; then
        words=$options
    else
        words=$others
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _psa_host psa-host

# Completion of psa-host for bash. Commands and options stand here in full, and tests/packaging/completion.py compares them
# with --help. Names of connections and ids of plugins are not completed: only the user of psa-host may ask for them, and
# where it does not run, asking would open its store.

# _psa_host_words COMMAND: the words that may follow it.
_psa_host_words() {
    local edit="--file --plugin --set --secret --unset --default --resolved-status --reopened-status --notes"
    local flags="--json --verbose --timeout"
    local record="--record --replay"
    local filter="--state --connection --reason-code --search"
    local update="--dry-run --key --wait --json"
    local source="--file --preset --set --reader --zone --stale-after --recovered-after --silent-after --quota --enable --disable"
    source+=" --signature-header --signature-time-header --signature-secret"
    local note="--note --note-file --public --internal --notify"
    local rule="--condition --connection --field"
    local window="--file --description --condition --time-zone --from --to --weekly --start --minutes --valid-from --valid-to --json"
    local customer="--file --id --alias --company --json"
    case $1 in
        "") echo "run serve connection ticket source event rule window customer plugins keys token notify apply export audit hosts backup store config --config --version" ;;
        run) echo "--until-idle" ;;
        connection) echo "add set test list show remove choices" ;;
        "connection add" | "connection set") echo "$edit" ;;
        "connection test") echo "$edit $flags $record" ;;
        "connection list" | "connection show") echo "--json" ;;
        "connection choices") echo "--query --depends-on $flags $record" ;;
        ticket) echo "create list show note set resolve reopen retry link discard" ;;
        "ticket create")
            echo "--connection --title --description --company --contact --priority --status --queue --category --assignee" \
                "--device --due-at --field --file --dry-run --key --wait $flags $record"
            ;;
        "ticket list") echo "$filter --psa-ticket --limit --json" ;;
        "ticket show") echo "--reference --connection $flags $record" ;;
        "ticket note") echo "--text --text-file --public --internal --resolution --notify $update" ;;
        "ticket set") echo "--status --priority --queue --category --assignee --device --if-untouched $update" ;;
        "ticket resolve") echo "--status $note --resolution --if-untouched $update" ;;
        "ticket reopen") echo "--status $note --if-untouched $update" ;;
        "ticket retry") echo "--all $filter --operation --verify-first --dry-run --json" ;;
        "ticket link") echo "--json" ;;
        "ticket discard") echo "--all $filter --operation --reason --dry-run --json" ;;
        source) echo "presets list show add set remove token url test deliveries delivery run resume" ;;
        "source presets" | "source list" | "source show" | "source run") echo "--json" ;;
        "source add" | "source set") echo "$source --json" ;;
        "source token" | "source url") echo "--revoke --json" ;;
        "source test") echo "--body --source --preset --set --reader --zone --header --query --method --json" ;;
        "source deliveries") echo "--state --limit --json" ;;
        "source delivery") echo "--body --json" ;;
        event) echo "list show purge" ;;
        "event list") echo "--source --kind --decision --customer --search --ticket --limit --json" ;;
        "event show") echo "--json" ;;
        "event purge") echo "--customer --json" ;;
        rule) echo "list show add set remove order on off dry-run test preview library add-from-library" ;;
        "rule list" | "rule order" | "rule on" | "rule off" | "rule dry-run" | "rule library") echo "--json" ;;
        "rule show") echo "--versions --json" ;;
        "rule add") echo "$rule --description --suppress --mode --file --json" ;;
        "rule set") echo "--rename $rule --description --suppress --mode --file --json" ;;
        "rule test") echo "--event --file --json" ;;
        "rule preview") echo "--days --file --json" ;;
        "rule add-from-library") echo "--name $rule --json" ;;
        window) echo "list show add set remove calendar" ;;
        "window list" | "window show") echo "--json" ;;
        "window add") echo "$window" ;;
        "window set") echo "--rename $window" ;;
        "window calendar") echo "--from --to --json" ;;
        customer) echo "list show add set remove unknown alias ignore" ;;
        "customer list" | "customer show" | "customer unknown") echo "--json" ;;
        "customer add") echo "$customer" ;;
        "customer set") echo "--rename $customer" ;;
        "customer alias") echo "--source --id --name --json" ;;
        "customer ignore") echo "--source --id --name" ;;
        notify) echo "show set test" ;;
        "notify show" | "notify test") echo "--json" ;;
        "notify set") echo "--webhook --no-webhook --json" ;;
        apply) echo "--dry-run --prune --json" ;;
        export) echo "--format" ;;
        plugins) echo "list describe diff reload call replay" ;;
        "plugins list" | "plugins describe" | "plugins diff") echo "--json" ;;
        "plugins call") echo "--connection --dry-run $flags $record" ;;
        "plugins replay") echo "--recording --connection --plugin $flags" ;;
        keys) echo "generate list rotate" ;;
        "keys list") echo "--json" ;;
        token) echo "add list remove" ;;
        "token add") echo "--scope --connection --expires --json" ;;
        "token list") echo "--json" ;;
        audit) echo "--connection --ticket --psa-ticket --limit --json" ;;
        hosts) echo "--json" ;;
        store) echo "copy restored" ;;
        config) echo "check" ;;
    esac
}

# _psa_host_values COMMAND OPTION: what the option takes: words, FILE, or NONE where nobody can say; empty = no value.
_psa_host_values() {
    case $2 in
        --state) [[ $1 == "source deliveries" ]] && echo "done notUnderstood kept" || echo "ready sending retry_at held unknown needs_review done dead cancelled open attention" ;;
        --kind) echo "problem update recovery test other" ;;
        --body) [[ $1 == "source test" ]] && echo FILE ;;
        --mode) [[ $1 == rule* ]] && echo "dry_run on off" || echo NONE ;;
        --format) echo "toml json" ;;
        --scope) echo "submit read operate admin" ;;
        --notes) echo "internal public" ;;
        --config | --file | --event | --reader | --text-file | --note-file | --plugin | --record | --replay | --recording) echo FILE ;;
        --connection) [[ $1 == "ticket create" || $1 == "ticket show" || $1 == "plugins replay" ]] && echo FILE || echo NONE ;;
        --json | --verbose | --until-idle | --dry-run | --verify-first | --version | --help | -h) ;;
        --all | --public | --internal | --resolution | --notify | --if-untouched | --suppress | --prune | --versions | --no-webhook | --revoke | --enable | --disable) ;;
        -*) echo NONE ;;
    esac
}

# _psa_host_takes_file COMMAND: is an argument of it a file?
_psa_host_takes_file() {
    case $1 in
        apply | backup | "store copy" | "keys generate" | "connection test" | "connection choices" | "plugins describe" | "plugins diff") ;;
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

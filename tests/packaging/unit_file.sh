#!/usr/bin/env bash
# The unit restarts psa-host after any exit; systemd accepts the unit and rates its sandboxing as good. Usage:
# unit_file.sh SOURCE_FOLDER
set -euo pipefail
cd "$1/packaging"

# Whatever the exit status: a plugin that calls exit(0) must not stop delivery forever. And without a limit.
setting() { sed -n "s/^$1=//p" psa-host.service; }
must_be() { [ "$(setting "$1")" = "$2" ] || { echo "$1 is \"$(setting "$1")\"; expected \"$2\"" >&2; exit 1; }; }
must_be Restart always
must_be StartLimitIntervalSec 0
# A stop lets the processes in which plugins run end their calls, and one of them that runs out of memory ends alone.
must_be KillMode mixed
must_be OOMPolicy continue
# systemd waits until it serves, however long a migration takes, hears of reloads, and notices if it hangs.
must_be Type notify
must_be NotifyAccess main
must_be ExecReload '/bin/kill -HUP $MAINPID'
must_be TimeoutStartSec infinity
must_be WatchdogSec 2min
for forbidden in RestartPreventExitStatus StartLimitBurst StartLimitAction RuntimeMaxSec; do must_be "$forbidden" ""; done
seconds=$(setting RestartSec)
[[ $seconds =~ ^[1-9][0-9]?$ ]] || { echo "RestartSec is \"$seconds\"; expected 1 to 99 seconds" >&2; exit 1; }

# What psa-plugin-runner and psa-source-reader confine themselves with.
for call in seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self prlimit64; do
    setting SystemCallFilter | tr ' ' '\n' | grep -qx "$call" || { echo "the unit does not allow $call" >&2; exit 1; }
done

command -v systemd-analyze > /dev/null || { echo "skipped: there is no systemd-analyze"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The paths are those of an installation: here another program replaces ours, and the man page is missing.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|; /^Documentation=/d' psa-host.service > "$work/psa-host.service"
said=$(systemd-analyze verify --man=no "$work/psa-host.service" 2>&1)
[ -z "$said" ] || { echo "$said" >&2; exit 1; }

systemd-analyze security --offline=true --threshold=20 --no-pager psa-host.service > "$work/security" ||
    { cat "$work/security" >&2; exit 1; }
tail -1 "$work/security"

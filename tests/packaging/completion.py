#!/usr/bin/env python3
"""The completion for bash: it offers what --help has and no more, and the values and files that belong there.

Usage: completion.py PSA_HOST COMPLETION
"""
import pathlib
import subprocess
import sys
import tempfile

from help_text import HELP, commands

# Sources the completion and asks for its suggestions at the end of the command line given as arguments.
ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_psa_host
printf '%s\\n' "${COMPREPLY[@]}"
"""
FILES = {"acme.toml", "tickets"}


def offered(completion, *words):
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            (pathlib.Path(folder) / name).touch()
        run = subprocess.run(["bash", "-uc", ASK, "bash", completion, "psa-host", *words], cwd=folder,
                             capture_output=True, text=True, check=True)
    if run.stderr:
        raise SystemExit(f"{words}: {run.stderr}")
    return set(run.stdout.split())


def by_help(program):
    """(words of a line, what fits there) of each command and each group of them."""
    all_options = commands(program)
    for command, options in all_options.items():
        yield [*command.split(), "--"], options | {HELP}
    groups = {""} | {command.split()[0] for command in all_options if " " in command}
    for group in groups:
        begin = group.split()
        yield [*begin, ""], {command.split()[len(begin)] for command in all_options
                             if command.startswith(group) and len(command.split()) > len(begin)}


# Values that the help does not list in a parseable form.
CASES = [
    (["conn"], {"connection"}),
    (["ticket", "l"], {"list", "link"}),
    (["ticket", "list", "--state", "re"], {"ready", "retry_at"}),
    (["ticket", "list", "--state", "dead", "--li"], {"--limit"}),
    (["token", "add", "n", "--scope", ""], {"submit", "read", "operate", "admin"}),
    (["token", "add", "n", "--connection", ""], set()),
    (["ticket", "note", "5", "--text-file", ""], FILES),
    (["ticket", "resolve", "5", "--if-untouched", "--sta"], {"--status"}),
    (["connection", "set", "n", "--notes", ""], {"internal", "public"}),
    (["ticket", "list", "--connection", ""], set()),
    (["ticket", "create", "--connection", ""], FILES),
    (["ticket", "create", "--title", ""], set()),
    (["ticket", "create", "--title", "list", "--dry"], {"--dry-run"}),
    (["--config", ""], FILES),
    (["--config", "a"], {"acme.toml"}),
    (["--config", "run", "ser"], {"serve"}),
    (["backup", ""], FILES),
    (["apply", "ac"], {"acme.toml"}),
    (["export", "--format", ""], {"toml", "json"}),
    (["rule", "add", "n", "--mode", ""], {"dry_run", "on", "off"}),
    (["rule", "test", "n", "--event", ""], FILES),
    (["connection", "test", "ac"], {"acme.toml"}),
    (["connection", "show", ""], {"--json", HELP}),
    (["nonsense", "tick"], {"ticket"}),
]


def main():
    program, completion = (pathlib.Path(name).resolve() for name in sys.argv[1:])
    wrong, count = 0, 0
    for words, wanted in [*by_help(program), *CASES]:
        count += 1
        if (got := offered(completion, *words)) != wanted:
            wrong += 1
            print(f"psa-host {' '.join(words)}|: expected {sorted(wanted)}, got {sorted(got)}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{count} lines are completed as they should")


main()

#!/usr/bin/env python3
"""A man page names each command of a program, each with its options, and explains each option; and no other.

Usage: man_page.py PROGRAM MAN_PAGE
"""
import pathlib
import re
import sys

from help_text import HELP, commands

OPTION = re.compile(r"\bFl -([a-z][a-z-]*)")


def section(page, name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", page, re.MULTILINE | re.DOTALL)[1]


def named(page):
    """{command: its options} of the section COMMANDS."""
    found = {}
    for item in re.findall(r"^\.It Xo\n(.*?)^\.Xc$", section(page, "COMMANDS"), re.MULTILINE | re.DOTALL):
        command = re.match(r"\.Ic (.+)", item)[1]
        found[command] = {"--" + option for option in OPTION.findall(item)}
    return found


def explained(page):
    """The options that have an item of their own in the section OPTIONS."""
    items = re.findall(r"^\.It (Fl .*)$", section(page, "OPTIONS"), re.MULTILINE)
    return [option for item in items for option in OPTION.findall(item)]


def compare(what, in_help, in_page):
    for each in sorted(in_help - in_page):
        yield f"{what}{each}: --help has it, the man page has not"
    for each in sorted(in_page - in_help):
        yield f"{what}{each}: the man page has it, --help has not"


def differences(program, page):
    by_help, by_page = commands(program), named(page)
    yield from compare("", by_help.keys() - {""}, by_page.keys())
    for command in by_help.keys() & by_page.keys():
        yield from compare(command + " ", by_help[command], by_page[command])
    options = ["--" + option for option in explained(page)]
    yield from compare("OPTIONS ", set().union(*by_help.values()) | {HELP}, set(options))
    for option in sorted({option for option in options if options.count(option) > 1}):
        yield f"OPTIONS {option}: it is explained twice"


def main():
    program, page = sys.argv[1], pathlib.Path(sys.argv[2])
    wrong = list(differences(program, page.read_text(encoding="utf-8")))
    for line in wrong:
        print(f"{page.name}: {line}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{page.name} has what --help of {pathlib.Path(program).name} has")


main()

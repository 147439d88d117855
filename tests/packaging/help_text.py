"""What a program of ours says of itself with --help."""
import re
import subprocess

HELP = "--help"


def sections(text):
    """The words that begin the lines of each section of a help text, such as {"Options": ["-h,--help", ...]}."""
    found, name = {}, None
    for line in text.splitlines():
        if heading := re.fullmatch(r"(\w+):", line):
            name = heading[1]
            found[name] = []
        elif name and (entry := re.match(r"  (\S+)", line)):
            found[name].append(entry[1])
    return found


def commands(program, words=()):
    """{command: its long options but --help}: the program itself is "", a group of commands is not among them."""
    run = subprocess.run([program, *words, HELP], capture_output=True, text=True, check=True)
    parts = sections(run.stdout)
    options = {part for entry in parts["Options"] for part in entry.split(",") if part.startswith("--")} - {HELP}
    found = {} if "Subcommands" in parts and words else {" ".join(words): options}
    for word in parts.get("Subcommands", []):
        found |= commands(program, (*words, word))
    return found

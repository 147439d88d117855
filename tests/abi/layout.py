#!/usr/bin/env python3
"""The layout of the plugin ABI as a list of lines, and the rule by which it may grow.

  layout.py dump [HEADER...]            print the list of the headers; default: every public one but the drafts
  layout.py check RELEASED [HEADER...]  compare them with the list of a release; exits with 1 and says what is broken

Needs clang-14. CLANG names another one.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[2] / "plugin-api" / "include"
# The only constant whose value may differ from a release: the minor increases with each one.
MAY_CHANGE = {"PSA_ABI_MINOR"}
# Values chosen by a plugin's author are not part of the layout.
INPUTS = {"PSA_TARGET_MINOR"}


def public_headers():
    return sorted(header for header in (INCLUDE / "psa").glob("*.h") if header.name != "draft.h")


def clang(headers, *flags):
    source = "".join(f'#include "{Path(header).resolve()}"\n' for header in headers)
    # "psa/plugin.h" is the one that stands beside the header which asks for it: today's, or a release's.
    includes = {f"-I{Path(header).resolve().parents[1]}" for header in headers}
    command = [os.environ.get("CLANG", "clang-14"), "-std=c11", "-x", "c", *includes, *flags, "-"]
    result = subprocess.run(command, input=source, text=True, capture_output=True)
    if result.returncode != 0:
        sys.exit(f"clang cannot read the headers:\n{result.stderr}")
    return result.stdout


def constants(headers, *flags):
    """Object-like macros with a value: neither include guards nor function-like macros."""
    found = re.findall(r"^#define (PSA_\w+) (\S.*)$", clang(headers, "-dM", "-E", *flags), re.MULTILINE)
    return {name: value for name, value in found if name not in INPUTS}


def members(struct):
    for node in struct["inner"]:
        if node["kind"].endswith("Comment") or node["kind"].endswith("Attr"):
            continue
        if node["kind"] != "FieldDecl" or node.get("isBitfield") or "name" not in node:
            sys.exit(f"struct {struct['name']}: only plain members may stand in a struct of this ABI, not a {node['kind']}")
        yield node["name"], node["type"]["qualType"]


def declaration(node):
    """The lines of one declaration."""
    name, kind = node["name"], node["kind"]
    if kind == "RecordDecl" and node.get("completeDefinition"):
        if node["tagUsed"] != "struct":
            sys.exit(f"{name}: this ABI has no {node['tagUsed']}")
        return [f"struct {name}: {member}: {type_}" for member, type_ in members(node)]
    if kind == "EnumDecl":
        sys.exit(f"{name}: this ABI has no enum, its width is the compiler's choice")
    if kind == "FunctionDecl":
        return [f"function {name}: {node['type']['qualType']}"]
    if kind == "TypedefDecl":
        written = node["type"]["qualType"]
        # A signature is kept as written, because it names our types; for an alias the width matters.
        return [f"typedef {name}: {written if '(' in written else node['type'].get('desugaredQualType', written)}"]
    return []


def dump(headers):
    """The list: constants, functions, structs, typedefs, each sorted by name, members in their order."""
    # At the newest minor, because an older one hides members and constants.
    newest = f"-DPSA_TARGET_MINOR={constants(headers)['PSA_ABI_MINOR']}"
    tree = json.loads(clang(headers, "-Xclang", "-ast-dump=json", "-fsyntax-only", newest))
    blocks = [[f"const {name}: {value}"] for name, value in constants(headers, newest).items()]
    blocks += [declaration(node) for node in tree["inner"] if node.get("name", "").startswith("psa_")]
    return [line for block in sorted(filter(None, blocks), key=lambda block: block[0].split(": ")[0]) for line in block]


def group(lines):
    """{"struct psa_str": ["data: const char *", ...], "typedef psa_status": ["unsigned int"], ...}"""
    groups = {}
    for line in lines:
        what, rest = line.split(": ", 1)
        groups.setdefault(what, []).append(rest)
    return groups


def is_frozen(struct, released):
    """Nobody can ask a struct without struct_size how long it is, nor grow one that others hold or pass by value."""
    by_value = re.compile(rf"\b{struct.split()[1]}\b(?! \*)")
    users = [rest for what, rests in released.items() for rest in rests if what.startswith("struct ") or "(" in rest]
    return not released[struct][0].startswith("struct_size: ") or any(map(by_value.search, users))


def struct_breaks(struct, old, new, frozen):
    for position, was in enumerate(old, 1):
        now = new[position - 1] if position <= len(new) else "nothing"
        if now != was:
            return [f"{struct}, member {position}: released as \"{was}\", now \"{now}\". "
                    "Members are never inserted, moved, retyped, renamed or removed: add at the end."]
    if frozen and len(new) > len(old):
        return [f"{struct} is frozen, it has no struct_size or is held by value: \"{new[len(old)]}\" cannot be added"]
    return []


def breaks(released, current):
    """What in `current` breaks those who built against `released`, as sentences."""
    old, new = group(released), group(current)
    found = []
    for what, was in old.items():
        if what not in new:
            found.append(f"{what} was released and is gone")
        elif what.startswith("struct "):
            found += struct_breaks(what, was, new[what], is_frozen(what, old))
        elif new[what] != was and what.split()[1] not in MAY_CHANGE:
            found.append(f"{what}: released as \"{was[0]}\", now \"{new[what][0]}\"")
    return found


def main(arguments):
    if arguments[:1] == ["dump"]:
        print("\n".join(dump(arguments[1:] or public_headers())))
        return 0
    if arguments[:1] == ["check"] and len(arguments) > 1:
        found = breaks(Path(arguments[1]).read_text().splitlines(), dump(arguments[2:] or public_headers()))
        for sentence in found:
            print(f"ABI break against {arguments[1]}: {sentence}")
        return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

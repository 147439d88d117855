#!/usr/bin/env python3
"""Holds the table of sizes and offsets in docs/abi.md against asserts.c of each release, which the compiler has checked, and the
sizes that http.h names.

Usage: published_layout.py ROOT RELEASE...: each RELEASE such as v1.0, with what it added.
"""
import pathlib
import re
import sys


def asserted(text):
    layout = {name: (int(size), []) for name, size in re.findall(r"^SIZE\((\w+), (\d+)\)", text, re.MULTILINE)}
    for name, member, offset in re.findall(r"^AT\((\w+), (\w+), (\d+)\)", text, re.MULTILINE):
        layout[name][1].append((member, int(offset)))
    return layout


def published(text):
    layout = {}
    for name, size, members in re.findall(r"^\| `(psa_\w+)` \| (\d+) \| (.*) \|$", text, re.MULTILINE):
        layout[name] = (int(size), [(member, int(at)) for member, at in re.findall(r"`(\w+)` (\d+)", members)])
    return layout


def main():
    root = pathlib.Path(sys.argv[1])
    wanted = asserted("".join((root / "tests/abi" / release / "asserts.c").read_text(encoding="utf-8") for release in sys.argv[2:]))
    found = published((root / "docs/abi.md").read_text(encoding="utf-8"))
    wrong = [f"docs/abi.md: {name}: {found.get(name)}, expected {wanted.get(name)}"
             for name in sorted({*wanted, *found}) if found.get(name) != wanted.get(name)]
    header = " ".join((root / "plugin-api/include/psa/http.h").read_text(encoding="utf-8").replace("*", " ").split())
    for name, (size, _) in wanted.items():
        if name.startswith("psa_http") and not re.search(rf"{name}( has)? {size}\b", header):
            wrong.append(f"http.h: expected {name} {size}")
    print("\n".join(wrong) if wanted else "there is nothing to compare")
    return 1 if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())

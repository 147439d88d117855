#!/usr/bin/env python3
"""Each module of the host includes only what host/CMakeLists.txt says it uses, and the host includes nothing that is
built on it. What a module defines stands in the namespace of its folder, psa::<folder>.

Usage: layers.py ROOT, the folder of the sources. Prints each include that is not declared, each declared use that nothing
includes, each use of a module that is declared further down, each folder without a declaration, and each source whose
names stand in another namespace.
"""
import collections
import pathlib
import re
import sys

MODULE = re.compile(r"^psa_module\((\w+)(?: USES ([\w ]+))?\)$", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+)\n?[ ]?\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
DECLARATION = re.compile(r"(?:\s*(?:(?:class|struct|enum class) \w+;|//[^\n]*\n))*\s*")
MAIN = "host/cli/main.cpp"
ABOVE = ("bench", "plugin-check", "plugins", "sandbox", "tests")


def declared_in(text):
    """What each module may use, from the bottom up."""
    return {name: set(uses.split()) for name, uses in MODULE.findall(text)}


def faults_of_order(declared):
    """A use of a module that is not declared above is how a cycle begins."""
    above = set()
    for module, uses in declared.items():
        for other in sorted(uses - above):
            yield f"host/CMakeLists.txt lets {module} use {other}, which is not declared above it"
        above.add(module)


def faults_of_namespace(place, module, text):
    """Types of other modules may be declared, but nothing may be defined there."""
    own = False
    for name, content in NAMESPACE.findall(text):
        if re.match(rf"psa::{module}(::|$)", name):
            own = True
        elif not DECLARATION.fullmatch(content):
            yield f"{place} defines names in {name}, and not in psa::{module}"
    if not own and str(place) != MAIN:
        yield f"{place} has no namespace psa::{module}"


def main():
    root = pathlib.Path(sys.argv[1])
    declared = declared_in((root / "host/CMakeLists.txt").read_text(encoding="utf-8"))
    faults = list(faults_of_order(declared))
    used = collections.defaultdict(set)
    for file in sorted((root / "host").glob("*/**/*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        place = file.relative_to(root)
        module = place.parts[1]
        used[module] |= set()
        text = file.read_text(encoding="utf-8")
        faults += faults_of_namespace(place, module, text)
        for include in INCLUDE.findall(text):
            top, _, rest = include.partition("/")
            other = rest.split("/")[0]
            if top in ABOVE:
                faults.append(f"{place} includes {include}, which is built on the host")
            elif top == "host" and other != module:
                used[module].add(other)
                if other not in declared.get(module, set()):
                    faults.append(f"{place} includes {include}, but host/CMakeLists.txt does not let {module} use {other}")
    faults += [f"host/{module} has no psa_module() in host/CMakeLists.txt" for module in sorted(used.keys() - declared.keys())]
    faults += [f"host/CMakeLists.txt declares {module}, which is not a folder with sources"
               for module in sorted(declared.keys() - used.keys())]
    faults += [f"host/CMakeLists.txt lets {module} use {other}, which it does not include"
               for module, uses in sorted(declared.items()) for other in sorted(uses - used[module])]
    print("\n".join(faults) or f"{len(used)} modules include only what they may")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

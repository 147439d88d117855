#!/usr/bin/env python3
"""No two types in one namespace of a program have the same name. Otherwise the linker would choose one of them for both, and
the program would be corrupt without a compiler error (the one-definition rule).

Usage: one_definition.py ROOT FOLDER...: sources in these folders of ROOT, which are linked together. Types in unnamed
namespaces, and forward declarations, do not count.
"""
import collections
import pathlib
import re
import sys

NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                   re.DOTALL | re.MULTILINE)
NAMESPACE = re.compile(r"\bnamespace ?([\w:]*)$")
TYPE = re.compile(r"(?:^| )(?:struct|class|enum class|enum|union) (?:\[\[\w+\]\] )?((?:\w+::)*\w+)(?: final)?(?: ?:(?!:) ?[^(]*)?$")


def types_in(text):
    """Each type that is defined, with its namespace."""
    scopes = []  # a name for a namespace or a type, None for any other block
    end = 0
    text = NOISE.sub(" ", text)
    for mark in re.finditer(r"[{};]", text):
        head, end = " ".join(text[end:mark.start()].split()), mark.end()
        if mark.group() == "}" and scopes:
            scopes.pop()
        if mark.group() != "{":
            continue
        namespace, kind = NAMESPACE.search(head), TYPE.search(head)
        if namespace:
            scopes.append(namespace.group(1) or "unnamed")
            continue
        if kind and None not in scopes and "unnamed" not in scopes:
            yield "::".join([*scopes, kind.group(1)])
        scopes.append(kind.group(1) if kind else None)


def main():
    root = pathlib.Path(sys.argv[1])
    places = collections.defaultdict(set)
    for folder in sys.argv[2:]:
        for file in sorted(root.glob(f"{folder}/**/*")):
            if file.suffix in (".h", ".hpp", ".cpp"):
                for name in types_in(file.read_text(encoding="utf-8")):
                    places[name].add(str(file.relative_to(root)))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    for name, files in sorted(twice.items()):
        print(f"{name} is defined in {' and '.join(sorted(files))}: rename one of them")
    if not places:
        print("no type was found: is the folder right?")
    return 1 if twice or not places else 0


if __name__ == "__main__":
    sys.exit(main())

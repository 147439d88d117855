#!/usr/bin/env python3
"""Each test that docs/fault-coverage.md names exists, under that name, in that file; and each row names one.

Usage: fault_coverage.py ROOT [DOCUMENT]
"""
import pathlib
import re
import sys

CASE = re.compile(r'\b(?:\w*TEST_CASE\w*|FOR_EACH_PSA)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
FILE = re.compile(r"`([\w/-]+_test\.cpp|[\w/-]+\.py)`:((?:,? (?:\"[^\"]+\"|`[^`]+`))+)")
NAMED = re.compile(r"\"([^\"]+)\"|`([^`]+)`")


def tests_of(file):
    """The names of the test cases in a source."""
    text = file.read_text(encoding="utf-8")
    return {"".join(re.findall(r'"((?:[^"\\]|\\.)*)"', names)) for names in CASE.findall(text)}


def faults_in(root, text):
    """What is wrong with the document."""
    named = 0
    flat = re.sub(r"\n(?!\n|\||#|- )", " ", text)
    for name, tests in FILE.findall(flat):
        file = root / "tests" / name
        if not file.is_file():
            yield f"there is no file tests/{name}"
            continue
        known = tests_of(file) if file.suffix == ".cpp" else set()
        for case, other in NAMED.findall(tests):
            named += 1
            if case and case not in known:
                yield f"tests/{name} has no test \"{case}\""
            if other and other not in file.read_text(encoding="utf-8"):
                yield f"tests/{name} does not use {other}"
    mentioned = len(re.findall(r"`[\w/-]+_test\.(?:cpp|py)`", text))
    if mentioned != len(FILE.findall(flat)) - len(re.findall(r"`[\w/-]*test_\w+\.py`", text)):
        yield "a file is named without its tests, as `path/name_test.cpp`: \"name of the test\""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        isRow = line.startswith("| ") and not line.startswith(("| --- ", "| where ", "| answer "))
        if isRow and not (len(cells) == 3 and (FILE.search(cells[2]) or "random kills" in cells[2])):
            yield f"no test is named for: {cells[0]}"
    if named < 80:
        yield f"only {named} tests were found in the document"


def main():
    root = pathlib.Path(sys.argv[1])
    document = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else root / "docs/fault-coverage.md"
    faults = list(faults_in(root, document.read_text(encoding="utf-8")))
    print("\n".join(faults) or "each test that is named exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

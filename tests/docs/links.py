#!/usr/bin/env python3
"""Checks that each relative link in the documents leads to a file, and to a heading in it if it names one.

Usage: links.py ROOT
"""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```")


def prose(file):
    """The lines outside fenced blocks, with their numbers."""
    fenced = False
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(file):
    """The names under which the headings of a document are linked, as GitHub and GitLab form them."""
    headings = (re.match(r"#+ (.*)", line) for _, line in prose(file))
    texts = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", found[1]) for found in headings if found)
    return {re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-") for text in texts}


def mistakes(root):
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("plugins/*/*.md"), *root.glob("tests/**/*.md")]
    if len(documents) < 10:
        yield f"{root}: only {len(documents)} documents were found"
    for document in documents:
        for number, line in prose(document):
            for link in LINK.findall(line):
                if re.match(r"\w+:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = document.parent / path if path else document
                where = f"{document.relative_to(root)}:{number}: {link}"
                if not target.exists():
                    yield f"{where}: there is no such file"
                elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                    yield f"{where}: there is no such heading"


found = list(mistakes(pathlib.Path(sys.argv[1])))
print("\n".join(found))
sys.exit(1 if found else 0)

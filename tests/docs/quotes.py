#!/usr/bin/env python3
"""Keeps what the documents quote equal to the files.

    <!-- quote FILE -->               the whole file stands in the fenced block that follows
    <!-- quote FILE: TEXT -->         the part that begins with the one line that has TEXT, its /// comment included, up
                                      to the next line that closes it: of the same indentation, beginning with } or )

Usage: quotes.py ROOT [--write]: without --write differences are errors.
"""
import pathlib
import re
import sys

QUOTE = re.compile(r"^<!-- quote ([^:\n]+?)(?:: (.+?))? -->\n(```\w*\n)(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^<!-- quote ", re.MULTILINE)


def indentation(line):
    return len(line) - len(line.lstrip())


def part(file, text):
    lines = file.read_text(encoding="utf-8").splitlines()
    begins = [i for i, line in enumerate(lines) if text in line]
    if len(begins) != 1:
        raise ValueError(f"{len(begins)} lines have \"{text}\"; expected one")
    first = last = begins[0]
    indent = indentation(lines[first])
    while first > 0 and lines[first - 1].lstrip().startswith("///"):
        first -= 1
    closes = (i for i in range(last + 1, len(lines))
              if lines[i].strip() and indentation(lines[i]) == indent and lines[i].lstrip()[0] in "})")
    if not lines[last].endswith(";"):
        last = next(closes)
    return "".join(line[indent:] + "\n" for line in lines[first:last + 1])


def quoted(root, name, text):
    file = root / name
    return part(file, text) if text else file.read_text(encoding="utf-8")


def renew(root, document, errors):
    def replace(match):
        name, text, fence, old = match.groups()
        try:
            new = quoted(root, name, text)
        except (OSError, ValueError, StopIteration) as error:
            errors.append(f"{document}: quote of {name}: {error}")
            return match.group()
        if new != old:
            errors.append(f"{document}: the quote of {name}{': ' + text if text else ''} is not what the file has")
        return match.group()[:match.start(4) - match.start()] + new + "```"

    content = document.read_text(encoding="utf-8")
    if len(QUOTE.findall(content)) != len(MARK.findall(content)):
        errors.append(f"{document}: a quote is not followed by a fenced block")
    return QUOTE.sub(replace, content)


def main():
    root = pathlib.Path(sys.argv[1])
    errors = []
    found = 0
    for document in sorted(root.glob("docs/*.md")):
        content = renew(root, document, errors)
        found += len(MARK.findall(content))
        if "--write" in sys.argv:
            document.write_text(content, encoding="utf-8")
    if found == 0:
        errors.append("no document quotes anything")
    if "--write" in sys.argv:
        return 0
    for error in errors:
        print(f"FAILED: {error}. Run: tests/docs/quotes.py . --write")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Follows a document as a reader does: runs its ```sh blocks one after the other in one shell, in an empty home folder,
and compares what they print with the ```text block that follows directly. In such a block a line ... stands for any
lines, and … within a line for any text.

Usage: follow.py DOCUMENT HOME [--ignore TEXT]...: HOME is the folder to work in; blocks that contain TEXT are not run.
"""
import os
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n?```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
MARK = "\x1e"


def pattern(expected):
    lines = []
    for line in expected.splitlines():
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(re.escape(piece) for piece in line.split("…")) + r"\n")
    return re.compile("".join(lines))


def main():
    document, home = pathlib.Path(sys.argv[1]), sys.argv[2]
    ignored = [sys.argv[i + 1] for i, word in enumerate(sys.argv) if word == "--ignore"]
    blocks = [(commands, expected) for commands, expected in BLOCK.findall(document.read_text(encoding="utf-8"))
              if not any(text in commands for text in ignored)]
    # Some commands are expected to fail, so each block continues to its end.
    script = "cd\n" + "".join(f"{commands}\nprintf '\\n{MARK}'\n" for commands, _ in blocks)
    run = subprocess.run(["bash", "-c", script], env={**os.environ, "HOME": home}, text=True, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    printed = [each.lstrip("\n") for each in run.stdout.split(MARK)]
    failed = not blocks
    for (commands, expected), output in zip(blocks, printed):
        output = output.replace(home, "/home/you")[:-1]
        print(f"$ {commands}{output}", flush=True)
        if expected and not pattern(expected).fullmatch(output):
            failed = True
            print(f"FAILED: expected was\n{expected}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

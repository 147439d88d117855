#!/usr/bin/env python3
"""clang-tidy on one source, unless it found nothing before in the same text: that of the source after preprocessing, with its comments and
macros, and of .clang-tidy. Prints what it finds, and fails then. What was found clean is remembered in FOLDER/clean.

Usage: tidy_file.py FOLDER FILE
  FOLDER  has compile_commands.json
"""
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

TIDY, CLANG = "clang-tidy-14", "clang-14"
WITH_VALUE = ("-o", "-MT", "-MF", "-MQ")


def preprocessor(entry):
    """The command that prints what the compiler sees, with comments and macros."""
    words = entry["arguments"] if "arguments" in entry else shlex.split(entry["command"])
    words = words[1:] if pathlib.Path(words[0]).name == "ccache" else words
    kept, i = [], 1
    while i < len(words):
        if words[i] in WITH_VALUE:
            i += 1
        elif words[i] not in ("-c", "-MD", "-MMD"):
            kept.append(words[i])
        i += 1
    return [CLANG, "-E", "-CC", "-dD", "-Wno-everything", *kept]


def text_of(folder, file):
    """What the result of clang-tidy depends on, or None if clang cannot preprocess it."""
    entries = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    path = str(file.resolve())
    entry = next((each for each in entries if each["file"] == path), None)
    if entry is None:
        sys.exit(f"tidy_file.py: {folder}/compile_commands.json does not have {path}")
    command = preprocessor(entry)
    done = subprocess.run(command, cwd=entry["directory"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        return None
    version = subprocess.run([TIDY, "--version"], stdout=subprocess.PIPE, check=True).stdout
    return b"\0".join([version, pathlib.Path(".clang-tidy").read_bytes(), " ".join(command).encode(), done.stdout])


def tidy(folder, file):
    """Whether clang-tidy finds nothing."""
    options = ["--quiet", "-p", str(folder)]
    if file.suffix == ".c":
        options.append("--checks=-readability-identifier-naming")  # C uses the ABI's names
    done = subprocess.run([TIDY, *options, str(file)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(done.stdout, end="", flush=True)
    return done.returncode == 0


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, file = map(pathlib.Path, sys.argv[1:])
    text = text_of(folder, file)
    clean = folder / "clean" / hashlib.sha256(text).hexdigest() if text is not None else None
    if clean is not None and clean.exists():
        return 0
    if not tidy(folder, file):
        return 1
    if clean is not None:
        clean.parent.mkdir(exist_ok=True)
        clean.touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())

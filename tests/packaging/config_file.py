#!/usr/bin/env python3
"""The configuration file of the package is good, also with everything in it switched on, and shows every key.

Usage: config_file.py PSA_HOST CONFIG [older]

With "older" it is that of an older release, which knows nothing of keys that came since.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# Keys that name missing files.
ABSENT = ("ca_file", "old_key_files", "certificate", "key")


def check(program, config):
    return subprocess.run([program, "--config", config, "config", "check"], capture_output=True, text=True)


def switched_on(text):
    return re.sub(r"^#(?=[\w\"]+ = |\[)", "", text, flags=re.MULTILINE)


def known_keys(program, config, sections):
    """{section: its keys}, as the program names them where it refuses one."""
    config.write_text("".join(f"[{section}]\nnonsense = 1\n" for section in sections), encoding="utf-8")
    said = check(program, config).stderr
    return {section: set(keys.split(", ")) for section, keys in re.findall(r"in \[(\w+)\]; known are (.*)", said)}


def keys_of(text):
    found, section = {}, None
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[([\w.]+)\]", line):
            section, _, table = heading[1].partition(".")
            found.setdefault(section, set()).update({table} - {""})
        elif entry := re.match(r"(\w+) = ", line):
            found[section].add(entry[1])
    return found


def main():
    program, file = sys.argv[1], pathlib.Path(sys.argv[2])
    given = check(program, file)
    assert given.returncode == 0, given.stderr
    text = switched_on(file.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "psa-host.toml"
        config.write_text("".join(line + "\n" for line in text.splitlines()
                                  if not line.startswith(tuple(f"{key} = " for key in ABSENT))), encoding="utf-8")
        everything = check(program, config)
        assert everything.returncode == 0, everything.stderr
        if sys.argv[3:] == ["older"]:
            return
        shown = keys_of(text)
        known = known_keys(program, config, shown)
        assert known, "the program names no keys"
    # connect_to is only for trials, and the unit passes the key.
    left_out = {"plugins": {"trusted_paths"}, "egress": {"connect_to", "proxy"}, "secrets": {"master_key_file"}}
    for section, keys in known.items():
        missing = keys - shown[section] - left_out.get(section, set())
        assert not missing, f"{file.name} does not show these keys of [{section}]: {sorted(missing)}"
    print(f"{file.name} shows {sum(map(len, shown.values()))} keys and is good")


main()

#!/usr/bin/env python3
"""scripts/tidy_file.py, with a clang-tidy that finds the word "wrong" and counts its calls."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "tidy_file.py"
FAKE = """#!/bin/sh
[ "$1" != --version ] || { cat version; exit; }
echo call >> calls
for file; do :; done
! grep wrong "$file"
"""


class TidyFile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name).resolve()
        for name, text in {"clang-tidy-14": FAKE, "version": "14\n", ".clang-tidy": "Checks: a\n", "a.h": "#define A 1\nint a();\n",
                           "a.cpp": '#include "a.h"\nint a() { return 1; }\n', "calls": ""}.items():
            (self.root / name).write_text(text)
        (self.root / "clang-tidy-14").chmod(0o755)
        (self.root / "build").mkdir()
        (self.root / "build" / "compile_commands.json").write_text(json.dumps([{
            "directory": str(self.root / "build"), "file": str(self.root / "a.cpp"),
            "command": f"/usr/bin/ccache /usr/bin/c++ -I{self.root} -MD -MT a.o -MF a.o.d -o a.o -c {self.root}/a.cpp"}]))

    def tearDown(self):
        self.folder.cleanup()

    def run_on(self, file="a.cpp"):
        """Exit code, output, and how often clang-tidy has run so far."""
        done = subprocess.run([sys.executable, "-B", PROGRAM, "build", file], cwd=self.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "PATH": f"{self.root}:{os.environ['PATH']}"}, check=False)
        return done.returncode, done.stdout, (self.root / "calls").read_text().count("call")

    def test_what_was_clean_is_not_looked_at_again(self):
        self.assertEqual(self.run_on(), (0, "", 1))
        self.assertEqual(self.run_on(), (0, "", 1))

    def test_what_was_found_is_found_again(self):
        (self.root / "a.cpp").write_text("int wrong();\n")
        for calls in (1, 2):
            self.assertEqual(self.run_on(), (1, "int wrong();\n", calls))

    def test_everything_that_may_change_the_result_counts(self):
        self.run_on()
        changes = {"a.cpp": '#include "a.h"\nint a() { return 2; }\n', "a.h": "#define A 2\nint a();\n", ".clang-tidy": "Checks: b\n",
                   "version": "15\n"}
        for calls, (name, text) in enumerate(changes.items(), 2):
            (self.root / name).write_text(text)
            self.assertEqual(self.run_on(), (0, "", calls), name)
        (self.root / "a.h").write_text("#define A 2\nint a(); // NOLINT\n")
        self.assertEqual(self.run_on(), (0, "", 6))

    def test_a_source_that_is_not_compiled_is_an_error(self):
        self.assertIn("does not have", self.run_on("b.cpp")[1])
        self.assertEqual(self.run_on("b.cpp")[0], 1)

    def test_what_clang_cannot_preprocess_is_always_looked_at(self):
        (self.root / "a.cpp").write_text('#include "nowhere.h"\n')
        for calls in (1, 2):
            self.assertEqual(self.run_on(), (0, "", calls))


if __name__ == "__main__":
    unittest.main()
